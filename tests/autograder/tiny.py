"""A tiny course for the tests: one exercise without TensorFlow, quick to grade."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.course import Course
from autograder.zygote import PRELOAD

ASSIGNMENT = "01_tiny"
CONFIG = """\
c = get_config()
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError('Your turn.')"}
c.Execute.timeout = 2
"""
RIGHT = {
    "double": "def double(x):\n    return 2 * x",
    "words": "Because two is twice one.",
}
# What a kernel is forked with: without ipykernel each would import it for itself, which
# takes six times as long as all the rest of a light submission.
LIGHT = tuple(n for n in PRELOAD if re.match("numpy|ipykernel|IPython", n))
GRADE = """\
import json, sys
from pathlib import Path
from autograder.course import Course
from autograder.grade import grade
folder, repository, name, options = sys.argv[1:]
try:
    grade(Course(Path(folder), Path(repository)), name, preload=("numpy",),
          **json.loads(options))
except KeyboardInterrupt:
    sys.exit(130)
"""
TESTS = ("test_double", "test_negative", "test_part")


def make_course(folder: Path) -> Course:
    """Make a repository with one exercise and an empty class below `folder`."""
    source = folder / "repository" / "solutions" / ASSIGNMENT
    source.mkdir(parents=True)
    (folder / "repository" / "nbgrader_config.py").write_text(CONFIG)
    nbformat.write(solution(), source / f"{ASSIGNMENT}.ipynb")
    (source / "numbers.txt").write_text("1 2 3\n")
    (folder / "class").mkdir()
    return Course(folder / "class", folder / "repository")


def solution() -> nbformat.NotebookNode:
    """nbgrader's source of the exercise: 2 + 1 + 2 points by tests, 1 by a person."""
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# Doubling"),
            new_code_cell("import sys", metadata=_about("setup", locked=True)),
            new_code_cell(
                "### BEGIN SOLUTION\n" + RIGHT["double"] + "\n### END SOLUTION",
                metadata=_about("double", solution=True),
            ),
            new_code_cell(
                "assert double(2) == 4, 'double(2) is 4'",
                metadata=_about("test_double", grade=True, points=2),
            ),
            new_code_cell(
                "### BEGIN HIDDEN TESTS\nassert double(-3) == -6\n### END HIDDEN TESTS",
                metadata=_about("test_negative", grade=True, points=1),
            ),
            new_code_cell(
                "assert open('numbers.txt').read() == '1 2 3\\n'\n"
                "sum(double(n) == 2 * n for n in (1, 2, 3, 4)) / 2",
                metadata=_about("test_part", grade=True, points=2),
            ),
            new_markdown_cell(
                RIGHT["words"],
                metadata=_about("words", grade=True, solution=True, points=1),
            ),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    for cell in notebook.cells:
        cell.id = cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)
    return notebook


def be_patient(course: Course) -> None:
    """Let cells run for minutes, for tests that stop what runs."""
    config = course.repository / "nbgrader_config.py"
    text = config.read_text()
    assert "timeout = 2" in text
    config.write_text(text.replace("timeout = 2", "timeout = 200"))


def start_grading(course: Course, **options: Any) -> subprocess.Popen:
    """Grade the class in a process of its own; options as `grade` has them."""
    arguments = [course.folder, course.repository, ASSIGNMENT, json.dumps(options)]
    return subprocess.Popen(
        [sys.executable, "-c", GRADE, *arguments],
        # Who runs the tests in the background may have Ctrl-C ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def hand_in(course: Course, student: str, **sources: str) -> Path:
    """Hand in the exercise as it was released, with the cells named replaced."""
    notebook = nbformat.read(released(course), as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in sources:
            cell.source = sources[name]
    return write(course, student, notebook)


def write(course: Course, student: str, notebook: nbformat.NotebookNode) -> Path:
    """Hand in a notebook as it is."""
    path = course.submission(student, ASSIGNMENT) / f"{ASSIGNMENT}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def released(course: Course) -> Path:
    """The notebook that students get, made on first use."""
    from autograder.registration import register

    register(course, ASSIGNMENT)
    return course.journal(ASSIGNMENT) / "release" / f"{ASSIGNMENT}.ipynb"


def _about(grade_id: str, **marks) -> dict:
    marks = {"grade": False, "solution": False, "locked": False, "task": False} | marks
    if marks["grade"] and not marks["solution"]:
        marks["locked"] = True
    return {"nbgrader": {"schema_version": 3, "grade_id": grade_id, **marks}}
