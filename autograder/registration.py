"""Put an assignment's cells and points into the gradebook, by nbgrader's own step."""

import hashlib
import json
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from autograder import course as courses
from autograder.course import Course, UsageError
from autograder.journal import Journal


def register(course: Course, assignment: str) -> str:
    """Register `assignment` where the gradebook doesn't hold it as it is in solutions/.

    Return a hash of the version registered. exercises/ is never touched. Raises
    UsageError if submissions were graded with other graded cells.
    """
    journal = Journal(course.journal(assignment))
    version = source_version(course, assignment)
    wanted = {"source": version, "cells": _registered_cells(course, assignment)}
    stamp = journal.registered() or {}
    current = all(stamp.get(name) == value for name, value in wanted.items())
    if not current or wanted["cells"] is None or not journal.release.is_dir():
        _generate(course, assignment, journal)
        cells = _registered_cells(course, assignment)
        journal.put_registered({"source": version, "cells": cells})
    return version


def source_version(course: Course, assignment: str) -> str:
    """Return a hash of the assignment's files in solutions/."""
    state = hashlib.sha256()
    for name, path in courses.files(course.source(assignment)).items():
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        state.update(json.dumps([name, digest]).encode())
    return state.hexdigest()


def _registered_cells(course: Course, assignment: str) -> str | None:
    """Return a hash of the assignment's cells in the gradebook; None if not there."""
    if not course.gradebook.exists():
        return None
    query = """
        SELECT notebook.name, source_cell.name, source_cell.cell_type, locked, source,
               checksum, grade_cells.max_score
        FROM assignment
        JOIN notebook ON notebook.assignment_id = assignment.id
        JOIN source_cell ON source_cell.notebook_id = notebook.id
        LEFT JOIN base_cell ON base_cell.notebook_id = notebook.id
             AND base_cell.name = source_cell.name AND base_cell.type = 'GradeCell'
        LEFT JOIN grade_cells ON grade_cells.id = base_cell.id
        WHERE assignment.name = ? ORDER BY notebook.name, source_cell.name
        """
    with closing(sqlite3.connect(course.gradebook)) as database:
        try:
            rows = database.execute(query, (assignment,)).fetchall()
        except sqlite3.OperationalError:  # no tables yet
            return None
    return hashlib.sha256(repr(rows).encode()).hexdigest() if rows else None


def _generate(course: Course, assignment: str, journal: Journal) -> None:
    """Run nbgrader's GenerateAssignment into a temporary folder; keep the release."""
    from autograder import convert  # imports nbgrader: slow

    journal.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=journal.folder, prefix=".release-") as folder:
        try:
            convert.generate(course, assignment, Path(folder))
        except convert.CellsChanged as error:
            raise UsageError(
                f"{course.gradebook} holds grades of an earlier {assignment} with "
                "other graded cells. Grade into a new folder (--course), or remove "
                "the old grades: nbgrader db assignment remove "
                f"{assignment} --force --db sqlite:///{course.gradebook}"
            ) from error
        shutil.rmtree(journal.release, ignore_errors=True)
        shutil.copytree(Path(folder) / assignment, journal.release)
