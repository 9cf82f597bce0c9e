"""Refuse test cells that could not be run outside the student's process.

A test cell touches the student's work only by calling a function with plain data, by
reading a variable that is plain data, or by taking a Keras model of built-in layers.
Then the same cell runs in the student's notebook, in stock nbgrader and in an examiner
process that the student's code never enters. Each refusal names notebook, cell, line.
"""

import ast
import builtins
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.crossing import Scope, imported
from autograder.names import bound, global_reads
from autograder.notebooks import grading, is_locked, is_solution, is_test

# What a test cell may import: references to compare with, and the words to say it in.
IMPORTABLE = {
    *("cnnlab", "collections", "fractions", "functools", "itertools", "keras", "math"),
    *("numpy", "random", "re", "scipy", "skimage", "sklearn", "statistics", "string"),
    "tensorflow",
}
# Names that look into, or change, the process that the cell runs in.
FORBIDDEN_NAMES = {
    *("breakpoint", "compile", "delattr", "dir", "eval", "exec", "exit"),
    *("get_ipython", "globals", "help", "input", "locals", "memoryview", "open"),
    *("quit", "setattr", "vars"),
}
# The same by another door: np.lib.….os, keras.src.….sys.
FORBIDDEN_MODULES = {
    *("builtins", "ctypes", "gc", "importlib", "inspect", "io", "os", "pathlib"),
    *("shutil", "socket", "src", "subprocess", "sys", "threading"),
}
# A file that the student's code has written is not there for the test, nor the reverse.
FILE_METHODS = {
    *("fromfile", "genfromtxt", "get_file", "load", "load_model", "load_weights"),
    *("loadtxt", "memmap", "save", "save_model", "save_weights", "savetxt", "savez"),
    *("savez_compressed", "tofile"),
}
CATCHES_ASSERTIONS = {"AssertionError", "BaseException", "Exception"}
REGIONS = ("SOLUTION", "HIDDEN TESTS")
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
    names = _Names.of(notebook)
    for cell in notebook.cells:
        if is_test(cell):
            found += [(cell, *rest) for rest in _test_cell(cell, names)]
        elif is_solution(cell) and cell.cell_type == "code":
            found += [(cell, *rest) for rest in _solution_cell(cell)]
    refusals = {
        Refusal(name, grading(cell).get("grade_id", cell.id), line, what)
        for cell, line, what in found
    }
    return sorted(refusals)


@dataclass(frozen=True)
class _Names:
    """Who defines which name at module level."""

    student: frozenset[str]  # in solution cells
    functions: frozenset[str]  # those of them that are functions
    classes: frozenset[str]  # and classes
    borrowed: frozenset[str]  # imported in solution cells
    prelude: dict[str, str]  # imported in locked cells, with what they are
    given: frozenset[str]  # anything else in cells that are no test
    tests: frozenset[str]  # in test cells

    @classmethod
    def of(cls, notebook: NotebookNode) -> "_Names":
        student, functions, classes = set(), set(), set()
        borrowed, prelude, given, tests = set(), {}, set(), set()
        for cell in notebook.cells:
            tree = _parsed(cell.source) if cell.cell_type == "code" else None
            if not isinstance(tree, ast.Module):
                continue
            imports, binds = imported(tree), bound(tree)
            if is_test(cell):
                tests |= binds
            elif is_solution(cell):
                student |= binds - set(imports)
                borrowed |= binds & set(imports)
                functions |= set(_functions(tree))
                classes |= {n.name for n in tree.body if isinstance(n, ast.ClassDef)}
            elif is_locked(cell):
                prelude |= imports
                given |= binds - set(imports)
            else:
                given |= binds
        sets = (student, functions, classes, borrowed - set(prelude))
        return cls(*map(frozenset, sets), prelude, frozenset(given), frozenset(tests))


# --- marks: ids, points, regions -----------------------------------------------------


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
    yield from _regions(cell.source)
    error = _parsed(cell.source)
    if isinstance(error, SyntaxError):
        yield error.lineno or 1, f"not plain Python: {error.msg}"


def _regions(source: str) -> Iterator[tuple[int, str]]:
    """Refuse a region that nbgrader could not take out."""
    for region in REGIONS:
        begun = 0  # the line
        for number, line in enumerate(source.splitlines(), 1):
            if f"BEGIN {region}" in line:
                if begun:
                    yield number, f"a second BEGIN {region} before the END"
                begun = number
            elif f"END {region}" in line:
                if not begun:
                    yield number, f"END {region} without a BEGIN"
                begun = 0
        if begun:
            yield begun, f"BEGIN {region} without an END"


def _visible(source: str) -> str:
    """A test cell as students see it, line for line, without its hidden tests."""
    kept, hidden = [], False
    for line in source.splitlines():
        hidden = hidden or "BEGIN HIDDEN TESTS" in line
        kept.append("" if hidden else line)
        hidden = hidden and "END HIDDEN TESTS" not in line
    return "\n".join(kept)


# --- test cells ----------------------------------------------------------------------


def _test_cell(cell: NotebookNode, names: _Names) -> Iterator[tuple[int, str]]:
    about = grading(cell)
    if not about.get("locked"):
        yield 1, "a test cell is locked"
    if not (about.get("points") or 0) > 0:
        yield 1, "a test cell has points"
    yield from _regions(cell.source)
    tree, visible = _parsed(cell.source), _parsed(_visible(cell.source))
    if isinstance(tree, SyntaxError):
        yield tree.lineno or 1, f"not plain Python: {tree.msg}"
        return
    if isinstance(visible, SyntaxError):
        yield visible.lineno or 1, "without its hidden tests this is not plain Python"
    else:
        yield from _last_value(visible)
    if ast.get_docstring(tree) is None:
        yield 1, "a test cell begins with a docstring that says what it checks"
    if not _can_fail(tree):
        yield 1, "nothing in this cell can fail: no assert, no raise, no check"
    yield from _last_value(tree)
    yield from _swallowed(tree)
    yield from _imports(tree)
    yield from _reads(cell.source, tree, names)
    yield from _attributes(tree)
    yield from _changes(tree, names)
    for scope in Scope(tree, names.functions, names.prelude).all():
        yield from _crossings(scope)
        yield from _models(scope)


def _parsed(source: str) -> ast.Module | SyntaxError:
    """The tree of a cell that Python can compile, else what Python says to it."""
    with warnings.catch_warnings(action="ignore"):
        try:
            compile(source, "cell", "exec")
            return ast.parse(source)
        except SyntaxError as error:
            return error
        except ValueError as error:  # such as a null byte
            return SyntaxError(str(error))


def _functions(tree: ast.Module) -> Iterator[str]:
    """Names of the functions that a cell defines, by def or by lambda."""
    for node in Scope(tree, frozenset(), {}).nodes():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            yield from (t.id for t in node.targets if isinstance(t, ast.Name))


def _can_fail(tree: ast.Module) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise):
            return True
        if isinstance(node, ast.Assert) and not _is_constant_truth(node.test):
            return True
        if isinstance(node, ast.Call) and _is_check(node):
            return True
    return False


def _is_check(node: ast.Call) -> bool:
    """Whether a call is one of cnnlab.checks or numpy.testing."""
    function = ast.unparse(node.func)
    return _root(node.func) == "checks" or function.startswith("np.testing.")


def _is_constant_truth(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple):  # assert (x == 1, "message")
        return bool(node.elts)
    return isinstance(node, ast.Constant) and bool(node.value)


def _swallowed(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Refuse an except that keeps what the cell itself asserts from failing."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Try) or not _can_fail(ast.Module(node.body, [])):
            continue
        for handler in node.handlers:
            caught = ast.walk(handler.type) if handler.type else ()
            names = {n.id for n in caught if isinstance(n, ast.Name)}
            catches = handler.type is None or names & CATCHES_ASSERTIONS
            if catches and not _can_fail(ast.Module(handler.body, [])):
                yield (
                    handler.lineno,
                    "this except swallows the failure of the test itself: keep the "
                    "try to the student's call, or name the error expected",
                )


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [f"{node.module or '.'}.{alias.name}" for alias in node.names]
            if any(alias.name == "*" for alias in node.names):
                yield node.lineno, "import names, not *"
        else:
            continue
        for module in modules:
            first, *rest = module.split(".")
            private = [part for part in rest if part.startswith("_")]
            if first not in IMPORTABLE or private or FORBIDDEN_MODULES & set(rest):
                yield node.lineno, f"a test cell may not import {module}"


def _reads(source: str, tree: ast.Module, names: _Names) -> Iterator[tuple[int, str]]:
    own = bound(tree)
    for name in own & names.student:
        yield _binds(tree, name), f"{name} is the student's; call yours otherwise"
    for name in own & set(names.prelude) - set(imported(tree)):
        yield _binds(tree, name), f"{name} is imported in a locked cell; keep it"
    for name in global_reads(source) - own:
        what = _read(name, names)
        if what:
            yield _line_of(tree, name), what


def _read(name: str, names: _Names) -> str | None:
    """Say why a test cell may not read a name that it doesn't define."""
    if name in FORBIDDEN_NAMES or name.startswith("__"):
        return f"a test cell may not use {name}"
    if name in names.classes:
        return f"{name} is a class of the student's: ask for a function instead"
    if name in names.student or name in names.prelude or hasattr(builtins, name):
        return None
    if name in names.borrowed:
        return f"{name} is imported in a solution cell only; import it here"
    if name in names.tests:
        return f"{name} comes from another test cell; define it here"
    if name in names.given:
        return (
            f"{name} is neither the student's answer nor imported in a locked cell; "
            "define it here"
        )
    return f"no cell defines {name}"


def _attributes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        for attribute in _looked_at(node):
            if attribute.startswith("_"):
                yield node.lineno, f"a test cell may not look at {attribute}"
            elif attribute in FORBIDDEN_MODULES:
                yield node.lineno, f"a test cell may not use {attribute}"
            elif attribute == "summary":
                yield node.lineno, "judge a model by what it does, not its summary"
            elif attribute in FILE_METHODS:
                yield (
                    node.lineno,
                    f"{attribute}: the test and the student's code have no files in "
                    "common",
                )
        if isinstance(node, ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith):
            yield node.lineno, "a test cell may not use async"


def _looked_at(node: ast.AST) -> Iterator[str]:
    """The attribute that `node` looks at, if any, by a dot or by getattr."""
    if isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Call) and len(node.args) > 1:
        name = node.args[1]
        if _root(node.func) in ("getattr", "hasattr") and isinstance(
            name, ast.Constant
        ):
            yield str(name.value)


def _changes(tree: ast.Module, names: _Names) -> Iterator[tuple[int, str]]:
    """Refuse writing into what is the student's: later cells would see it, or not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(
            node.ctx, ast.Load
        ):
            name = _target(node)
            if name in names.student:
                yield node.lineno, f"this changes the student's {name}; work on a copy"
        elif isinstance(node, ast.Attribute) and node.attr == "history":
            name = _root(node)
            if name in names.student:
                yield (
                    node.lineno,
                    f"{name} would be a History object, which is not plain data: ask "
                    "for its .history",
                )


def _target(node: ast.expr) -> str | None:
    """The name into which an assignment to a place writes: x of x[0].y, none of f()."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _crossings(scope: Scope) -> Iterator[tuple[int, str]]:
    """Refuse what can't go to the student's process as plain data, or come back."""
    for node in scope.nodes():
        for function, arguments in _student_calls(scope, node):
            for argument in arguments:
                found = scope.value(argument)
                if found:
                    yield (
                        argument.lineno,
                        f"{function} is called with {found.what}, which is not plain "
                        "data",
                    )
        for looked_at in _looks_into(node):
            found = scope.value(looked_at)
            if found and found.student:
                yield (
                    node.lineno,
                    f"{found.student} may be called, but {ast.unparse(node)} is not "
                    "plain data",
                )
        for decorator in getattr(node, "decorator_list", []):
            found = scope.value(decorator)
            if found and found.student:
                yield decorator.lineno, f"{found.student} can't be a decorator"


def _student_calls(scope: Scope, node: ast.AST) -> Iterator[tuple[str, list[ast.expr]]]:
    """The student's function that `node` calls, if any, and what it is called with."""
    if not isinstance(node, ast.Call):
        return
    arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
    called = scope.value(node.func)
    if called and called.student:
        yield called.student, arguments
    elif arguments:
        called = scope.value(arguments[0])
        if called and called.student and scope.path(node.func) == "functools.partial":
            yield called.student, arguments[1:]
        elif called and called.student and _root(node.func) in ("map", "filter"):
            items = (ast.Starred(argument) for argument in arguments[1:])
            yield called.student, [ast.copy_location(i, i.value) for i in items]


def _looks_into(node: ast.AST) -> Iterator[ast.expr]:
    """What `node` reads or sets an attribute of."""
    if isinstance(node, ast.Attribute):
        yield node.value
    elif isinstance(node, ast.Call) and _root(node.func) in ("getattr", "hasattr"):
        yield from node.args[:1]


def _models(scope: Scope) -> Iterator[tuple[int, str]]:
    for node in scope.nodes():
        path = scope.path(node.func) if isinstance(node, ast.Call) else None
        if path in ("keras.Sequential", "keras.models.Sequential"):
            layers = [*node.args, *(k.value for k in node.keywords)][:1]
            first = getattr(layers[0], "elts", [])[:1] if layers else []
            if first and _is_layer(scope, first[0]):
                yield first[0].lineno, "begin the model with keras.Input"
        if path and path.endswith(".default_rng") and not (node.args or node.keywords):
            yield node.lineno, "seed the generator, so that all students get the same"


def _is_layer(scope: Scope, node: ast.expr) -> bool:
    path = scope.path(node.func) if isinstance(node, ast.Call) else None
    return bool(path) and path.startswith("keras.layers.") and "Input" not in path


def _last_value(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """A last line with a number would be taken for a partial score."""
    last = tree.body[-1] if tree.body else None
    if (
        isinstance(last, ast.Expr)
        and last is not tree.body[0]  # the docstring
        and not (isinstance(last.value, ast.Call) and _gives_none(last.value, tree))
        and ast.unparse(last) != "partial_score"
    ):
        yield (
            last.lineno,
            "a last line that is a value sets a partial score; if that is meant, call "
            "it partial_score",
        )


def _gives_none(call: ast.Call, tree: ast.Module) -> bool:
    """Whether a call is known to have no value."""
    if _is_check(call) or _root(call.func) in ("print", "plt"):
        return True
    return any(
        isinstance(node, ast.FunctionDef)
        and node.name == ast.unparse(call.func)
        and not any(isinstance(n, ast.Return) and n.value for n in ast.walk(node))
        for node in tree.body
    )


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _line_of(tree: ast.Module, name: str) -> int:
    """The first line on which the cell reads `name`."""
    return min(
        (
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Name)
            and node.id == name
            and isinstance(node.ctx, ast.Load)
        ),
        default=1,
    )


def _binds(tree: ast.Module, name: str) -> int:
    """The first line on which the cell gives `name` a meaning, or takes it away."""
    return min(
        (
            node.lineno
            for node in ast.walk(tree)
            if (
                isinstance(node, ast.Name)
                and node.id == name
                and not isinstance(node.ctx, ast.Load)
            )
            or (isinstance(node, ast.alias) and name in (node.asname, node.name))
            or name == getattr(node, "name", None)  # def, class, except … as
        ),
        default=1,
    )
