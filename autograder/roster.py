"""Who is who: our students' ids and those of the platform they handed in on.

DIR/roster.csv has a row for each student and assignment, since Moodle numbers the
participants of each assignment anew. `autograder collect` writes it, exports read it.
"""

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from autograder.course import Course, UsageError
from autograder.whole import writing

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run what begins so


@dataclass(frozen=True)
class Entry:
    """One student's submission of one assignment, as it came.

    `number` is the platform's id of the student ("" for plain files), `version` tells
    a later submission from an earlier one, `file` is what the notebook was called.
    """

    student: str
    assignment: str
    platform: str
    number: str
    name: str
    file: str
    version: str
    note: str = ""


HEADER = [field.name for field in fields(Entry)]


def path(course: Course) -> Path:
    """Where the course's roster is."""
    return course.folder / "roster.csv"


def read(course: Course) -> list[Entry]:
    """Return the roster, empty if there is none. Raises UsageError if it is damaged."""
    place = path(course)
    if not place.exists():
        return []
    try:
        text = place.read_text(encoding="utf-8-sig")
        first = text.partition("\n")[0]
        separator = ";" if first.count(";") > first.count(",") else ","
        rows = list(csv.DictReader(text.splitlines(True), delimiter=separator))
        return [Entry(*(_unguarded(row[name]) for name in HEADER)) for row in rows]
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise UsageError(
            f"{place} is no roster (columns {', '.join(HEADER)} in UTF-8): correct it, "
            "or move it away and collect again."
        ) from error


def write(course: Course, entries: Iterable[Entry]) -> None:
    """Write the roster, sorted, the file whole or not at all."""
    rows = sorted(entries, key=lambda entry: (entry.assignment, entry.student))
    with writing(path(course), newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows([guarded(text) for text in astuple(row)] for row in rows)


def guarded(text: str) -> str:
    """Return a text that a spreadsheet takes for one, whoever wrote it."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _unguarded(text: str) -> str:
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA) else text
