"""Read prepared submissions: percent scripts that say what they are and must fail.

    \"\"\"The kernel is flipped: true convolution instead of cross-correlation.

    fails: test_conv2d, test_conv2d_stride
    says: test_conv2d: flipped
    \"\"\"

    # %% [conv2d]
    def conv2d(image, kernel): ...

Each cell is named by the grade id of the solution cell that it replaces; the others
hold the reference solution. `fails: nothing` is a correct submission. A line
`with: shared/FILE.py` adds the cells of a script that several submissions share.
"""

import ast
import copy
import re
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from autograder.notebooks import grading, is_solution

CELL = re.compile(r"^# %%(.*)$", re.MULTILINE)
MARK = re.compile(r"\[([\w.-]+)\]")
SOLUTION_MARKS = re.compile(r"^\s*### (BEGIN|END) SOLUTION\s*$\n?", re.MULTILINE)


@dataclass(frozen=True)
class Prepared:
    """A prepared submission: the texts of some solution cells by grade id.

    `fails` names the test cells that must not give full marks; `says` maps test cells
    to words that the student's message must contain.
    """

    name: str
    about: str = ""
    fails: frozenset[str] = frozenset()
    says: dict[str, tuple[str, ...]] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)


def read_prepared(path: Path) -> Prepared:
    """Read one percent script. Raises ValueError, with the place, if it is not one."""
    header, cells = _split(path)
    about, fails, says, shared = _header(path, header)
    for name in shared:
        cells = _split(path.parent / name)[1] | cells
    return Prepared(path.stem, about, fails, says, cells)


def make_submission(
    released: NotebookNode, solution: NotebookNode, prepared: Prepared
) -> NotebookNode:
    """Return the released notebook as a student would hand it in.

    Each solution cell holds the prepared text, or that of the reference solution.
    Raises ValueError if `prepared` names a cell that is no solution cell.
    """
    reference = {
        grading(cell)["grade_id"]: SOLUTION_MARKS.sub("", cell.source).strip("\n")
        for cell in solution.cells
        if is_solution(cell)
    }
    unknown = sorted(set(prepared.cells) - set(reference))
    if unknown:
        raise ValueError(
            f"{prepared.name}: {', '.join(unknown)} is no solution cell. There are: "
            f"{', '.join(reference)}"
        )
    notebook = copy.deepcopy(released)
    for cell in notebook.cells:
        if is_solution(cell):
            name = grading(cell)["grade_id"]
            cell.source = prepared.cells.get(name, reference[name])
    return notebook


def _split(path: Path) -> tuple[str, dict[str, str]]:
    """Split a percent script into its docstring and its cells by grade id."""
    parts = CELL.split(path.read_text(encoding="utf-8"))
    cells = {}
    for mark, source in zip(parts[1::2], parts[2::2], strict=True):
        match = MARK.fullmatch(mark.strip())
        if match is None:
            raise ValueError(f"{path}: '# %%{mark}' names no cell: # %% [grade_id]")
        if match[1] in cells:
            raise ValueError(f"{path}: the cell {match[1]} is there twice")
        cells[match[1]] = source.strip("\n")
    header = ast.get_docstring(ast.parse(parts[0]))
    if header is None:
        raise ValueError(f"{path}: no docstring that says what it is and must fail")
    return header, cells


def _header(path: Path, text: str) -> tuple[str, frozenset[str], dict, list[str]]:
    """Split a header: what it says, which cells fail, words of each, shared scripts."""
    about, fails, says, shared = [], None, {}, []
    for line in text.splitlines():
        if line.startswith("fails:"):
            names = [name.strip() for name in line.removeprefix("fails:").split(",")]
            fails = frozenset(name for name in names if name and name != "nothing")
        elif line.startswith("says:"):
            cell, _, word = line.removeprefix("says:").strip().partition(":")
            if not word.strip():
                raise ValueError(f"{path}: {line!r} is not 'says: test_cell: word'")
            says[cell.strip()] = (*says.get(cell.strip(), ()), word.strip())
        elif line.startswith("with:"):
            shared.append(line.removeprefix("with:").strip())
        else:
            about.append(line)
    if fails is None:
        raise ValueError(f"{path}: no line 'fails: test_cell, …' or 'fails: nothing'")
    return "\n".join(about).strip(), fails, says, shared
