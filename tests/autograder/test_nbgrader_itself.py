"""`nbgrader autograde`, which the formgrader's button runs, is graded by our engine."""

import shutil
import subprocess
import sys

import pytest

from autograder import gradebook
from autograder.course import Course
from autograder.grade import grade
from autograder.notebooks import ROOT
from autograder.workplace import Local
from tests.autograder import tiny
from tests.autograder.tiny import ASSIGNMENT, RIGHT

# nbgrader alone gives no points to a cell that writes to stderr.
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
    said = nbgrader(course, "autograde", ASSIGNMENT)
    assert said.count("Executing the notebook of") == 2
    rows = gradebook.submissions(course, ASSIGNMENT)
    for student in ("ada", "bob"):
        scores = {
            place.split("/")[1]: s for place, s in rows[student].auto_scores.items()
        }
        assert [scores[test] for test in tiny.TESTS] == [2, 1, 2], student

    said = nbgrader(course, "autograde", ASSIGNMENT, "--force")
    assert "Executing the notebook of" not in said, "the journal has them"

    executed = []
    monkeypatch.setattr(Local, "submit", lambda *job: executed.append(job))
    assert [row.score for row in grade(course, ASSIGNMENT, preload=())] == [5, 5]
    assert not executed
