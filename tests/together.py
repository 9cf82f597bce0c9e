"""Prepared submissions that can be graded as one, since no test sees two of them.

A submission changes some cells of the reference solution. A test cell sees the changes
that it reaches: by the names that it reads, the statements that made or changed what
these names hold, the names that those read, and so on. Where each test cell sees the
changes of one submission at most, all of them can be handed in as one notebook, and
every test cell finds there what it would find in the one submission that it sees.
"""

import ast
import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import nbformat

from autograder.names import bound, global_reads
from autograder.notebooks import is_test
from autograder.prepared import Prepared, make_submission


def together(
    ones: Iterable[Prepared],
    released: nbformat.NotebookNode,
    solution: nbformat.NotebookNode,
) -> list[Prepared]:
    """Join submissions, each with the first ones that it can be graded with."""
    groups: list[list[Prepared]] = []
    for one in ones:
        for group in groups:
            if independent([*group, one], released, solution):
                group.append(one)
                break
        else:
            groups.append([one])
    return [joined(group) for group in groups]


def joined(group: list[Prepared]) -> Prepared:
    """One submission with the changes of all, which fails what any of them fails."""
    if len(group) == 1:
        return group[0]
    return Prepared(
        name=f"{group[0].name}_and_{len(group) - 1}_more",
        about="together: " + ", ".join(one.name for one in group),
        fails=frozenset().union(*(one.fails for one in group)),
        says={cell: words for one in group for cell, words in one.says.items()},
        cells={cell: source for one in group for cell, source in one.cells.items()},
    )


def independent(
    group: list[Prepared],
    released: nbformat.NotebookNode,
    solution: nbformat.NotebookNode,
) -> bool:
    """Whether each test cell sees one submission's changes at most, and its own.

    Changes that all have in common (`with:` a shared script) belong to none of them.
    """
    common = set(group[0].cells.items()).intersection(*(o.cells.items() for o in group))
    own = [set(one.cells) - {cell for cell, _ in common} for one in group]
    if sum(map(len, own)) + len(common) > len({c for one in group for c in one.cells}):
        return False  # two of them change the same cell
    seen = reached(make_submission(released, solution, joined(group)))
    for test, cells in seen.items():
        seers = [i for i, changed in enumerate(own) if cells & changed]
        failing = [i for i, one in enumerate(group) if test in one.fails]
        if len(seers) > 1 or (failing and failing != seers):
            return False
    return True


def reached(notebook: nbformat.NotebookNode) -> dict[str, set[str]]:
    """Return, for each test cell, the other cells on which what it finds may depend."""
    steps = [step for cell in notebook.cells for step in steps_of(cell)]
    found = {}
    for place, test in enumerate(steps):
        if test.is_test:
            done, cells = set(), set()
            own = test.facts
            wanted = {(n, place) for n in (own.needs | own.later) - own.bound}
            while wanted:
                done |= wanted
                made = {
                    (maker, at)
                    for name, at in wanted
                    for maker in makers(name, at, steps)
                }
                cells |= {steps[maker].cell for maker, _ in made}
                wanted = {(n, at) for m, at in made for n in steps[m].facts.later}
                wanted |= {(n, m) for m, _ in made for n in steps[m].facts.needs}
                wanted -= done
            found[test.cell] = cells
    return found


@dataclass(frozen=True)
class Step:
    """A statement of a cell, or a test cell as a whole."""

    cell: str
    is_test: bool
    facts: "Facts"


def steps_of(cell: nbformat.NotebookNode) -> Iterator[Step]:
    if cell.cell_type != "code":
        return
    if is_test(cell):
        yield Step(cell.id, True, facts_of(cell.source))
        return
    for part in ast.parse(cell.source).body:
        yield Step(cell.id, False, facts_of(ast.unparse(part)))


def makers(name: str, at: int, steps: list[Step]) -> list[int]:
    """Places of the steps that make or change what a name holds when `at` runs."""
    found = []
    for place in range(at - 1, -1, -1):
        step = steps[place]
        if step.is_test:
            continue
        if name in step.facts.changed | step.facts.bound:
            found.append(place)
        if name in step.facts.bound:
            break
    return found


PURE = {"predict", "count_params"}  # methods that leave a model as it was
# What the setup cell imports, and the layers that a notebook may name for short.
MODULES = {"checks", "datasets", "plots", "keras", "plt", "np", "layers"}


@dataclass(frozen=True)
class Facts:
    """What source does with names at its top level, and in the bodies it defines.

    `needs`: read at the top level before they are bound there; `later`: read in bodies,
    when they are called; `changed`: objects that the top level may change, as
    `model.fit(…)`, `train(model)` and `a[0] = 1` do.
    """

    needs: frozenset[str]
    later: frozenset[str]
    bound: frozenset[str]
    changed: frozenset[str]


@cache
def facts_of(source: str) -> Facts:
    needs, later, known, changed = set(), set(), set(), set()
    for part in ast.parse(source).body:
        module = ast.Module([part], [])
        names = bound(module)
        if isinstance(part, (ast.FunctionDef, ast.ClassDef)):
            later |= global_reads(ast.unparse(module))
        else:
            changed |= set(changed_by(part)) - MODULES
            needs |= set(read_by(part)) - known
        known |= names
    return Facts(*map(frozenset, (needs, later, known, changed)))


def read_by(part: ast.stmt) -> Iterator[str]:
    """Names that a statement reads; what `x += 1` adds to is read as well."""
    for node in ast.walk(part):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id


def changed_by(part: ast.stmt) -> Iterator[str]:
    """Names of objects with a method that is called, or an item that is stored.

    And of what is given to a function, as a model is to one that trains it.
    """
    for node in ast.walk(part):
        match node:
            case ast.Call(func=ast.Name(id=name)) if not hasattr(builtins, name):
                given = [*node.args, *(keyword.value for keyword in node.keywords)]
                yield from (each.id for each in given if isinstance(each, ast.Name))
            case ast.Call(func=ast.Attribute(ast.Name(id=name), method)):
                if method not in PURE:
                    yield name
            case ast.Subscript(ast.Name(id=name), ctx=ast.Store()):
                yield name
            case ast.Attribute(ast.Name(id=name), ctx=ast.Store()):
                yield name
