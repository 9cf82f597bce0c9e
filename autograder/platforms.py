"""Whose is a file in an archive? As Moodle, Canvas and plain folders name them.

Moodle    Full Name_123456_assignsubmission_file_/file.ipynb, or without folders
          Full Name_123456_assignsubmission_file_file.ipynb. The number is the
          "Participant" of the grading worksheet, another one in each assignment.
          Source: mod/assign/locallib.php, download_submissions.
Canvas    lastfirst_12345_678901_file.ipynb: user, then file; _LATE before them for
          late ones; anon_x1y2z, if graders must not see names; text.html or link.html
          after the user, if no file was handed in. Numbers hold for all assignments,
          and a later file has a higher one.
          Source: lib/content_zipper.rb, get_filename.
files     a folder for each student, or a file that is named after them.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from autograder.archive import Member

MOODLE, CANVAS, FILES = "Moodle", "Canvas", "files"
PLATFORMS = (MOODLE, CANVAS, FILES)
MOODLE_NAME = re.compile(
    r"(?P<name>.*)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<rest>.*)"
)
CANVAS_NAME = re.compile(
    r"(?:(?P<name>.+?)_)??(?:LATE_)?(?P<id>\d+|anon_[A-Za-z0-9]{4,8})_"
    r"(?:(?P<file>\d+)_(?P<rest>.+)|(?P<page>(?:text|link)\.html))"
)
# What browsers and platforms put behind the name of a second file: "-1", " (2)".
COPY = re.compile(r"(?:[ _-]*\(\d+\)|-\d{1,3})+$")
NOTEBOOK = re.compile(r"\.ipynb(\.(txt|json))?$", re.IGNORECASE)
ID_BYTES = 100  # of a student's id


@dataclass(frozen=True)
class Owner:
    """Who handed a file in, as far as its name says."""

    platform: str
    number: str  # the platform's id, "" for plain files
    name: str

    @property
    def key(self) -> str:
        """What is the same for all files of one student."""
        return self.number or self.name

    @property
    def slug(self) -> str:
        """A name for folders: letters and digits of any alphabet, and hyphens."""
        kept = "".join(
            c if unicodedata.category(c)[0] in "LMN" else " " for c in self.name
        )
        words = unicodedata.normalize("NFC", kept).lower().split()
        return cut("-".join(words)) or "student"


@dataclass(frozen=True)
class HandedIn:
    """One file of a student's: its path below the student's folder, and its age.

    `version` grows with later files; files of which it is equal, with their order.
    """

    member: Member
    owner: Owner
    path: PurePosixPath
    version: str


def recognise(
    members: Iterable[Member], assignment: str, platform: str | None = None
) -> tuple[str, list[HandedIn], list[Member]]:
    """Return the platform, whose each file is, and the files that are nobody's."""
    members = list(members)
    platform = platform or _platform(members)
    if platform == FILES:
        found = _of_files(members, assignment)
    else:
        reader = _of_moodle if platform == MOODLE else _of_canvas
        found = [reader(member) for member in members]
    strangers = [m for m, one in zip(members, found, strict=True) if one is None]
    return platform, [one for one in found if one is not None], strangers


def cut(name: str) -> str:
    """Return a name that is not too long, and no other long name's."""
    if len(name.encode()) <= ID_BYTES:
        return name
    end = "-" + hashlib.sha256(name.encode()).hexdigest()[:8]
    return name.encode()[: ID_BYTES - len(end)].decode(errors="ignore") + end


def is_notebook(path: PurePosixPath) -> bool:
    """Tell whether a file's name is a notebook's, also as some browsers save it."""
    return NOTEBOOK.search(path.name) is not None


def plain_stem(path: PurePosixPath) -> str:
    """The name of a notebook less its suffix and what marks a second copy."""
    return COPY.sub("", NOTEBOOK.sub("", path.name)).strip()


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are one but for capitals."""
    return one.casefold() == other.casefold()


def _platform(members: list[Member]) -> str:
    """The platform that most of the files' names speak for."""
    votes = dict.fromkeys((MOODLE, CANVAS), 0)
    for member in members:
        if _of_moodle(member):
            votes[MOODLE] += 1
        elif _of_canvas(member):
            votes[CANVAS] += 1
    best = max(votes, key=votes.__getitem__)
    return best if 2 * votes[best] > len(members) else FILES


def _of_moodle(member: Member) -> HandedIn | None:
    # A folder around all, as some programs pack it, may come before the student's.
    for depth, part in enumerate(member.path.parts):
        match = MOODLE_NAME.fullmatch(part)
        if match is None:
            continue
        rest = [match["rest"], *member.path.parts[depth + 1 :]]
        path = PurePosixPath(*filter(None, rest))
        if not path.name:
            return None
        owner = Owner(MOODLE, match["id"], match["name"].strip())
        return HandedIn(member, owner, path, member.written)
    return None


def _of_canvas(member: Member) -> HandedIn | None:
    match = CANVAS_NAME.fullmatch(member.name)
    if match is None:
        return None
    owner = Owner(CANVAS, match["id"], match["name"] or "")
    version = (match["file"] or "").zfill(20)  # so that they sort as numbers
    path = PurePosixPath(match["rest"] or match["page"])
    return HandedIn(member, owner, path, version)


def _of_files(members: list[Member], assignment: str) -> list[HandedIn | None]:
    """A folder for each student where notebooks lie in several, or have one name."""
    notebooks = [member for member in members if is_notebook(member.path)]
    homes = {_home(member.path, assignment) for member in notebooks}
    same = any(same_name(plain_stem(one.path), assignment) for one in notebooks)
    if len(homes) < 2 and not same:
        return [_by_file_name(member, assignment) for member in members]
    depth = _common(homes) if len(homes) > 1 else max(map(len, homes), default=1) - 1
    return [_by_folder(member, depth, assignment) for member in members]


def _home(path: PurePosixPath, assignment: str) -> tuple[str, ...]:
    """The folders that a file is in, down to that of the assignment."""
    parts = path.parent.parts
    return parts[: parts.index(assignment)] if assignment in parts else parts


def _common(homes: set[tuple[str, ...]]) -> int:
    """How many folders all have in common, of those above the students'."""
    above = min(map(len, homes)) - 1
    depth = 0
    while depth < above and len({home[depth] for home in homes}) == 1:
        depth += 1
    return depth


def _by_folder(member: Member, depth: int, assignment: str) -> HandedIn | None:
    parts = member.path.parts
    if depth < 0 or depth >= len(parts) - 1:
        return None
    rest = parts[depth + 1 :]
    if rest[0] == assignment and len(rest) > 1:
        rest = rest[1:]
    owner = Owner(FILES, "", parts[depth])
    return HandedIn(member, owner, PurePosixPath(*rest), member.written)


def _by_file_name(member: Member, assignment: str) -> HandedIn | None:
    """A file named after its student, perhaps with the assignment's name beside."""
    if not is_notebook(member.path):
        return None
    name = plain_stem(member.path)
    name = re.sub(re.escape(assignment), "", name, flags=re.IGNORECASE)
    name = name.strip(" _-.")
    if not name:
        return None
    path = PurePosixPath(f"{assignment}.ipynb")
    return HandedIn(member, Owner(FILES, "", name), path, member.written)
