"""Archives as Moodle and Canvas hand them out: a class of thirty, with damage."""

import io
import re
import stat
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.course import Course
from tests.autograder import tiny
from tests.autograder.tiny import ASSIGNMENT, RIGHT

NOTEBOOK = f"{ASSIGNMENT}.ipynb"
EARLY, LATE = (2026, 11, 2, 9, 0, 0), (2026, 11, 3, 9, 0, 0)
# Nobody answers in words, for a person to read: the scores are final.
WRONG = {"double": "def double(x):\n    return abs(2 * x)"}
GOOD = {"double": RIGHT["double"]}


NAMES = (
    *("Zoë Müller", "李小龍", "Ольга Петрова", "محمد علي", "Ñandú d'Ávila-Ç"),
    *("प्रिया शर्मा", "=cmd|'/c calc'!A1", "Bob <script>alert(1)</script>"),
)


@dataclass(frozen=True)
class Person:
    """A student on a platform, and the files that they handed in."""

    number: int
    name: str
    files: tuple[tuple[str, bytes], ...]
    written: tuple = EARLY
    late: bool = False


def notebook(course: Course, **cells: str) -> bytes:
    """The exercise as a student hands it in, with the cells named replaced."""
    made = nbformat.read(tiny.released(course), as_version=4)
    for cell in made.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in cells:
            cell.source = cells[name]
    return nbformat.writes(made).encode()


def people(course: Course) -> list[Person]:
    """Thirty students: numbers 1001 to 1030."""
    good, wrong = notebook(course, **GOOD), notebook(course, **WRONG)
    found = [
        Person(1001 + i, name, ((NOTEBOOK, good if i % 2 else wrong),))
        for i, name in enumerate(NAMES)
    ]
    umlaut = good.decode().replace("2 * x", "2 * x  # für zwei").encode("latin-1")
    odd = {
        "Two Versions": ((NOTEBOOK, wrong), (f"{ASSIGNMENT}-1.ipynb", good)),
        "Other Name": (("mine.ipynb", good),),
        "Saved Astext": ((f"{NOTEBOOK}.txt", good),),
        "Cut Off": ((NOTEBOOK, good[:400]),),
        "No Notebook": (("essay.pdf", b"%PDF-1.4 essay"),),
        "Latin One": ((NOTEBOOK, umlaut),),
        "Zip Inside": (("work.zip", zipped({f"sub/{NOTEBOOK}": good})),),
        "Zip Broken": (("work.zip", zipped({NOTEBOOK: good})[:-30]),),
        "Nothing Init": ((NOTEBOOK, b""),),
    }
    found += [Person(1010 + i, n, f) for i, (n, f) in enumerate(odd.items())]
    found += [
        Person(
            1019 + i, f"Student {chr(65 + i)}", ((NOTEBOOK, good if i % 3 else wrong),)
        )
        for i in range(12)
    ]
    return [*found, Person(1009, "Student Z", ((NOTEBOOK, good),))]


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip archive of these files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, each in files.items():
            archive.writestr(name, each)
    return content.getvalue()


def moodle_full_name(person: Person) -> str:
    """A name as Moodle writes it: less what its clean_filename takes out."""
    return re.sub(r"""[&<>"`|':\\/]""", "", person.name.replace("_", " "))


def moodle_name(person: Person, file: str, folders: bool = True) -> str:
    between = "/" if folders else ""
    name = moodle_full_name(person)
    return f"{name}_{person.number}_assignsubmission_file_{between}{file}"


def canvas_name(person: Person, file: str, attachment: int) -> str:
    kept = "".join(c for c in person.name.lower() if c.isalnum() or c == "_")
    late = "_LATE" if person.late else ""
    return f"{kept}{late}_{person.number}_{attachment}_{file}"


def write_moodle(path: Path, class_: list[Person], folders: bool = True) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for person in class_:
            for file, content in person.files:
                name = moodle_name(person, file, folders)
                archive.writestr(zipfile.ZipInfo(name, person.written), content)


def write_canvas(path: Path, class_: list[Person], first: int = 700_001) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for person in class_:
            for file, content in person.files:
                name = canvas_name(person, file, first)
                archive.writestr(zipfile.ZipInfo(name, person.written), content)
                first += 1


def link(name: str) -> zipfile.ZipInfo:
    """An entry that is a symbolic link."""
    entry = zipfile.ZipInfo(name, EARLY)
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return entry


def spoil(path: Path, name: str) -> None:
    """Change bytes in the middle of one file of an archive."""
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo(name)
    content = bytearray(path.read_bytes())
    start = entry.header_offset
    name_size, extra_size = struct.unpack_from("<HH", content, start + 26)
    begin = start + 30 + name_size + extra_size
    middle = begin + entry.compress_size // 2
    for place in range(middle, middle + 20):
        content[place] ^= 0x55
    path.write_bytes(bytes(content))


def without_flag(path: Path) -> None:
    """Take the flag for UTF-8 names from all entries, as many programs leave it out."""
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(mark)
        while start >= 0:
            content[start + place + 1] &= ~0x08 & 0xFF
            start = content.find(mark, start + 4)
    path.write_bytes(bytes(content))
