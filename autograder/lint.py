"""Refuse test cells that could not be run outside the student's process.

A test cell touches the student's work only by calling a function with plain data, by
reading a variable that is plain data, or by taking a Keras model of built-in layers.
Then the same cell runs in the student's notebook, in stock nbgrader and in an examiner
process that the student's code never enters. Each refusal names notebook, cell, line.
"""

import ast
import builtins
import re
import symtable
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.notebooks import grading, is_locked, is_solution, is_test

# What a test cell may import: references to compare with, and the words to say it in.
IMPORTABLE = {
    *("cnnlab", "collections", "functools", "itertools", "keras", "math", "numpy"),
    *("random", "re", "scipy", "skimage", "sklearn", "string", "tensorflow"),
}
# Names that look into, or change, the process that the cell runs in.
FORBIDDEN_NAMES = {
    *("__builtins__", "__import__", "breakpoint", "compile", "delattr", "dir", "eval"),
    *("exec", "exit", "get_ipython", "globals", "help", "input", "locals"),
    *("memoryview", "open", "quit", "setattr", "vars"),
}
# Modules of Keras whose objects are not plain data, unless they are part of a model.
KERAS_OBJECTS = {
    "callbacks",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "optimizers",
}
READABLE_ID = re.compile(r"[a-z][a-z0-9_]*[a-z0-9]")
GENERATED_ID = re.compile(r"(cell[-_])?[0-9a-f]{8,}")


@dataclass(frozen=True, order=True)
class Refusal:
    """What is wrong with which line of which cell."""

    notebook: str
    cell: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.notebook}: cell {self.cell}, line {self.line}: {self.what}"


def lint(notebook: NotebookNode, name: str) -> list[Refusal]:
    """Return what is to be refused in the solution notebook called `name`."""
    found = list(_grade_ids(notebook))
    course = _Names.of(notebook)
    for cell in notebook.cells:
        if is_test(cell):
            found += [(cell, *rest) for rest in _test_cell(cell, course)]
        elif is_solution(cell) and cell.cell_type == "code":
            found += [(cell, *rest) for rest in _solution_cell(cell)]
    return sorted(
        Refusal(name, grading(cell).get("grade_id", cell.id), line, what)
        for cell, line, what in found
    )


@dataclass(frozen=True)
class _Names:
    """Who defines which name at module level."""

    student: frozenset[str]  # in solution cells
    functions: frozenset[str]  # those of them that are functions
    prelude: frozenset[str]  # imported in locked cells
    given: frozenset[str]  # anything else in cells that are no test
    tests: frozenset[str]  # in test cells

    @classmethod
    def of(cls, notebook: NotebookNode) -> "_Names":
        student, functions, prelude, given, tests = (set() for _ in range(5))
        for cell in notebook.cells:
            tree = _parse(cell) if cell.cell_type == "code" else None
            if tree is None:
                continue
            bound = set(_bound(tree))
            if is_test(cell):
                tests |= bound
            elif is_solution(cell):
                student |= bound
                functions |= {
                    n.name for n in tree.body if isinstance(n, ast.FunctionDef)
                }
            elif is_locked(cell):
                imported = set(_imported(tree))
                prelude |= imported
                given |= bound - imported
            else:
                given |= bound
        return cls(*map(frozenset, (student, functions, prelude, given, tests)))


def _grade_ids(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, int, str]]:
    seen = set()
    for cell in notebook.cells:
        if not grading(cell):
            if GENERATED_ID.fullmatch(cell.id):
                yield cell, 1, f"the cell id {cell.id!r} is not readable"
            continue
        grade_id = grading(cell).get("grade_id", "")
        if not READABLE_ID.fullmatch(grade_id) or GENERATED_ID.fullmatch(grade_id):
            yield cell, 1, "a grade id is lower_case words, such as test_conv2d_stride"
        if grade_id in seen:
            yield cell, 1, f"the grade id {grade_id!r} is used twice"
        seen.add(grade_id)
        if cell.id != grade_id:
            yield cell, 1, f"the cell id {cell.id!r} should be its grade id"
        if is_test(cell) != grade_id.startswith("test_"):
            yield cell, 1, "the grade ids of test cells, and only they, begin test_"


def _solution_cell(cell: NotebookNode) -> Iterator[tuple[int, str]]:
    if "### BEGIN SOLUTION" not in cell.source:
        yield 1, "a solution cell marks what to take out: ### BEGIN SOLUTION … END"
    if not grading(cell).get("grade") and grading(cell).get("points"):
        yield 1, "points belong to test cells"


def _test_cell(cell: NotebookNode, names: _Names) -> Iterator[tuple[int, str]]:
    about = grading(cell)
    if not about.get("locked"):
        yield 1, "a test cell is locked"
    if not about.get("points"):
        yield 1, "a test cell has points"
    try:
        tree = ast.parse(cell.source)
    except SyntaxError as error:
        yield error.lineno or 1, f"not plain Python: {error.msg}"
        return
    if ast.get_docstring(tree) is None:
        yield 1, "a test cell begins with a docstring that says what it checks"
    if not _can_fail(tree):
        yield 1, "nothing in this cell can fail: no assert, no raise, no check"
    yield from _imports(tree)
    yield from _reads(cell.source, tree, names)
    yield from _crossings(tree, names)
    yield from _last_value(tree)


def _parse(cell: NotebookNode) -> ast.Module | None:
    try:
        return ast.parse(cell.source)
    except SyntaxError:  # a test cell's is refused by _test_cell
        return None


def _bound(tree: ast.Module) -> Iterator[str]:
    """Names that running the cell defines at module level."""
    table = symtable.symtable(ast.unparse(tree), "cell", "exec")
    for symbol in table.get_symbols():
        if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace():
            yield symbol.get_name()


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name.split(".")[0]


def _can_fail(tree: ast.Module) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise):
            return True
        if isinstance(node, ast.Assert) and not _is_constant_truth(node.test):
            return True
        if isinstance(node, ast.Call) and (
            _root(node.func) == "checks"
            or ast.unparse(node.func).startswith("np.testing.")
        ):
            return True
    return False


def _is_constant_truth(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and bool(node.value)


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or "."]
            if any(alias.name == "*" for alias in node.names):
                yield node.lineno, "import names, not *"
        else:
            continue
        for module in modules:
            if module.split(".")[0] not in IMPORTABLE:
                yield node.lineno, f"a test cell may not import {module}"


def _global_reads(table: symtable.SymbolTable) -> Iterator[str]:
    """Names that a cell, or any function in it, looks up at module level."""
    for symbol in table.get_symbols():
        at_module = table.get_type() == "module" or symbol.is_global()
        if symbol.is_referenced() and at_module:
            yield symbol.get_name()
    for child in table.get_children():
        yield from _global_reads(child)


def _reads(source: str, tree: ast.Module, names: _Names) -> Iterator[tuple[int, str]]:
    own = set(_bound(tree))
    for name in sorted(own & names.student):
        yield _line_of(tree, name), f"{name} is the student's; call yours otherwise"
    for name in sorted(own & names.prelude - set(_imported(tree))):
        yield _line_of(tree, name), f"{name} is imported in a locked cell; keep it"
    reads = set(_global_reads(symtable.symtable(source, "cell", "exec")))
    for name in sorted(reads):
        line = _line_of(tree, name)
        if name in FORBIDDEN_NAMES:
            yield line, f"a test cell may not use {name}"
        elif (
            name in own
            or name in names.student
            or name in names.prelude
            or hasattr(builtins, name)
        ):
            continue
        elif name in names.tests:
            yield line, f"{name} comes from another test cell; define it here"
        elif name in names.given:
            yield (
                line,
                f"{name} is neither the student's answer nor imported in a locked "
                "cell; define it here",
            )
        else:
            yield line, f"no cell defines {name}"


def _crossings(tree: ast.Module, names: _Names) -> Iterator[tuple[int, str]]:
    """Refuse what can't go to the student's process as plain data."""
    local_code = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(
            node.value, ast.Lambda | ast.GeneratorExp
        ):
            local_code |= {t.id for t in node.targets if isinstance(t, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            if node.attr.startswith("__") and node.attr.endswith("__"):
                yield node.lineno, f"a test cell may not look at {node.attr}"
            if node.attr == "summary":
                yield node.lineno, "judge a model by what it does, not its summary"
            if isinstance(node.value, ast.Name) and node.value.id in names.functions:
                yield (
                    node.lineno,
                    f"{node.value.id} may be called, but {ast.unparse(node)} is not "
                    "plain data",
                )
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in names.functions
        ):
            for argument in [*node.args, *(k.value for k in node.keywords)]:
                what = _not_plain(argument, local_code, names)
                if what:
                    yield (
                        argument.lineno,
                        f"{node.func.id} is called with {what}, which is not plain "
                        "data",
                    )


def _not_plain(argument: ast.expr, local_code: set[str], names: _Names) -> str | None:
    """Say what an argument is, where it can't cross to another process."""
    for node in ast.walk(argument):
        if isinstance(node, ast.Lambda):
            return "a lambda"
        if isinstance(node, ast.GeneratorExp) and node is argument:
            return "a generator"
    if isinstance(argument, ast.Name) and argument.id in local_code:
        return f"{argument.id}, a function or class of this cell,"
    if isinstance(argument, ast.Name) and argument.id in names.functions:
        return f"{argument.id}, a function,"
    if isinstance(argument, ast.Call) and isinstance(argument.func, ast.Attribute):
        parts = ast.unparse(argument.func).split(".")
        kinds = {
            "callbacks",
            "initializers",
            "layers",
            "losses",
            "metrics",
            "optimizers",
        }
        if parts[0] == "keras" and kinds & set(parts):
            return f"a {ast.unparse(argument.func)} object"
    return None


def _last_value(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """A last line with a number would be taken for a partial score."""
    last = tree.body[-1]
    if (
        isinstance(last, ast.Expr)
        and not isinstance(last.value, ast.Call)
        and last is not tree.body[0]  # the docstring
        and _root(last.value) != "partial_score"
    ):
        yield (
            last.lineno,
            "a last line that is a value sets a partial score; if that is meant, call "
            "it partial_score",
        )


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _line_of(tree: ast.Module, name: str) -> int:
    """The first line of the cell on which `name` occurs."""
    lines = [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and node.id == name)
        or (isinstance(node, ast.alias) and name in (node.asname, node.name))
        or (isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name)
    ]
    return min(lines, default=1)
