"""`autograder grade` on a tiny exercise: rows for everyone, scores as nbgrader's."""

import csv
import json
import sqlite3
import subprocess
import sys
from contextlib import closing

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder import cli
from autograder import course as courses
from autograder.grade import grade
from autograder.results import write_json
from autograder.stock import grade_stock
from autograder.submission import Converters
from tests.autograder import tiny
from tests.autograder.tiny import ASSIGNMENT, LIGHT, RIGHT, TESTS

pytestmark = pytest.mark.xdist_group("grade")  # graded once

# What students hand in: cells by grade id. All honest, so nbgrader agrees on each.
HONEST = {
    "right": RIGHT,
    "Zoë [2] 100%": RIGHT | {"double": "double = lambda x: x + x"},
    "unsigned": {"double": "def double(x):\n    return abs(2 * x)"},
    "raises": {"double": "def double(x):\n    raise ValueError('\\x1b[31mno\\x1b[0m')"},
    "untouched": {},
}
ENCODINGS = {"latin": "latin-1", "marked": "utf-8-sig", "wide": "utf-16"}
WARNS = "import warnings\ndef double(x):\n    warnings.warn('slow')\n    return 2 * x"
ENDLESS = "def double(x):\n    while True:\n        pass"
NEVER_ENDS = """\
import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
while True:
    pass"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class with all kinds of submissions, graded; its rows by student."""
    course = tiny.make_course(tmp_path_factory.mktemp("odd [path]"))
    for student, cells in HONEST.items():
        tiny.hand_in(course, student, **cells)
    tiny.hand_in(course, "warns", double=WARNS)
    tiny.hand_in(course, "endless", double=ENDLESS)
    tiny.hand_in(course, "deaf", double=NEVER_ENDS)
    tiny.hand_in(course, "quits", double="import os\nos._exit(1)")
    path = tiny.hand_in(course, "cut off", **RIGHT)
    path.write_text(path.read_text()[:300])
    umlaut = RIGHT | {"double": "# für zwei\n" + RIGHT["double"]}
    for student, encoding in ENCODINGS.items():
        path = tiny.hand_in(course, student, **umlaut)
        text = json.dumps(json.loads(path.read_text()), ensure_ascii=False)
        path.write_bytes(text.encode(encoding))
    path = tiny.hand_in(course, "old", **RIGHT)
    notebook = nbformat.read(path, as_version=4)
    nbformat.write(nbformat.convert(notebook, 3), path, version=3)
    path = tiny.hand_in(course, "link")
    path.unlink()
    path.symlink_to(course.source(ASSIGNMENT) / path.name)
    tiny.hand_in(course, "nothing").write_bytes(b"")
    tiny.write(course, "foreign", new_notebook(cells=[new_code_cell("weights = 5")]))
    path = tiny.hand_in(course, "lost", **RIGHT)
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.metadata, cell.id = NotebookNode(), f"id-{id(cell)}"
    tiny.write(course, "lost", notebook)
    path = tiny.hand_in(course, "renamed", **RIGHT)
    path.rename(path.with_name("mine.ipynb"))
    course.submission("empty", ASSIGNMENT).mkdir(parents=True)
    path = tiny.hand_in(course, "copied", **RIGHT)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(4, notebook.cells[3].copy())
    tiny.write(course, "copied", notebook)
    path = tiny.hand_in(course, "deleted", **RIGHT)
    notebook = nbformat.read(path, as_version=4)
    del notebook.cells[3]
    tiny.write(course, "deleted", notebook)
    path = tiny.hand_in(course, "meddles", double="def double(x):\n    return 5")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[3].source = "assert True"
    notebook.cells[4].metadata["tags"] = ["skip-execution"]
    tiny.write(course, "meddles", notebook)
    rows = {row.student: row for row in grade(course, ASSIGNMENT, preload=LIGHT)}
    return course, rows


def test_everyone_has_a_row(graded):
    course, rows = graded
    assert sorted(rows) == courses.students(course, ASSIGNMENT)
    assert all(row.max_score == 6 for row in rows.values())
    assert all(list(row.cells) == [*TESTS, "words"] for row in rows.values())


def test_honest_scores_are_those_of_nbgrader(graded, tmp_path):
    _, rows = graded
    honest = tiny.make_course(tmp_path)
    for student, cells in HONEST.items():
        tiny.hand_in(honest, student, **cells)
    stock, _ = grade_stock(honest, ASSIGNMENT, tmp_path / "stock", timeout=2)
    ours = {
        student: {name: cell["score"] for name, cell in rows[student].cells.items()}
        for student in HONEST
        if "[" not in student  # nbgrader doesn't find these
    }
    theirs = {
        student: {cell.name: cell.score for cell in stock[student].cells}
        for student in ours
    }
    assert ours == theirs


@pytest.mark.parametrize(
    ("student", "scores", "outcomes"),
    [
        ("right", [2, 1, 2], ["passed", "passed", "passed"]),
        ("Zoë [2] 100%", [2, 1, 2], ["passed", "passed", "passed"]),
        ("warns", [2, 1, 2], ["passed", "passed", "passed"]),
        ("unsigned", [2, 0, 2], ["passed", "failed", "passed"]),
        ("raises", [0, 0, 0], ["error", "error", "error"]),
        ("untouched", [0, 0, 0], ["error", "error", "error"]),
        ("endless", [0, 0, 0], ["timeout", "timeout", "timeout"]),
        ("deaf", [0, 0, 0], ["error", "error", "error"]),
        ("quits", [0, 0, 0], ["error", "error", "error"]),
        ("cut off", [0, 0, 0], ["manual", "manual", "manual"]),
        ("latin", [2, 1, 2], ["passed", "passed", "passed"]),
        ("marked", [2, 1, 2], ["passed", "passed", "passed"]),
        ("wide", [2, 1, 2], ["passed", "passed", "passed"]),
        ("old", [2, 1, 2], ["passed", "passed", "passed"]),
        ("lost", [2, 1, 2], ["passed", "passed", "passed"]),
        ("link", [0, 0, 0], ["manual", "manual", "manual"]),
        ("nothing", [0, 0, 0], ["manual", "manual", "manual"]),
        ("foreign", [0, 0, 0], ["manual", "manual", "manual"]),
        ("renamed", [2, 1, 2], ["passed", "passed", "passed"]),
        ("empty", [0, 0, 0], ["manual", "manual", "manual"]),
        ("copied", [2, 1, 2], ["passed", "passed", "passed"]),
        ("deleted", [2, 1, 2], ["passed", "passed", "passed"]),
        ("meddles", [0, 0, 0], ["failed", "failed", "passed"]),
    ],
)
def test_scores_and_outcomes(graded, student, scores, outcomes):
    _, rows = graded
    cells = [rows[student].cells[name] for name in TESTS]
    assert [cell["outcome"] for cell in cells] == outcomes
    assert [cell["score"] for cell in cells] == scores


def test_messages_are_plain_text(graded):
    _, rows = graded
    assert rows["raises"].cells["test_double"]["message"] == "no"
    assert rows["unsigned"].cells["test_negative"]["message"] == "AssertionError"
    assert "2 s" in rows["endless"].cells["test_double"]["message"]


@pytest.mark.parametrize(
    ("student", "word"),
    [
        ("cut off", "not JSON"),
        ("latin", "Latin-1"),
        ("wide", "UTF-16"),
        ("lost", "mark was missing"),
        ("link", "is a link"),
        ("nothing", "empty"),
        ("foreign", "none of its cells"),
        ("renamed", "mine.ipynb"),
        ("empty", "there is no 01_tiny.ipynb"),
        ("copied", "there more than once"),
        ("deleted", "put back: test_double"),
        ("meddles", "test_double was changed"),
    ],
)
def test_repairs_say_why(graded, student, word):
    _, rows = graded
    assert any(word in repair for repair in rows[student].repairs)


def test_no_repairs_where_nothing_was_damaged(graded):
    _, rows = graded
    for student in (*HONEST, "warns", "endless", "marked", "quits"):
        assert rows[student].repairs == [], student


def test_status(graded):
    _, rows = graded
    graded_ones = {name for name, row in rows.items() if row.status == "graded"}
    # An answer in words needs a person; so does whatever could not be executed.
    assert graded_ones == {
        "unsigned",
        "raises",
        "untouched",
        "warns",
        "endless",
        "meddles",
    }


def test_files_left(graded, tmp_path):
    course, rows = graded
    for student in rows:
        feedback = course.feedback / student / ASSIGNMENT / f"{ASSIGNMENT}.html"
        assert feedback.stat().st_size > 1000
        assert not list(feedback.parent.glob("*.ipynb"))
    with (course.folder / "grades.csv").open(newline="") as file:
        table = {row["student_id"]: row for row in csv.DictReader(file)}
    assert {s: float(r["score"]) for s, r in table.items()} == {
        s: r.score for s, r in rows.items()
    }
    write_json(list(rows.values()), tmp_path / "out.json")
    written = json.loads((tmp_path / "out.json").read_text())
    assert {each["student"] for each in written} == set(rows)
    assert not (course.repository / "exercises").exists()


def test_second_run_executes_nothing(graded, monkeypatch):
    course, rows = graded
    monkeypatch.setattr("autograder.workplace.open_workplace", None)
    again = grade(course, ASSIGNMENT)
    assert {row.student: row for row in again} == rows


def test_usage_errors(graded, tmp_path, monkeypatch, capsys):
    course, _ = graded
    monkeypatch.chdir(course.repository)
    assert cli.main(["grade", "02_none", "--course", str(course.folder)]) == 2
    assert ASSIGNMENT in capsys.readouterr().err
    assert cli.main(["grade", ASSIGNMENT, "--course", str(tmp_path)]) == 2
    assert str(tmp_path / "submitted") in capsys.readouterr().err
    assert cli.main(["grade", ASSIGNMENT, "--course", str(tmp_path / "no")]) == 2
    assert "--course" in capsys.readouterr().err
    assert cli.main(["grade", ASSIGNMENT, "--jobs", "0"]) == 2
    assert "--jobs" in capsys.readouterr().err


def test_a_gradebook_that_was_removed_is_made_anew(tmp_path):
    course = tiny.make_course(tmp_path)
    config = course.repository / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}\nc.CourseDirectory.course_id = 'cnn'\n")
    tiny.hand_in(course, "right", **RIGHT)
    for _ in range(2):
        (row,) = grade(course, ASSIGNMENT, preload=())
        assert row.score == 5
        with closing(sqlite3.connect(course.gradebook)) as database:
            assert ("cnn",) in database.execute("SELECT id FROM course").fetchall()
        course.gradebook.unlink()


def test_commands_start_at_once():
    """What takes seconds to import is imported by those that need it."""
    slow = {"nbgrader", "nbconvert", "sqlalchemy", "numpy", "keras", "lark"}
    code = "import sys, autograder.cli, autograder.grade\nprint(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert "autograder.grade" in loaded and not slow & set(loaded)


def test_templates_of_feedback_are_compiled_beforehand(graded):
    course, _ = graded
    feedback = Converters(course, ASSIGNMENT).feedback
    steps = list(feedback.exporter._preprocessors)
    feedback.warm_up()
    assert feedback.exporter._preprocessors == steps
    compiled = feedback.exporter.environment.cache
    known = len(compiled)
    assert known
    feedback.convert_one("right")
    assert len(compiled) == known
