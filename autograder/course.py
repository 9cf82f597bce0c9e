"""Where a course keeps its sources, submissions, gradebook and journal.

DIR/submitted/STUDENT/ASSIGNMENT/*.ipynb    what students handed in; never written
DIR/autograded/…, DIR/feedback/…            nbgrader's results
DIR/gradebook.db, DIR/grades.csv            the grades
DIR/journal/ASSIGNMENT/                     what has been executed, and for whom
"""

from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from autograder.notebooks import ROOT

# nbgrader's CourseDirectory.ignore, what an editor or a file manager leaves behind, and
# what notebooks write when they run: run in solutions/, it must not reach submissions.
IGNORED = (
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    ".DS_Store",
    "Thumbs.db",
    "logs",
    "*.weights.h5",
    "*.keras",
)


class UsageError(Exception):
    """A mistake in what was asked for; the message says what to do about it."""


@dataclass(frozen=True)
class Course:
    """The folder of one class, `folder`, and the repository whose exercises it does."""

    folder: Path
    repository: Path = ROOT

    @property
    def submitted(self) -> Path:
        return self.folder / "submitted"

    @property
    def autograded(self) -> Path:
        return self.folder / "autograded"

    @property
    def feedback(self) -> Path:
        return self.folder / "feedback"

    @property
    def gradebook(self) -> Path:
        return self.folder / "gradebook.db"

    @property
    def gradebook_url(self) -> str:
        return f"sqlite:///{self.gradebook}"

    @property
    def solutions(self) -> Path:
        return self.repository / "solutions"

    def journal(self, assignment: str) -> Path:
        return self.folder / "journal" / assignment

    def submission(self, student: str, assignment: str) -> Path:
        return self.submitted / student / assignment

    def source(self, assignment: str) -> Path:
        return self.solutions / assignment


def find_repository(start: Path) -> Path:
    """Return the nearest folder from `start` upwards that holds a course.

    That is a folder with nbgrader_config.py and solutions/; where there is none, the
    folder that this package was installed from.
    """
    for folder in (start, *start.parents):
        if (folder / "nbgrader_config.py").is_file() and (
            folder / "solutions"
        ).is_dir():
            return folder
    return ROOT


def open_course(folder: Path | str | None, repository: Path | None = None) -> Course:
    """Return the course in `folder` (None: grading/ in the repository).

    Raises UsageError for a folder that can't be used.
    """
    repository = repository or find_repository(Path.cwd())
    folder = Path(folder or repository / "grading").expanduser().absolute()
    if not folder.is_dir():
        raise UsageError(
            f"there is no folder {folder}. Put submissions into "
            f"{folder}/submitted/STUDENT/ASSIGNMENT/, or name another folder with "
            "--course."
        )
    if "?" in str(folder):
        raise UsageError(
            f"the gradebook can't be kept in {folder}: its address would end at the "
            "question mark. Rename the folder."
        )
    return Course(folder, repository)


def find_assignment(course: Course, name: str) -> str:
    """Return `name` if the course has such an assignment, else raise UsageError."""
    known = assignments(course)
    if name in known:
        return name
    there_are = ", ".join(known) if known else "none yet"
    raise UsageError(
        f"there is no assignment {name!r} in {course.solutions}. There are: "
        f"{there_are}."
    )


def assignments(course: Course) -> list[str]:
    """Names of the folders in solutions/ that hold a notebook."""
    found = course.solutions.glob("*/*.ipynb")
    return sorted({path.parent.name for path in found})


def students(course: Course, assignment: str) -> list[str]:
    """Ids of the students with a folder for `assignment`; UsageError if there is none.

    A folder without a notebook counts: its student gets a row that says so.
    """
    found = []
    if course.submitted.is_dir():
        found = sorted(
            folder.name
            for folder in course.submitted.iterdir()
            if not folder.name.startswith(".")
            and ((folder / assignment).is_dir() or (folder / assignment).is_symlink())
        )
    if not found:
        raise UsageError(
            f"no submissions of {assignment}: looked for "
            f"{course.submitted}/STUDENT/{assignment}/*.ipynb. Put them there, or name "
            "another folder with --course."
        )
    return found


def files(folder: Path) -> dict[str, Path]:
    """Map each file below `folder`, by its path from there, less what is IGNORED.

    Links are left out: they could lead anywhere on this computer.
    """
    found = {}
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        ignored = any(fnmatch(part, p) for part in place.parts for p in IGNORED)
        if not ignored and path.is_file() and not path.is_symlink():
            found[place.as_posix()] = path
    return found


def notebooks(folder: Path) -> list[Path]:
    """The notebooks of a submission, in the order of their names."""
    found = folder.glob("*.ipynb") if folder.is_dir() else []
    return sorted(path for path in found if not path.name.startswith("."))
