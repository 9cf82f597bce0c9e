"""`autograder collect`: from a platform's archive to submitted/STUDENT/ASSIGNMENT/.

nbgrader's own zip_collect does not serve here: it asks for a regular expression for one
file name, while Moodle puts names on folders; gives up on all when a student has two
notebooks, since no platform writes a time into names; unpacks whatever is in the
archive, links, bombs and paths that lead out among it; replaces the whole of what was
collected before; and keeps no record of who is who on the platform, which giving grades
back needs.
"""

import argparse
import io
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from autograder import course as courses
from autograder import roster
from autograder.archive import Damaged, opened, opened_zip
from autograder.course import IGNORED, Course, UsageError
from autograder.grade import alone
from autograder.platforms import (
    FILES,
    MOODLE,
    PLATFORMS,
    HandedIn,
    Owner,
    cut,
    is_notebook,
    plain_stem,
    recognise,
    same_name,
)
from autograder.roster import Entry
from autograder.whole import PART

STUDENT_BYTES = 300 << 20  # of all files of one student
STUDENT_FILES = 500
TOTAL_BYTES = 20 << 30  # of all files of an archive
NOTES = 6  # on one student
PATH_BYTES = 1000  # of a path below a submission
NOTEBOOK = ".ipynb"
DAMAGED = ".damaged"  # behind the name of a file that did not arrive whole
EPILOG = """\
ARCHIVE is what "Download all submissions" of Moodle or "Download Submissions" of Canvas
gives, as it is; or a zip archive or a folder of notebooks, in a folder for each student
or named after them.

Each student gets submitted/STUDENT/ASSIGNMENT/, also where a file is damaged or no
notebook came: grading then gives a row and a reason. Of several notebooks the one of
the right name is taken, of several versions the newest. Collect as often as you like:
what is the same stays, a newer version takes the place of the older, which is kept in
replaced/, and each is said. roster.csv tells who is who; grades go back by it.
"""


def add_command(subparsers: argparse._SubParsersAction) -> None:
    """Add `collect` to the command line."""
    parser = subparsers.add_parser(
        "collect",
        help="put what Moodle, Canvas or a folder holds where `grade` looks for it",
        description="Put submissions where `autograder grade` looks for them.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "archive", metavar="ARCHIVE", help="a platform's zip archive, or a folder"
    )
    parser.add_argument(
        "assignment", metavar="ASSIGNMENT", help="a folder of solutions/"
    )
    parser.add_argument(
        "--course",
        metavar="DIR",
        help="holds submitted/ and roster.csv (default grading)",
    )
    parser.add_argument(
        "--platform",
        choices=[name.lower() for name in PLATFORMS],
        help="whose archive it is, if the names in it don't tell",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run `autograder collect`; return the exit status, 0 when everyone has a place."""
    if not arguments.course:
        (courses.find_repository(Path.cwd()) / "grading").mkdir(exist_ok=True)
    course = courses.open_course(arguments.course)
    names = {name.lower(): name for name in PLATFORMS}
    found = collect(
        course,
        Path(arguments.archive).expanduser(),
        arguments.assignment,
        names.get(arguments.platform),
    )
    print("\n".join(found.lines()))
    print(f"Who is who: {roster.path(course)}")
    print(f"Next: autograder grade {arguments.assignment}")
    return 0


@dataclass
class Collected:
    """What became of an archive: students by what was done, and what to tell."""

    platform: str
    students: dict[str, str] = field(default_factory=dict)  # student: what was done
    notes: list[str] = field(default_factory=list)

    def add(self, student: str, done: str, notes: list[str]) -> None:
        """Note what was done with a student's files."""
        self.students[student] = done
        told = [SAYS[done]] if done in SAYS else []
        self.notes += [f"{student}: {note}" for note in told + notes]

    def lines(self) -> Iterator[str]:
        """Yield what to say, the counts first."""
        counts = Counter(self.students.values())
        parts = [f"{count} {done}" for done, count in sorted(counts.items())]
        kind = "plain files" if self.platform == FILES else f"from {self.platform}"
        yield f"{len(self.students)} students, {kind}: {', '.join(parts)}."
        yield from (f"  {note}" for note in self.notes)


def collect(
    course: Course, archive: Path, assignment: str, platform: str | None = None
) -> Collected:
    """Lay down the archive's submissions of `assignment`; say what was done.

    `platform` is one of platforms.PLATFORMS, None to find out. Raises UsageError for
    what the user can mend.
    """
    courses.find_assignment(course, assignment)
    expected = [p.name for p in courses.notebooks(course.source(assignment))]
    with opened(archive) as members, alone(course):
        platform, files, strangers = recognise(members, assignment, platform)
        if not files:
            raise UsageError(
                f"{archive} holds no submissions: expected Moodle's or Canvas' names, "
                "or notebooks in a folder for each student, or named after them."
            )
        found = Collected(platform)
        found.notes += [f"left out, nobody's: {one.path}" for one in strangers[:NOTES]]
        if len(strangers) > NOTES:
            found.notes.append(f"left out as well: {len(strangers) - NOTES} more files")
        by_owner: dict[str, list[HandedIn]] = {}
        for one in files:
            by_owner.setdefault(one.owner.key, []).append(one)
        owners = [theirs[0].owner for theirs in by_owner.values()]
        entries = {(e.student, e.assignment): e for e in roster.read(course)}
        ids = _Ids(list(entries.values()), assignment, owners)
        room = TOTAL_BYTES
        try:
            for owner, theirs in zip(owners, by_owner.values(), strict=True):
                one = _Submission(theirs, expected, room)
                room = max(0, room - sum(map(len, one.files.values())))
                entry = _entry(ids.of(owner), assignment, owner, one)
                place = entry.student, assignment
                done = _lay_down(course, one, entry, entries.get(place))
                if done != OLDER:
                    entries[place] = entry
                found.add(entry.student, done, one.told)
        except OSError as error:
            raise UsageError(f"can't write to {course.folder}: {error}") from error
        finally:
            roster.write(course, entries.values())
        found.notes += ids.notes
        gone = [
            student
            for student, of in entries
            if of == assignment and student not in found.students
        ]
        if gone:
            more = f" and {len(gone) - NOTES} more" if len(gone) > NOTES else ""
            found.notes.append(
                "collected before and not in this archive, left as they are: "
                f"{', '.join(gone[:NOTES])}{more}"
            )
    return found


NEW, SAME, REPLACED, OLDER = "new", "unchanged", "replaced", "older, not taken"
SAYS = {
    REPLACED: "another version than collected before: it takes its place, the former "
    "one is in replaced/",
    OLDER: "what was collected before is newer: kept. To take this one, remove that",
}


BLIND = (
    "names are hidden: scores of different exercises can't be told to be of one person"
)


def _entry(student: str, assignment: str, owner: Owner, one: "_Submission") -> Entry:
    return Entry(
        student=student,
        assignment=assignment,
        platform=owner.platform,
        number=owner.number,
        name=owner.name,
        file=one.file,
        version=one.version,
        note="; ".join(one.told),
    )


class _Ids:
    """Gives each owner an id: the one they have, or a new one.

    On Canvas a person's number is for good. Moodle's is for one assignment, so that
    only the name tells who somebody was in others; namesakes within an assignment get
    ids with their numbers.
    """

    def __init__(self, entries: list[Entry], assignment: str, owners: list[Owner]):
        self.assignment = assignment
        self.known = entries
        names = Counter(owner.slug.casefold() for owner in owners)
        self.namesakes = {name for name, count in names.items() if count > 1}
        # Where graders must not see names, Moodle calls everybody Participant.
        self.blind = max(names.values()) > max(2, len(owners) // 2)
        # Ids in this assignment, and all: no two may be one, nor one folder on a system
        # that doesn't tell capitals from small letters.
        here = [entry for entry in entries if entry.assignment == assignment]
        self.here = {entry.student.casefold() for entry in here}
        self.taken = {entry.student.casefold() for entry in entries}
        self.notes: list[str] = []

    def of(self, owner: Owner) -> str:
        for entry in self.known:
            here = entry.assignment == self.assignment or owner.platform != MOODLE
            theirs = Owner(entry.platform, entry.number, entry.name)
            if here and theirs.platform == owner.platform and theirs.key == owner.key:
                return entry.student
        if owner.platform == MOODLE:
            return self._by_name(owner)
        name = f"{owner.slug}-{owner.number}" if owner.number else _plain(owner.name)
        return self._free(name, self.taken)

    def _by_name(self, owner: Owner) -> str:
        """The id by the full name, of which Moodle's other assignments know as well."""
        if owner.slug.casefold() not in self.namesakes | self.here:
            self.here.add(owner.slug.casefold())
            return owner.slug
        student = self._free(f"{owner.slug}-{owner.number}", self.here)
        note = (
            f"{student}: a namesake is in this class, so that scores of different "
            "exercises can't be told to be of one person"
        )
        note = BLIND if self.blind else note
        self.notes += [] if note in self.notes else [note]
        return student

    def _free(self, name: str, taken: set[str]) -> str:
        student, number = cut(name), 2
        while student.casefold() in taken:
            student, number = cut(f"{name}-{number}"), number + 1
        taken.add(student.casefold())
        return student


def _plain(name: str) -> str:
    """The name of a folder or file as an id, as it is where nbgrader takes it."""
    fine = name == name.strip() and name[:1] not in ".-" and name.isprintable()
    fine = fine and not set(name) & set("+/\\")
    return name if fine else Owner(FILES, "", name).slug


class _Submission:
    """What one student handed in: the files to lay down by their place, and notes."""

    def __init__(self, theirs: list[HandedIn], expected: list[str], room: int):
        self.notes: list[str] = []
        self.files: dict[PurePosixPath, bytes] = {}
        self.version = max(one.version for one in theirs)
        self.room = min(room, STUDENT_BYTES)
        # Newest first: of two files for one place that one is laid down.
        newest = sorted(
            enumerate(theirs), key=lambda each: (each[1].version, each[0]), reverse=True
        )
        usable = []
        for _, one in newest:
            if one.member.refused:
                self.notes.append(f"left out {one.path}: {one.member.refused}")
            else:
                usable.append(one)
        chosen = self._choose(usable, expected)
        self.file = ", ".join(one.path.name for one in chosen.values())
        for name, one in chosen.items():
            self._take(PurePosixPath(name), one)
        for one in usable:
            if not is_notebook(one.path) and not _ignored(one.path):
                self._take(one.path, one)
        if not chosen:
            self._look_into_archives(expected)
        if not any({NOTEBOOK, DAMAGED} & set(path.suffixes) for path in self.files):
            self.notes.append("no notebook came")

    @property
    def told(self) -> list[str]:
        """The notes, few enough to be read."""
        more = len(self.notes) - NOTES
        return self.notes[:NOTES] + [f"and {more} more such notes"] * (more > 0)

    def _choose(
        self, newest: list[HandedIn], expected: list[str]
    ) -> dict[str, HandedIn]:
        """Choose a notebook for each that is expected; tell which are left out."""
        notebooks = [one for one in newest if is_notebook(one.path)]
        chosen: dict[str, HandedIn] = {}
        for name in expected:
            stem = plain_stem(PurePosixPath(name))
            fitting = [
                one for one in notebooks if same_name(plain_stem(one.path), stem)
            ]
            if fitting:
                chosen[name] = fitting[0]
        others = [one for one in notebooks if one not in chosen.values()]
        missing = [name for name in expected if name not in chosen]
        # Those go by their own names, so that grading says what they are called. Where
        # one is missing, it is the newest; else a person has to tell which is which.
        for one in list(others):
            name = f"{plain_stem(one.path)}{NOTEBOOK}"
            enough = len(missing) == 1 and set(chosen) - set(expected)
            if missing and not enough and name not in chosen:
                chosen[name] = one
                others.remove(one)
        for one in others:
            self.notes.append(f"left out {one.path}: another notebook is taken")
        return chosen

    def _take(self, path: PurePosixPath, one: HandedIn) -> None:
        """Lay down a file; what of it arrived, under another name, if not all did."""
        try:
            content = one.member.read()
        except Damaged as error:
            self.notes.append(f"{one.path}: {error}")
            path, content = path.with_name(path.name + DAMAGED), error.got
        if path in self.files:
            self.notes.append(f"left out {one.path}: there is a newer one")
        elif self._is_odd(path):
            self.notes.append(f"left out {one.path}: no folder can hold it")
        elif len(content) > self.room or len(self.files) >= STUDENT_FILES:
            self.notes.append(f"left out {one.path}: more than anybody may send")
            if is_notebook(path):
                self.files[path.with_name(path.name + DAMAGED)] = b""
        else:
            self.room -= len(content)
            self.files[path] = content

    def _is_odd(self, path: PurePosixPath) -> bool:
        """Tell whether a path is too long, or is a file and a folder at once."""
        within = any(path in there.parents for there in self.files)
        below = any(parent in self.files for parent in path.parents)
        return within or below or len(str(path).encode()) > PATH_BYTES

    def _look_into_archives(self, expected: list[str]) -> None:
        """Take notebooks out of archives that a student handed in instead of them."""
        for path in [path for path in self.files if path.suffix.lower() == ".zip"]:
            try:
                content = io.BytesIO(self.files[path])
                with opened_zip(content, path.name, "ask for it again") as members:
                    owner = Owner(FILES, "", path.stem)
                    inside = [
                        HandedIn(m, owner, PurePosixPath(m.path.name), m.written)
                        for m in members
                        if is_notebook(m.path) and not m.refused
                    ]
                    inside.sort(key=lambda one: one.version, reverse=True)
                    chosen = self._choose(inside, expected)
                    for name, one in chosen.items():
                        self.notes.append(f"{one.path} was taken out of {path}")
                        self._take(PurePosixPath(name), one)
                    self.file = ", ".join(one.path.name for one in chosen.values())
            except UsageError as error:
                self.notes.append(str(error))


def _lay_down(
    course: Course, one: _Submission, entry: Entry, before: Entry | None
) -> str:
    """Write the student's files, whole or not at all; return what was done."""
    folder = course.submission(entry.student, entry.assignment)
    there = _contents(folder)
    if there == one.files and folder.is_dir():
        return SAME
    if there and before and before.version > entry.version:
        return OLDER
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = folder.with_name(f".{folder.name}{PART}")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    for path, content in one.files.items():
        place = made / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    existed = folder.is_dir()
    if existed:
        _keep_former(course, entry, folder)
    os.replace(made, folder)
    return REPLACED if existed and there else NEW


def _ignored(path: PurePosixPath) -> bool:
    """Tell whether grading would not look at the file."""
    return any(fnmatch(part, pattern) for part in path.parts for pattern in IGNORED)


def _contents(folder: Path) -> dict[PurePosixPath, bytes]:
    """The files of a submission by their place, less what makes no difference."""
    return {
        PurePosixPath(name): path.read_bytes()
        for name, path in courses.files(folder).items()
    }


def _keep_former(course: Course, entry: Entry, folder: Path) -> None:
    """Move what is replaced out of the way: a person may have changed it."""
    number = 1
    while True:
        place = course.folder / "replaced" / entry.student / entry.assignment
        place = place / str(number)
        if not place.exists():
            break
        number += 1
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(folder, place)
