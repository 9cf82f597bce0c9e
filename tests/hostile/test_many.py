"""Many small attacks and oddities: tables in short/, and files in `forged`.

In short/ a cell is the student's `double`: its first line says what it scores of 5, and
why. Where it defines no `double`, the right one follows, or for 0 points a wrong one.
All are graded by the real engine, in two batches: what has no end in one of its own.
"""

import html
import re
import sys
from functools import cache
from pathlib import Path

import pytest

from autograder.grade import grade
from tests.autograder import test_cheats, tiny
from tests.hostile import test_networks
from tests.hostile.cells import table as cells
from tests.hostile.forged import FORGED, STUDENTS, WRONG
from tests.hostile.test_hostile import ATTACKS

HERE = Path(__file__).parent
SHORT = sorted(path.stem for path in (HERE / "short").glob("*.ipy"))
HIDDEN = re.compile(r"double\(-3\)|minus 3|for -3|asked_3|asked -3")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux only"),
]


@cache
def submissions(kind: str) -> dict[str, tuple[float, str]]:
    """Map each name in a file of short/ to its score and its source."""
    found = {}
    for name, (score, _, source) in cells(HERE / "short" / f"{kind}.ipy").items():
        if not re.search(r"\bdouble\b.*=|def double", source):
            source += tiny.RIGHT["double"] if score else WRONG
        found[name] = score, source
    return found


def make(course, names: list[str]) -> None:
    """Hand in what the names ask for: KIND: NAME."""
    for name in names:
        kind, _, which = name.partition(": ")
        if kind in SHORT:
            source = submissions(kind)[which][1].replace("@COURSE@", str(course.folder))
            tiny.hand_in(course, name, double=source)
        elif kind == "file":
            (change,) = [each for each in FORGED if each.__name__ == which]
            score = change.__doc__[0]
            work = tiny.RIGHT["double"] if score == "5" else WRONG
            change(tiny.hand_in(course, name, double=work))


def expected(name: str) -> float:
    kind, _, which = name.partition(": ")
    if kind in SHORT:
        return submissions(kind)[which][0]
    (change,) = [each for each in FORGED if each.__name__ == which]
    return float(change.__doc__[0])


def graded(course, names: list[str], limits: dict) -> dict:
    with (course.repository / "nbgrader_config.py").open("a") as config:
        config.write(f"c.Replay.limits = {{{tiny.ASSIGNMENT!r}: {limits}}}\n")
    make(course, names)
    for name in ("a_honest", "z_honest"):
        tiny.hand_in(course, name, **tiny.RIGHT | {"words": name})
    modules = (*tiny.LIGHT, "matplotlib.pyplot")
    rows = grade(course, tiny.ASSIGNMENT, jobs=2, preload=modules)
    return {row.student: row for row in rows}


ENDLESS = [f"endless: {name}" for name in submissions("endless")]
MANY = [
    f"{kind}: {name}"
    for kind in SHORT
    if kind != "endless"
    for name in submissions(kind)
]
MANY += [f"file: {change.__name__}" for change in FORGED]


@pytest.fixture(scope="module")
def endless(tmp_path_factory):
    course = tiny.make_course(tmp_path_factory.mktemp("endless"))
    return course, graded(course, ENDLESS, {"cell_seconds": 2})


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    course = tiny.make_course(tmp_path_factory.mktemp("many"))
    for name in STUDENTS:
        tiny.hand_in(course, name, double=tiny.RIGHT["double"])
    limits = {"cell_seconds": 10, "memory_bytes": 1 << 30}
    return course, graded(course, MANY, limits)


@pytest.mark.xdist_group("endless")
@pytest.mark.parametrize("name", ENDLESS)
def test_endless(endless, name):
    row = endless[1][name]
    assert row.score == expected(name), row.cells


@pytest.mark.xdist_group("many")
@pytest.mark.parametrize("name", MANY)
def test_many(many, name):
    row = many[1][name]
    assert row.score == expected(name), (row.cells, row.repairs)
    if row.score == 0:
        assert any(cell["message"] for cell in row.cells.values())


@pytest.mark.xdist_group("many")
@pytest.mark.parametrize("change", FORGED, ids=lambda change: change.__name__)
def test_reason(many, change):
    """A submission that can't be graded says why, in words of its docstring."""
    _, found, why = change.__doc__.partition("not graded: ")
    repairs = many[1][f"file: {change.__name__}"].repairs
    if found:
        assert "not graded: " in repairs[0]
        assert why.removesuffix(".") in repairs[0].replace("01_tiny.ipynb is", "it is")
    else:
        assert not [repair for repair in repairs if repair.startswith("not graded")]


@pytest.mark.xdist_group("many")
@pytest.mark.parametrize("student", STUDENTS)
def test_names_of_students(many, student):
    course, rows = many
    assert rows[student].score == 5
    assert list((course.feedback / student / tiny.ASSIGNMENT).glob("*.html"))


@pytest.mark.xdist_group("many")
def test_nobody_else_is_harmed(many):
    course, rows = many
    assert len(rows) == len(MANY) + len(STUDENTS) + 2
    assert [rows[name].score for name in ("a_honest", "z_honest")] == [5, 5]
    assert all(row.max_score == 6 for row in rows.values())
    assert not (course.folder / "wiped").exists()


@pytest.mark.xdist_group("endless")
def test_nobody_else_waits(endless):
    rows = endless[1]
    assert [rows[name].score for name in ("a_honest", "z_honest")] == [5, 5]


@pytest.mark.xdist_group("many")
def test_no_hidden_test_in_what_students_get(many):
    course, _ = many
    for path in course.feedback.rglob("*.html"):
        shown = html.unescape(re.sub(r"<[^>]*>", "", path.read_text()))
        assert not HIDDEN.search(shown), path


def test_there_are_enough():
    odd = [len(ATTACKS), len(test_cheats.CHEATS), len(MANY), len(ENDLESS)]
    assert sum(odd) + len(STUDENTS) + len(test_networks.NETWORKS) >= 80, odd
