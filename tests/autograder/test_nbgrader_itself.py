"""`nbgrader autograde`, which the formgrader's button runs, is graded by our engine."""

import json
import shutil
import subprocess
import sys

import nbformat
import pytest

from autograder import gradebook
from autograder.course import Course
from autograder.grade import grade
from autograder.notebooks import ROOT
from autograder.workplace import Local
from tests.autograder import tiny
from tests.autograder.tiny import ASSIGNMENT, RIGHT

# nbgrader alone gives no points to a cell that writes to stderr.
DAMAGED = "# für zwei\n" + RIGHT["double"]
WARNS = "import sys\ndef double(x):\n    print('hm', file=sys.stderr)\n    return 2 * x"


@pytest.fixture
def course(tmp_path):
    """A tiny course with the configuration of this one."""
    course = tiny.make_course(tmp_path)
    shutil.copy(ROOT / "nbgrader_config.py", course.repository)
    return Course(course.repository / "grading", course.repository)


def nbgrader(course: Course, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course.repository,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.slow
def test_same_engine_and_same_journal(course, monkeypatch):
    tiny.hand_in(course, "ada", **RIGHT)
    tiny.hand_in(course, "bob", **RIGHT | {"double": WARNS})
    path = tiny.hand_in(course, "cleo", **RIGHT | {"double": DAMAGED})
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.metadata = nbformat.NotebookNode()
    text = json.dumps({**notebook, "nbformat_minor": 4}, ensure_ascii=False)
    path.write_bytes(text.encode("latin-1"))
    said = nbgrader(course, "autograde", ASSIGNMENT)
    assert said.count("Executing the notebook of") == 3
    assert "cleo: the text was not UTF-8" in said
    assert "cleo: nbgrader's mark was missing" in said
    rows = gradebook.submissions(course, ASSIGNMENT)
    for student in ("ada", "bob", "cleo"):
        scores = {
            place.split("/")[1]: s for place, s in rows[student].auto_scores.items()
        }
        assert [scores[test] for test in tiny.TESTS] == [2, 1, 2], student

    said = nbgrader(course, "autograde", ASSIGNMENT, "--force")
    assert "Executing the notebook of" not in said, "the journal has them"

    executed = []
    monkeypatch.setattr(Local, "submit", lambda *job: executed.append(job))
    assert [row.score for row in grade(course, ASSIGNMENT, preload=())] == [5, 5, 5]
    assert not executed
