"""What is known of a graded class: rows, who is who, and whose rows are out of date."""

from dataclasses import dataclass, field
from pathlib import Path

from autograder import course as courses
from autograder import gradebook, roster
from autograder.course import Course, UsageError
from autograder.gradebook import Submission
from autograder.items import executed
from autograder.journal import Journal
from autograder.results import Row
from autograder.roster import Entry


@dataclass
class Record:
    """An assignment's rows, and the roster's entries by student.

    `ungraded` have handed in, but have no row; `changed` have handed in anew since.
    """

    course: Course
    assignment: str
    rows: list[Row]
    entries: dict[str, Entry] = field(default_factory=dict)
    ungraded: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    def name(self, student: str) -> str:
        """The full name, "" where the roster doesn't tell."""
        entry = self.entries.get(student)
        return entry.name if entry else ""

    def final(self, row: Row) -> bool:
        """Tell whether the score may be given back: no person has to look at it."""
        return row.status == "graded" and executed(row)

    @property
    def folder(self) -> Path:
        """Where reports and exports of the assignment go."""
        return self.course.folder / "reports" / self.assignment


def read(course: Course, assignment: str) -> Record:
    """Read what grading has left. Raises UsageError where nothing is graded."""
    courses.find_assignment(course, assignment)
    journal = Journal(course.journal(assignment))
    recorded = gradebook.submissions(course, assignment)
    rows = [
        Row.of(assignment, student, found, _receipt(journal, student, found))
        for student, found in sorted(recorded.items())
    ]
    if not rows:
        raise UsageError(
            f"nothing of {assignment} is graded in {course.folder}: first run "
            f"autograder grade {assignment}"
        )
    entries = {e.student: e for e in roster.read(course) if e.assignment == assignment}
    record = Record(course, assignment, rows, entries)
    for student in _handed_in(course, assignment):
        if student not in recorded:
            record.ungraded.append(student)
        elif _is_newer(course, journal, student):
            record.changed.append(student)
    return record


def _handed_in(course: Course, assignment: str) -> list[str]:
    try:
        return courses.students(course, assignment)
    except UsageError:
        return []


def _is_newer(course: Course, journal: Journal, student: str) -> bool:
    graded = journal.graded_at(student)
    paths = courses.files(course.submission(student, journal.folder.name)).values()
    return graded is not None and any(path.stat().st_mtime > graded for path in paths)


def _receipt(journal: Journal, student: str, found: Submission) -> dict:
    """What grading has noted, or what scores tell where nbgrader graded by itself."""
    receipt = journal.receipt(student) or {"seconds": 0.0, "repairs": [], "cells": {}}
    cells = {}
    for cell in found.cells:
        place = f"{cell.notebook}/{cell.name}"
        passed = "passed" if cell.score >= cell.max_score else "failed"
        outcome = "manual" if cell.needs_person else passed
        cells[place] = {"outcome": outcome, "message": ""}
    return receipt | {"cells": cells | receipt["cells"]}
