"""`autograder grade`: execute all submissions in parallel, then convert one by one.

Phase one executes sanitised notebooks in worker processes into the journal. Phase two,
in this process alone, runs nbgrader's own converter over the journal. It starts as soon
as a submission has been executed. Killed at any moment, the next run goes on: an entry
of the journal is there whole or not at all, and a submission counts as done only when
its receipt, written last, matches what was handed in.
"""

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from autograder import course as courses
from autograder import environment, gradebook
from autograder.course import Course, UsageError
from autograder.export import after_grading
from autograder.forking import short_folder, zygote_for_workers
from autograder.gradebook import Submission
from autograder.interrupt import heeded
from autograder.journal import Journal
from autograder.progress import Progress
from autograder.registration import register
from autograder.results import Row, summary, write_json
from autograder.whole import PART
from autograder.zygote import PRELOAD

if TYPE_CHECKING:
    from autograder.payload import Payload
    from autograder.submission import Prepared
    from autograder.workplace import Workplace

    Opened = AbstractContextManager[Workplace]
    OpenPlace = Callable[[int, Callable[[str], None]], Opened]  # from: jobs, say

SCRATCH = "autograder-"  # begins the name of a run's folder for temporary files
# Raise this when the same execution comes to other rows or other feedback than before.
CONVERSION = 5
PREPARED_AHEAD = 2  # notebooks that wait for each worker, sanitised
LARGEST = 500_000_000  # bytes of a file that is looked into
PAUSE = 0.5  # seconds between two looks at the clock while workers work


def add_command(subparsers: argparse._SubParsersAction) -> None:
    """Add `grade` to the command line."""
    parser = subparsers.add_parser(
        "grade",
        help="grade what students handed in; run it again to go on",
        description="Grade what students handed in; run it again to go on. Of students "
        "that `autograder collect` took from Moodle or Canvas, final scores are also "
        "written as those import them, to reports/ASSIGNMENT/ (see `report`).",
    )
    parser.add_argument("assignment", help="a folder of solutions/")
    parser.add_argument(
        "--course",
        metavar="DIR",
        help="holds submitted/, autograded/, feedback/, gradebook.db (default grading)",
    )
    parser.add_argument(
        "--jobs",
        type=int,
        metavar="N",
        help="how many submissions to execute at once (default: one for each core)",
    )
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="execute on the workers of this dask scheduler, such as tcp://host:8786",
    )
    parser.add_argument(
        "--json", metavar="FILE", help="also write all scores and messages here"
    )
    parser.add_argument(
        "--no-sandbox",
        action="store_true",
        help="let submissions read and change what you can: only if you trust them all",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run `autograder grade`; return the exit status, 0 when everyone has a row."""
    if arguments.jobs is not None and arguments.jobs < 1:
        raise UsageError("--jobs is the number of submissions at once: 1 or more.")
    if arguments.scheduler and arguments.jobs:
        raise UsageError("--jobs is for this computer: leave it out with --scheduler.")
    course = courses.open_course(arguments.course)
    try:
        rows = grade(
            course,
            arguments.assignment,
            arguments.jobs,
            scheduler=arguments.scheduler,
            sandbox=not arguments.no_sandbox,
        )
    except KeyboardInterrupt:
        print(
            "Stopped. What is graded is kept: run the same command again to go on.",
            file=sys.stderr,
        )
        return 130
    if arguments.json:
        write_json(rows, Path(arguments.json))
    print(
        "\n".join([summary(rows, course), *after_grading(course, arguments.assignment)])
    )
    return 0


def grade(
    course: Course,
    assignment: str,
    jobs: int | None = None,
    scheduler: str | None = None,
    preload: tuple[str, ...] | None = None,
    sandbox: bool = True,
) -> list[Row]:
    """Grade all submissions of `assignment`; return a row for each student.

    `preload` names the modules that kernels find imported (None: those of the course).
    Students' code is confined, unless `sandbox` or nbgrader_config.py says otherwise.
    Leaves gradebook.db, autograded/, feedback/ and grades.csv in the course's folder.
    Raises UsageError for what the user can mend.
    """
    courses.find_assignment(course, assignment)
    students = courses.students(course, assignment)
    modules = PRELOAD if preload is None else preload
    with (
        heeded() as check_interrupt,
        alone(course) as lock,
        _scratch(lock),
        ExitStack() as opened,
    ):
        confined = sandbox and _is_confined(course, assignment)
        zygote = cache(
            lambda: opened.enter_context(zygote_for_workers(modules, confined))
        )
        journal = Journal(course.journal(assignment))
        if not scheduler and not all(map(journal.receipt, students)):
            zygote()  # it imports TensorFlow while this process imports nbgrader
        version = register(course, assignment)
        run = Run(course, assignment, version, sandbox, check_interrupt)

        def open_place(jobs: int, say: Callable[[str], None]) -> "Opened":
            from autograder.workplace import open_workplace

            return open_workplace(jobs, scheduler, modules, zygote, say)

        rows = run.over(students, jobs or cores(), open_place)
        gradebook.write_csv(course, course.folder / "grades.csv")
    return rows


def _is_confined(course: Course, assignment: str) -> bool:
    """Whether nbgrader_config.py has students' code confined. Raises UsageError."""
    from autograder import settings

    return settings.limits(settings.read(course), assignment).sandbox


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass
class Run:
    """One run over an assignment's submissions."""

    course: Course
    assignment: str
    version: str
    sandbox: bool = True
    check_interrupt: Callable[[], None] = lambda: None
    receipts: dict[str, dict] = field(default_factory=dict)

    @property
    def journal(self) -> Journal:
        return Journal(self.course.journal(self.assignment))

    def over(
        self,
        students: list[str],
        jobs: int,
        open_place: "OpenPlace",
    ) -> list[Row]:
        """Grade those whose receipt is missing or out of date; return all rows."""
        progress = Progress(len(students), self.assignment)
        recorded = gradebook.submissions(self.course, self.assignment)
        changed, stale = {}, []
        for student in students:
            version = self._version(student)
            receipt = self.journal.receipt(student)
            if not self._holds(receipt, version, student, recorded.get(student)):
                changed[student] = version
                continue
            self.receipts[student] = receipt
            if self._feedback_holds(receipt, student, recorded[student]):
                progress.step(kept=True)
            else:
                stale.append(student)
        if changed or stale:
            self._grade(changed, stale, jobs, open_place, progress)
            recorded = gradebook.submissions(self.course, self.assignment)
        progress.close()
        return [
            Row.of(self.assignment, student, recorded[student], self.receipts[student])
            for student in students
        ]

    def _version(self, student: str) -> str:
        """Return a hash of everything that the student's row depends on."""
        configuration = self.course.repository / "nbgrader_config.py"
        parts = [self.version, environment.fingerprint(), CONVERSION]
        parts += [configuration.read_text()] if configuration.is_file() else []
        folder = self.course.submission(student, self.assignment)
        for name, path in courses.files(folder).items():
            parts += [name, _digest(path)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def _holds(
        self, receipt: dict | None, version: str, student: str, row: Submission | None
    ) -> bool:
        """Tell whether the student's row is complete and of this version.

        The automatic scores are compared, since the gradebook may be an older copy.
        """
        if receipt is None or row is None or receipt["version"] != version:
            return False
        folder = self.course.autograded / student / self.assignment
        return receipt["auto_scores"] == row.auto_scores and folder.is_dir()

    def _feedback_holds(self, receipt: dict, student: str, row: Submission) -> bool:
        """Tell whether the feedback shows what people have scored and written since."""
        folder = self.course.feedback / student / self.assignment
        return receipt["state"] == row.state and folder.is_dir()

    def _grade(
        self,
        changed: dict[str, str],
        stale: list[str],
        jobs: int,
        open_place: "OpenPlace",
        progress: Progress,
    ) -> None:
        if not changed:
            self._refresh(stale, progress)
            return
        jobs = min(jobs, len(changed))
        with open_place(jobs, progress.say) as workplace:
            self._refresh(stale, progress)
            self._execute_and_convert(changed, workplace, progress)

    def _refresh(self, stale: list[str], progress: Progress) -> None:
        """Write the feedback of rows that people have changed."""
        from autograder.submission import Converters  # imports nbgrader: slow

        converters = Converters(self.course, self.assignment) if stale else None
        for student in stale:
            self.check_interrupt()
            converters.write_feedback(student)
            row = gradebook.submission(self.course, self.assignment, student)
            self.receipts[student]["state"] = row.state
            self.journal.put_receipt(student, self.receipts[student])
            progress.step(kept=True)

    def _execute_and_convert(
        self, changed: dict[str, str], workplace: "Workplace", progress: Progress
    ) -> None:
        """Keep the workers busy, and convert meanwhile what they have executed."""
        from autograder.submission import Converters

        converters = Converters(self.course, self.assignment, self.sandbox)
        if converters.limits.sandbox:
            workplace.check_sandbox()
        todo = deque(changed)
        queue: deque[tuple[str, Payload]] = deque()  # waits for a worker
        waiting: dict[str, list[Prepared]] = {}  # by key: who wait for its execution
        ready: deque[Prepared] = deque()  # all executed, to be converted

        def feed() -> None:
            while queue and workplace.has_room():
                workplace.submit(*queue.popleft())

        def prepare() -> None:
            prepared = converters.prepare(todo.popleft())
            for key, payload in prepared.wanted.items():
                if key not in waiting:
                    waiting[key] = []
                    queue.append((key, payload))
                waiting[key].append(prepared)
            if prepared.complete:
                ready.append(prepared)

        for _ in range(min(workplace.size, len(todo))):
            prepare()
        feed()
        converters.feedback.warm_up()  # while nothing is executed yet
        while todo or waiting or ready:
            self.check_interrupt()
            feed()
            may_prepare = todo and len(queue) < PREPARED_AHEAD * workplace.size
            pause = 0 if ready or may_prepare else PAUSE
            for key, result in workplace.results(pause):
                if not isinstance(result, Exception):
                    self.journal.put_entry(key, result)
                for prepared in waiting.pop(key):
                    prepared.take(key, result)
                    if prepared.complete:
                        ready.append(prepared)
            feed()
            if todo and not queue and workplace.has_room():
                prepare()
            elif ready:
                prepared = ready.popleft()
                version = changed[prepared.student]
                self.receipts[prepared.student] = converters.finish(prepared, version)
                progress.step()
            elif may_prepare:
                prepare()
            progress.show()


def _digest(path: Path) -> str:
    """Return a hash of the file, or why there is none: one file stops no batch."""
    try:
        about = path.stat()
        if about.st_size > LARGEST:  # it is not going to be read
            return f"{about.st_size} bytes of {about.st_mtime_ns}"
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        return str(error)


@contextmanager
def alone(course: Course) -> Iterator[TextIO]:
    """Hold the course's lock, a file: nbgrader's database takes one writer.

    The system lets go of it when the process ends, however it does.
    """
    path = course.folder / "journal" / "lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(
                f"another `autograder` is grading in {course.folder}: wait for it."
            ) from error
        yield file


@contextmanager
def _scratch(lock: TextIO) -> Iterator[None]:
    """Give this run a folder for all its temporary files, and note it in the lock.

    A run that was killed couldn't remove its own, nor half-written files of the
    journal: so the next one does.
    """
    lock.seek(0)
    left = Path(lock.read())
    if left.name.startswith(SCRATCH):
        shutil.rmtree(left, ignore_errors=True)
        for part in Path(lock.name).parent.rglob(f"*{PART}"):
            part.unlink(missing_ok=True)
    folder = tempfile.mkdtemp(prefix=SCRATCH, dir=short_folder())
    lock.truncate(0)
    lock.write(folder)
    lock.flush()
    usual, tempfile.tempdir = tempfile.tempdir, folder
    try:
        yield
    finally:
        tempfile.tempdir = usual
        shutil.rmtree(folder, ignore_errors=True)
