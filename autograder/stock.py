"""Grade with nbgrader alone, in a folder of its own: what ours is compared with."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from autograder import course as courses
from autograder.course import Course
from autograder.gradebook import Submission, submissions

CONFIG = """\
c = get_config()
c.Execute.timeout = {timeout}
c.Exchange.root = {exchange!r}
"""


def grade_stock(
    course: Course, assignment: str, folder: Path, timeout: int = 600
) -> tuple[dict[str, Submission], float]:
    """Copy the class to `folder`, run `nbgrader autograde` there.

    Return the rows by student and the seconds that the command took. Students of whom
    nbgrader makes nothing have no row, or one without scores.
    """
    exchange = folder / "exchange"
    exchange.mkdir(parents=True)
    config = CONFIG.format(timeout=timeout, exchange=str(exchange))
    (folder / "nbgrader_config.py").write_text(config)
    shutil.copytree(course.source(assignment), folder / "source" / assignment)
    for student in courses.students(course, assignment):
        shutil.copytree(
            course.submission(student, assignment),
            folder / "submitted" / student / assignment,
        )
    _nbgrader(folder, "generate_assignment", assignment, check=True)
    started = perf_counter()
    _nbgrader(folder, "autograde", assignment, check=False)
    return submissions(Course(folder, folder), assignment), perf_counter() - started


def _nbgrader(folder: Path, *arguments: str, check: bool) -> None:
    """Run nbgrader in `folder`; its log stays there."""
    tools = Path(sys.executable).parent
    path = f"{tools}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    with (folder / "nbgrader.txt").open("a") as log:
        subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=folder,
            env=os.environ | {"PATH": path},
            stdout=log,
            stderr=log,
            check=check,
        )
