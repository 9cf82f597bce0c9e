"""Prepared submissions that can be graded as one, since no test sees two of them.

A submission changes some cells of the reference solution. A test cell sees the changes
that it reaches: by the names that it reads, the cells that made or changed what these
names hold, the names that those cells read, and so on. Where each test cell sees the
changes of one submission at most, all of them can be handed in as one notebook, and
every test cell finds there what it would find in the one submission that it sees.
"""

import ast
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
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    facts = [facts_of(cell.source) for cell in code]
    found = {}
    for place, test in enumerate(code):
        if is_test(test):
            own, steps, cells = facts[place], set(), set()
            wanted = {(n, place) for n in (own.needs | own.later) - own.bound}
            while wanted:
                steps |= wanted
                made = {
                    (maker, at)
                    for name, at in wanted
                    for maker in makers(name, at, code, facts)
                }
                cells |= {code[maker].id for maker, _ in made}
                wanted = {(n, at) for maker, at in made for n in facts[maker].later}
                wanted |= {(n, maker) for maker, _ in made for n in facts[maker].needs}
                wanted -= steps
            found[test.id] = cells
    return found


def makers(name: str, at: int, code: list, facts: list["Facts"]) -> list[int]:
    """Places of the cells that make or change what a name holds when `at` runs."""
    found = []
    for place in range(at - 1, -1, -1):
        if is_test(code[place]):
            continue
        if name in facts[place].changed | facts[place].bound:
            found.append(place)
        if name in facts[place].bound:
            break
    return found


# What the setup cell imports, and the layers that a notebook may name for short.
MODULES = {"checks", "datasets", "plots", "keras", "plt", "np", "layers"}


@dataclass(frozen=True)
class Facts:
    """What a cell does with names at its top level, and in the bodies it defines.

    `needs`: read at the top level before the cell binds them; `later`: read in bodies,
    when they are called; `changed`: objects whose methods or items the top level uses
    as statements do that change them, `model.fit(…)` or `a[0] = 1`.
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
            needs |= set(names_in(read_first(part))) - known
        known |= names
    return Facts(*map(frozenset, (needs, later, known, changed)))


def read_first(part: ast.stmt) -> ast.AST:
    """What a statement reads before it binds a name: of `x = y`, the y."""
    simple = isinstance(part, ast.Assign) and all(
        isinstance(target, ast.Name) for target in part.targets
    )
    return part.value if simple else part


def names_in(tree: ast.AST) -> Iterator[str]:
    return (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def changed_by(part: ast.stmt) -> Iterator[str]:
    """Names of objects with a method that is called, or an item that is stored."""
    for node in ast.walk(part):
        call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        base = node.func.value if call else None
        if isinstance(node, ast.Subscript | ast.Attribute):
            base = node.value if isinstance(node.ctx, ast.Store) else None
        if isinstance(base, ast.Name):
            yield base.id
