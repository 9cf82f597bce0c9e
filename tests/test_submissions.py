"""Prepared submissions get the marks they should.

Each script in `tests/submissions/NN_slug/` says in its docstring which test cells must
fail. Those of which no test cell sees two are handed in as one (together.py).
`make test` grades the reference solution and the few wrong ones that fail the most test
cells; `make test-slow` grades the rest.
"""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path

import nbformat
import pytest

from autograder.course import Course
from autograder.notebooks import ROOT, grading, is_test, read
from autograder.prepared import Prepared, make_submission, read_prepared
from autograder.stock import grade_stock
from tests.together import together

QUICK = 3  # wrong submissions of an exercise that `make test` grades
ASSIGNMENTS = sorted(
    path.name for path in (ROOT / "tests" / "submissions").iterdir() if path.is_dir()
)
ASSIGNMENTS = [name for name in ASSIGNMENTS if name[:2].isdigit()]


def points(assignment: str) -> dict[str, float]:
    """The points of each test cell of an exercise."""
    cells = solution(assignment).cells
    return {cell.id: grading(cell)["points"] for cell in cells if is_test(cell)}


def solution(assignment: str) -> nbformat.NotebookNode:
    return read(ROOT / "solutions" / assignment / f"{assignment}.ipynb")


def released(assignment: str) -> nbformat.NotebookNode:
    return read(ROOT / "exercises" / assignment / f"{assignment}.ipynb")


# The tests of one exercise share what is graded: they run in the same process.
of_each_exercise = pytest.mark.parametrize(
    "assignment",
    [pytest.param(n, marks=pytest.mark.xdist_group(n)) for n in ASSIGNMENTS],
)


@cache
def prepared(assignment: str) -> dict[str, Prepared]:
    """All prepared submissions of an exercise by name, and the reference solution."""
    folder = ROOT / "tests" / "submissions" / assignment
    found = [read_prepared(path) for path in sorted(folder.glob("*.py"))]
    return {one.name: one for one in [Prepared("reference"), *found]}


@cache
def handed_in(assignment: str) -> dict[str, Prepared]:
    """What is graded, by name: the reference, and the others, joined where possible."""
    reference, *others = prepared(assignment).values()
    ones = together(others, released(assignment), solution(assignment))
    return {one.name: one for one in [reference, *ones]}


@cache
def quick(assignment: str) -> set[str]:
    """The reference, and wrong ones that together fail as many test cells as may be."""
    chosen = {"reference"}
    alive = set(points(assignment))
    for _ in range(QUICK):
        best = max(handed_in(assignment).values(), key=lambda p: len(p.fails & alive))
        if best.fails & alive:
            chosen.add(best.name)
        alive -= best.fails
    return chosen


def grade(folder: Path, assignment: str, names: set[str]) -> dict[str, dict]:
    """Grade the named submissions, and an untouched release; rows by name."""
    release = released(assignment)
    for name in names | {"untouched"}:
        made = release
        if name != "untouched":
            one = handed_in(assignment)[name]
            made = make_submission(release, solution(assignment), one)
        place = folder / "submitted" / name / assignment
        place.mkdir(parents=True)
        nbformat.write(made, place / f"{assignment}.ipynb")
    report = folder / "grades.json"
    command = ["autograder", "grade", assignment, "--course", folder, "--json", report]
    subprocess.run(command, check=True, cwd=ROOT)
    return {row["student"]: row for row in json.loads(report.read_text())}


def verdict(row: dict, one: Prepared) -> list[str]:
    """What differs between a row and what its submission's docstring promises."""
    wrong = []
    for name, cell in row["cells"].items():
        passed = cell["score"] == cell["max_score"]
        if passed == (name in one.fails):
            wrong.append(f"{name}: {cell['outcome']}, {cell['message']}")
        for word in one.says.get(name, ()):
            if word not in (cell["message"] or ""):
                wrong.append(f"{name} doesn't say {word!r}: {cell['message']}")
    return wrong


def check(assignment: str, names: set[str], rows: dict[str, dict]) -> None:
    """Fail with all that differs from what the named submissions promise."""
    assert set(rows) >= names | {"untouched"}
    full = points(assignment)
    assert rows["untouched"]["score"] == 0
    surprises = {}
    for name in names:
        row = rows[name]
        assert {k: c["max_score"] for k, c in row["cells"].items()} == full
        one = handed_in(assignment)[name]
        if different := verdict(row, one):
            surprises[f"{name} ({one.about})"] = different
    told = "\n".join(f"{name}: {'; '.join(why)}" for name, why in surprises.items())
    assert not surprises, f"not graded as their docstrings say:\n{told}"


@of_each_exercise
def test_there_are_enough(assignment):
    ones = prepared(assignment).values()
    assert sum(not one.fails for one in ones) >= 4, "the reference and three correct"
    assert sum(bool(one.fails) for one in ones) >= 10, "ten wrong ones"


@of_each_exercise
def test_every_test_cell_is_killed(assignment):
    killed = set().union(*(one.fails for one in prepared(assignment).values()))
    assert killed == set(points(assignment))


@of_each_exercise
def test_quick_submissions(assignment, tmp_path):
    names = quick(assignment)
    check(assignment, names, grade(tmp_path, assignment, names))


def remaining(assignment: str) -> set[str]:
    return set(handed_in(assignment)) - quick(assignment)


def for_stock(assignment: str) -> str:
    """A wrong submission: of those graded here, the one that fails the fewest cells."""
    ones = (handed_in(assignment)[name] for name in sorted(remaining(assignment)))
    return min((one for one in ones if one.fails), key=lambda p: len(p.fails)).name


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Grade what the slow tests need of an exercise, once: its folder and rows."""

    @cache
    def of(assignment: str) -> tuple[Path, dict[str, dict]]:
        folder = tmp_path_factory.mktemp("graded")
        return folder, grade(folder, assignment, remaining(assignment))

    return of


@pytest.mark.slow
@pytest.mark.timeout(1800)
@of_each_exercise
def test_remaining_submissions(assignment, graded):
    check(assignment, remaining(assignment), graded(assignment)[1])


@pytest.mark.slow
@pytest.mark.timeout(1800)
@of_each_exercise
def test_scores_are_those_of_stock_nbgrader(assignment, graded, tmp_path):
    folder, rows = graded(assignment)
    name = for_stock(assignment)
    course = Course(tmp_path / "class")
    original = Course(folder).submission(name, assignment)
    shutil.copytree(original, course.submission(name, assignment))
    stock, _ = grade_stock(course, assignment, tmp_path / "stock")
    assert set(stock) == {name}
    # Stock nbgrader gives no points to a cell that wrote to stderr, if only a log line
    # of TensorFlow's: its known fault, and the only difference allowed.
    autograded = tmp_path / "stock" / "autograded" / name / assignment
    fault = cells_with_stderr(read(autograded / f"{assignment}.ipynb"))
    for cell, about in rows[name]["cells"].items():
        theirs = stock[name].auto_scores[f"{assignment}/{cell}"]
        assert theirs == (0 if cell in fault else about["score"]), cell


def cells_with_stderr(notebook: nbformat.NotebookNode) -> set[str]:
    return {
        grading(cell).get("grade_id")
        for cell in notebook.cells
        if any(output.get("name") == "stderr" for output in cell.get("outputs", []))
    }
