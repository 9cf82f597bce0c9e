"""nbgrader's converters, told which submission to convert.

nbgrader finds submissions by globbing and matching paths, which brackets in a path or
in a student's id break, and gives up on a batch at the first odd notebook. These
classes name the submission and hand back what went wrong. Slow to import.
"""

import json
import logging
import os
import shutil
import sqlite3
import sys
import tempfile
import warnings
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
from jsonschema.exceptions import best_match
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from nbconvert.exporters import HTMLExporter
from nbconvert.writers import FilesWriter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader import api
from nbgrader.api import Gradebook
from nbgrader.converters import (
    Autograde,
    BaseConverter,
    GenerateAssignment,
    GenerateFeedback,
)
from nbgrader.coursedir import CourseDirectory
from nbgrader.nbgraderformat import common
from nbgrader.preprocessors import Execute
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from autograder import settings
from autograder.course import IGNORED, Course, files, notebooks
from autograder.journal import Journal
from autograder.reading import Reader, Unusable, choose
from autograder.replay import Replay

_whole: set[tuple[str, ...]] = set()  # gradebooks, and their courses, found whole
_create_all, _check_course = api.Base.metadata.create_all, Gradebook.check_course


def _create_tables(bind: Engine) -> None:
    """Look for nbgrader's tables once, or again where the gradebook was removed."""
    if not inspect(bind).get_table_names():
        _whole.clear()
    if (key := (str(bind.url),)) not in _whole:
        _create_all(bind=bind)
        _whole.add(key)


def _find_course(self: Gradebook, course_id: str) -> None:
    if (key := (str(self.engine.url), course_id)) not in _whole:
        _check_course(self, course_id=course_id)
        _whole.add(key)


# nbgrader opens its gradebook a dozen times for each submission, and looks each time
# for tables and course. One engine for all keeps its statements compiled, which costs
# more than executing them.
api.create_engine = cache(api.create_engine)
api.Base.metadata.create_all = _create_tables
Gradebook.check_course = _find_course


@cache
def _validator(schema: str) -> Validator:
    schema = json.loads(schema)
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def _validate(instance: Any, schema: dict) -> None:
    """As jsonschema.validate, which would check the schema itself for each cell."""
    if error := best_match(_validator(json.dumps(schema)).iter_errors(instance)):
        raise error


common.jsonschema = SimpleNamespace(validate=_validate)

# nbgrader's use of SQLAlchemy warns; instructors can do nothing about it.
warnings.filterwarnings("ignore", category=SAWarning)

LOG = logging.getLogger("autograder.nbgrader")
LOG.propagate = False
LOG.addHandler(logging.NullHandler())

REASSEMBLES = "autograder.reassemble.Reassemble"
HIDES = "autograder.hidden.HideTests"
EXECUTES = ("nbgrader.preprocessors.Execute", "nbgrader.preprocessors.execute.Execute")


class CellsChanged(Exception):
    """Submissions in the gradebook were graded with other graded cells."""


class NotConverted(Exception):
    """nbgrader gave up on one submission; the message says why."""


def configuration(course: Course) -> Config:
    """Return nbgrader_config.py of the repository, less its folders.

    Those are the course's: nbgrader_config.py names one course, `--course` another.
    """
    config = settings.read(course)
    theirs = config.pop("CourseDirectory", Config())
    if "course_id" in theirs:
        config.CourseDirectory.course_id = theirs.course_id
    config.Autograde.pop("pre_convert_hook", None)
    config.CourseDirectory.root = str(course.folder)
    config.CourseDirectory.source_directory = str(course.solutions)
    config.CourseDirectory.db_url = course.gradebook_url
    config.CourseDirectory.ignore = list(IGNORED)
    config.BaseConverter.force = True
    steps = config.Autograde.get("autograde_preprocessors")
    steps = list(steps or Autograde.autograde_preprocessors.default())
    config.Autograde.autograde_preprocessors = [
        Replay if step in (Execute, *EXECUTES) else step for step in steps
    ]
    steps = config.Autograde.get("sanitize_preprocessors")
    steps = list(steps or Autograde.sanitize_preprocessors.default())
    if REASSEMBLES not in steps:
        config.Autograde.sanitize_preprocessors = [REASSEMBLES, *steps]
    steps = config.GenerateFeedback.get("preprocessors")
    steps = list(steps or GenerateFeedback.preprocessors.default())
    if HIDES not in steps:
        steps.insert(1, HIDES)  # after the scores have been looked up by cell
        config.GenerateFeedback.preprocessors = steps
    return config


def generate(course: Course, assignment: str, release: Path) -> None:
    """Put the assignment into the gradebook, and what students get into `release`.

    Raises CellsChanged, or NotConverted with nbgrader's reason.
    """
    _complete_gradebook(course)
    config = configuration(course)
    config.CourseDirectory.root = str(course.repository)
    config.CourseDirectory.source_directory = "solutions"
    config.CourseDirectory.release_directory = str(release)
    Generator(config, course, assignment).convert_one(".")


class OneAtATime:
    """A converter of nbgrader's that converts the submission it is told."""

    def __init__(self, config: Config, course: Course, assignment: str):
        folders = CourseDirectory(config=config, assignment_id=assignment, log=LOG)
        super().__init__(coursedir=folders, config=config)
        self.course = course
        self.log = LOG
        self._prepare()

    def _prepare(self) -> None:
        self.writer = FilesWriter(parent=self, config=self.config)
        self.exporter = self.exporter_class(parent=self, config=self.config)
        for preprocessor in self.preprocessors:
            self.exporter.register_preprocessor(preprocessor)

    def convert_one(self, student: str) -> None:
        """Convert all notebooks of one submission.

        Raises NotConverted with the reason.
        """
        folder = self._format_source(self.coursedir.assignment_id, student)
        try:
            self.assignments = {folder: self._sources(folder)}
        except Unusable as error:
            raise NotConverted(str(error)) from error
        self.failure = None
        with _inside(self.coursedir.root):
            try:
                self.convert_notebooks()
            except Exception as error:
                raise NotConverted(reason(self.failure or error)) from error

    def _sources(self, folder: str) -> list[str]:
        """The notebooks to convert, by the path that nbgrader asks for."""
        names = [path.name for path in notebooks(Path(folder))]
        if not names:
            raise Unusable("there is no notebook")
        return [os.path.join(folder, name) for name in names]

    def _format_source(
        self, assignment_id: str, student_id: str, escape: bool = False
    ) -> str:
        """As nbgrader does; escaped it is a pattern, in which a dot is any character.

        Else a student's id with a line break in it is none.
        """
        path = super()._format_source(assignment_id, student_id, escape)
        return f"(?s){path}" if escape else path

    def convert_single_notebook(self, notebook_filename: str) -> None:
        with self._remembered():
            super().convert_single_notebook(notebook_filename)

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        with self._remembered():
            super().init_assignment(assignment_id, student_id)

    @contextmanager
    def _remembered(self):
        """Remember what goes wrong in a step: nbgrader only logs it."""
        try:
            yield
        except Exception as error:
            self.failure = self.failure or error
            raise


class PlainFiles(BaseConverter):
    """Copies the files beside a notebook, without nbgrader's patterns.

    Those see no file in a folder with brackets in its name as ignored, and would copy
    the graded notebook, hidden tests included, beside a student's feedback.
    """

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        target = Path(self._format_dest(assignment_id, student_id))
        source = Path(self._format_source(assignment_id, student_id))
        for name, path in files(source).items():
            if path.suffix != ".ipynb":
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                (target / name).unlink(missing_ok=True)
                shutil.copy(path, target / name)


class Generator(OneAtATime, GenerateAssignment, PlainFiles):
    """`nbgrader generate_assignment` for one assignment."""

    def convert_one(self, student: str) -> None:
        try:
            super().convert_one(student)
        except NotConverted as error:
            reasons = f"{error} {error.__cause__} {self.failure}"
            if "there are submissions associated with it" in reasons:
                raise CellsChanged(reasons) from error
            raise


class Autograder(OneAtATime, Autograde, PlainFiles):
    """`nbgrader autograde` for one submission; `sanitised` does half of it."""

    exporter_class = Reader

    def _sources(self, folder: str) -> list[str]:
        release = Journal(self.course.journal(self.coursedir.assignment_id)).release
        expected = {path.name for path in notebooks(release)}
        if Path(folder).is_symlink():
            raise Unusable("its folder is a link, which may lead to another's")
        chosen = choose(Path(folder), expected)
        paths = {os.path.join(folder, name): p for name, p in sorted(chosen.items())}
        self.exporter.instead = {path: str(real) for path, real in paths.items()}
        return list(paths)

    def sanitised(self, student: str) -> list[tuple[str, NotebookNode, list[str]]]:
        """Return the notebooks' names, what is to be graded, and what was mended.

        Changes neither gradebook nor files. Raises NotConverted with the reason.
        """
        folder = self._format_source(self.coursedir.assignment_id, student)
        self._sanitizing = True
        self._init_preprocessors()
        found = []
        with _inside(self.coursedir.root):
            try:
                for path in self._sources(folder):
                    resources = self.init_single_notebook_resources(path)
                    text, resources = self.exporter.from_filename(path, resources)
                    notebook = nbformat.reads(text, as_version=4)
                    repairs = resources["nbgrader"]["repairs"]
                    found.append((Path(path).stem, notebook, repairs))
            except Exception as error:
                raise NotConverted(reason(error)) from error
        return found


class Feedback(OneAtATime, GenerateFeedback, PlainFiles):
    """`nbgrader generate_feedback` for one submission."""

    exporter_class = HTMLExporter

    def warm_up(self) -> None:
        """Make a page of nothing: templates and patterns are compiled for the first."""
        notebook = new_notebook(cells=[new_code_cell("1")])
        nothing = dict.fromkeys(("score", "max_score", "late_penalty"), 0)
        resources = {"nbgrader": nothing, "metadata": {"name": ""}}
        steps, self.exporter._preprocessors = self.exporter._preprocessors, []
        try:
            with suppress(Exception):  # a template of one's own may ask for more
                self.exporter.from_notebook_node(notebook, resources)
        finally:
            self.exporter._preprocessors = steps


def reason(error: BaseException) -> str:
    """Say in a line what an exception means for the submission."""
    if isinstance(error, Unusable):
        return str(error)
    name, text = type(error).__name__, " ".join(str(error).split())
    return f"{name}: {text[:300]}" if text else name


@contextmanager
def _inside(folder: str):
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _complete_gradebook(course: Course) -> None:
    """Make the gradebook, whole or not at all.

    nbgrader makes its tables one by one and takes any table for a sign that all is
    there: killed in between, it leaves a gradebook that never works.
    """
    if course.gradebook.exists():
        with closing(sqlite3.connect(course.gradebook)) as database:
            tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables[0]:
            return
    with tempfile.TemporaryDirectory(dir=course.folder, prefix=".gradebook-") as folder:
        made = Path(folder) / "gradebook.db"
        with _tools_on_path():
            Gradebook(f"sqlite:///{made}").close()
        os.replace(made, course.gradebook)
    _whole.clear()


@contextmanager
def _tools_on_path():
    """Let nbgrader find `alembic`, which lies beside this Python."""
    before = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before
