"""How the test cells did: how hard each was, and whether it tells students apart.

The two figures are those of classical test theory: difficulty is the fraction that
passed; discrimination is the correlation between passing the cell and the score on all
others. The first says what most could do, the second what those could do who could do
the rest: near 0, or below it, the cell is unclear, or tests something else.
"""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from autograder import course as courses
from autograder.course import Course
from autograder.journal import Journal
from autograder.results import NOT_GRADED, Row

NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)*(?:[eE][-+]?\d+)?")
MESSAGES = 3  # of each cell that are shown, the most common ones
FEW = 10  # students, below which a correlation says next to nothing
WEAK = 0.2  # discrimination that asks for a look at the cell; Ebel and Frisbie, 1991


@dataclass(frozen=True)
class Item:
    """A graded cell in a class; `students` are those whose notebooks were executed.

    `share` is the mean of score / points, `passed` the fraction with full marks: None
    without students. `discrimination` is in -1..1, None where it is not defined.
    `messages` are the most common ones of those who did not pass, with their numbers.
    """

    name: str
    task: str
    points: float
    students: int
    share: float | None
    passed: float | None
    discrimination: float | None
    outcomes: dict[str, int]
    messages: list[tuple[str, int]]
    by_tests: bool

    @property
    def doubtful(self) -> bool:
        """Tell whether the cell deserves a look: many took it, and it sorts none."""
        weak = self.discrimination is not None and self.discrimination < WEAK
        return self.students >= FEW and weak


def analyse(rows: Sequence[Row], tasks: dict[str, tuple[str, bool]]) -> list[Item]:
    """Return the graded cells in the order of the exercise.

    `tasks` is what `tasks_of` returns. Submissions that could not be executed count in
    no figure. The scores that a cell is compared with are those of cells with tests.
    """
    taken = [row for row in rows if executed(row)]
    names = list(rows[0].cells) if rows else []
    about = {name: tasks.get(name, (name, True)) for name in names}
    tested = [name for name in names if about[name][1]]
    totals = [sum(row.cells[name]["score"] for name in tested) for row in taken]
    items = []
    for name in names:
        cells = [row.cells[name] for row in taken]
        passed = [has_passed(cell) for cell in cells]
        rest = [
            total - (cell["score"] if name in tested else 0)
            for total, cell in zip(totals, cells, strict=True)
        ]
        by_tests = about[name][1]
        shares = [cell["score"] / (cell["max_score"] or 1) for cell in cells]
        items.append(
            Item(
                name=name,
                task=about[name][0],
                points=rows[0].cells[name]["max_score"],
                students=len(taken),
                share=sum(shares) / len(shares) if shares else None,
                passed=sum(passed) / len(passed) if passed else None,
                discrimination=point_biserial(passed, rest) if by_tests else None,
                outcomes=dict(Counter(cell["outcome"] for cell in cells)),
                messages=common_messages(cells),
                by_tests=by_tests,
            )
        )
    return items


def point_biserial(passed: Sequence[bool], rest: Sequence[float]) -> float | None:
    """Return the point-biserial correlation of passing a cell with the rest score.

        r = (M1 - M0) / s * sqrt(n1 n0 / n^2)

    M1 and M0 are the mean rest scores of the n1 who passed and the n0 who did not, s is
    the standard deviation of all n rest scores (divided by n): Pearson's correlation
    where one variable is 0 or 1. The cell's own score is left out of the rest score, or
    it would correlate with itself. None where everybody passed, or nobody, or all
    others' scores are one.

    Sources: F. M. Lord and M. R. Novick, "Statistical theories of mental test scores",
    1968, chapter 15; S. Henrysson, "Correction of item-total correlations in item
    analysis", Psychometrika 28, 1963.
    """
    n = len(rest)
    ones = [score for score, one in zip(rest, passed, strict=True) if one]
    zeros = [score for score, one in zip(rest, passed, strict=True) if not one]
    if not ones or not zeros:
        return None
    mean = sum(rest) / n
    spread = sqrt(sum((score - mean) ** 2 for score in rest) / n)
    if spread <= 1e-9 * max(1.0, abs(mean)):
        return None
    apart = sum(ones) / len(ones) - sum(zeros) / len(zeros)
    return apart / spread * sqrt(len(ones) * len(zeros)) / n


def executed(row: Row) -> bool:
    """Tell whether the submission's notebook could be executed."""
    return not any(repair.startswith(NOT_GRADED) for repair in row.repairs)


def has_passed(cell: dict) -> bool:
    """Tell whether a cell has full marks."""
    return cell["score"] >= cell["max_score"] - 1e-9


def common_messages(cells: Sequence[dict]) -> list[tuple[str, int]]:
    """The most common messages, those that differ only in numbers counted as one."""
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for cell in cells:
        message = " ".join(cell["message"].split())
        if message and not has_passed(cell):
            kind = NUMBER.sub("#", message)
            counts[kind] += 1
            examples.setdefault(kind, message)
    return [(examples[kind], count) for kind, count in counts.most_common(MESSAGES)]


def tasks_of(course: Course, assignment: str) -> dict[str, tuple[str, bool]]:
    """Map each graded cell's name to its task, and to whether tests grade it.

    A task is the solution cell before the test cells. Names are those of Row.cells: a
    grade id, with the notebook's name before it where several have the same.
    """
    found: dict[str, tuple[str, bool]] = {}
    release = Journal(course.journal(assignment)).release
    folder = release if release.is_dir() else course.source(assignment)
    for path in courses.notebooks(folder):
        task = path.stem
        for cell in _cells(path):
            marks = cell.get("metadata", {}).get("nbgrader", {})
            name = str(marks.get("grade_id", ""))
            if marks.get("solution") or marks.get("task"):
                task = name
            if marks.get("grade") or marks.get("task"):
                by_tests = not (marks.get("solution") or marks.get("task"))
                about = (task, by_tests and cell.get("cell_type") == "code")
                found[f"{path.stem}/{name}"] = about
                found.setdefault(name, about)
    return found


def hidden_cells(course: Course, assignment: str) -> set[str]:
    """Names of the graded cells with hidden tests, whose messages may tell of them."""
    found = set()
    for path in courses.notebooks(course.source(assignment)):
        for cell in _cells(path):
            if "BEGIN HIDDEN TESTS" in "".join(cell.get("source", "")):
                name = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", "")
                found |= {name, f"{path.stem}/{name}"}
    return found


def _cells(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]
