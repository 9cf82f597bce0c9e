"""`autograder demo`: grade a small class of prepared submissions, show what comes."""

import argparse
import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder import course as courses
from autograder.course import Course, UsageError
from autograder.grade import grade
from autograder.notebooks import read
from autograder.prepared import Prepared, make_submission, read_prepared
from autograder.results import summary, table, write_json
from autograder.sandbox import probe

ASSIGNMENT = "06_fashion_mnist"
CLASS = 3  # prepared submissions, evenly from all; reference and untouched come on top


def add_command(subparsers: argparse._SubParsersAction) -> None:
    """Add `demo` to the command line."""
    parser = subparsers.add_parser(
        "demo", help="grade a small class of prepared submissions"
    )
    parser.add_argument(
        "--course",
        metavar="DIR",
        help="where to put the class (default grading/demo; emptied first)",
    )
    parser.add_argument("--jobs", type=int, metavar="N", help="as for `grade`")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run `autograder demo`; return the exit status."""
    from autograder.picture import draw  # imports matplotlib: slow

    repository = courses.find_repository(Path.cwd())
    folder = Path(arguments.course or repository / "grading" / "demo").absolute()
    course = Course(folder, repository)
    _empty(course)
    notebooks = submissions(course, ASSIGNMENT)
    for student, notebook in notebooks.items():
        path = course.submission(student, ASSIGNMENT) / f"{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    print(f"Grading {len(notebooks)} prepared submissions of {ASSIGNMENT}.")
    # Our own submissions may run where students' could not be confined.
    confined = probe()[0] is not None
    rows = grade(course, ASSIGNMENT, arguments.jobs, sandbox=confined)
    write_json(rows, folder / "grades.json")
    picture = folder / "grades.png"
    draw(rows, picture)
    print(f"\n{table(rows)}\n\n{summary(rows, course)}\nPicture:  {picture}")
    return 0


def submissions(course: Course, assignment: str) -> dict[str, NotebookNode]:
    """Return the prepared submissions by the name of their student.

    Raises UsageError where the repository has none.
    """
    folder = course.repository / "tests" / "submissions" / assignment
    prepared = [read_prepared(path) for path in sorted(folder.glob("*.py"))]
    prepared = prepared[:: max(1, len(prepared) // CLASS)][:CLASS]
    if not prepared:
        raise UsageError(f"there are no prepared submissions in {folder}.")
    prepared.insert(0, Prepared("reference"))
    name = f"{assignment}.ipynb"
    solution = read(course.source(assignment) / name)
    released = read(course.repository / "exercises" / assignment / name)
    found = {each.name: make_submission(released, solution, each) for each in prepared}
    return found | {"untouched": released}


def _empty(course: Course) -> None:
    """Remove an earlier demo; refuse a folder that holds anything else."""
    if not course.folder.exists():
        course.folder.mkdir(parents=True)
    mark = course.folder / ".demo"
    if any(course.folder.iterdir()) and not mark.exists():
        raise UsageError(
            f"{course.folder} holds something else: name an empty folder with --course."
        )
    for path in course.folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    mark.touch()
