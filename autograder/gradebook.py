"""Read rows from nbgrader's gradebook, and mark what a person has to grade.

Reading is plain SQL on nbgrader's schema: importing nbgrader takes seconds.
"""

import csv
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course import Course
from autograder.whole import writing

# nbgrader's Grade.score: a person's score comes first, then the autograder's.
SCORE = """CASE WHEN manual_score IS NOT NULL OR auto_score IS NOT NULL
           THEN coalesce(manual_score, auto_score) + coalesce(extra_credit, 0)
           ELSE 0 END"""
POINTS = """(SELECT id, max_score FROM grade_cells
             UNION ALL SELECT id, max_score FROM task_cells)"""


@dataclass(frozen=True)
class Cell:
    """A graded cell of one submission; scores in points."""

    notebook: str
    name: str
    score: float
    max_score: float
    auto_score: float | None
    needs_person: bool


@dataclass
class Submission:
    """A student's row: its cells in the order of the exercise, and lateness' price.

    `state` changes whenever anything does that feedback shows.
    """

    cells: list[Cell] = field(default_factory=list)
    penalty: float = 0.0
    state: str = ""

    @property
    def auto_scores(self) -> dict[str, float | None]:
        return {f"{cell.notebook}/{cell.name}": cell.auto_score for cell in self.cells}

    @property
    def score(self) -> float:
        return max(0.0, sum(cell.score for cell in self.cells) - self.penalty)

    @property
    def max_score(self) -> float:
        return sum(cell.max_score for cell in self.cells)


def submission(course: Course, assignment: str, student: str) -> Submission:
    """Return one student's row. Raises KeyError where there is none."""
    return submissions(course, assignment, student)[student]


def submissions(
    course: Course, assignment: str, student: str | None = None
) -> dict[str, Submission]:
    """Return an assignment's rows by student, or the one asked for.

    Empty without a gradebook.
    """
    if not course.gradebook.exists():
        return {}
    wanted = (assignment, student, student)
    cells = f"""
        SELECT submitted_assignment.student_id, notebook.name, base_cell.name,
               {SCORE}, points.max_score, auto_score, needs_manual_grade,
               manual_score, extra_credit, submitted_notebook.late_submission_penalty
        FROM assignment
        JOIN submitted_assignment
             ON submitted_assignment.assignment_id = assignment.id
        JOIN submitted_notebook
             ON submitted_notebook.assignment_id = submitted_assignment.id
        JOIN notebook ON notebook.id = submitted_notebook.notebook_id
        JOIN grade ON grade.notebook_id = submitted_notebook.id
        JOIN base_cell ON base_cell.id = grade.cell_id
        JOIN {POINTS} AS points ON points.id = base_cell.id
        WHERE assignment.name = ? AND (? IS NULL OR submitted_assignment.student_id = ?)
        ORDER BY notebook.name, base_cell.rowid
        """
    comments = """
        SELECT submitted_assignment.student_id, base_cell.name, auto_comment,
               manual_comment
        FROM assignment
        JOIN submitted_assignment
             ON submitted_assignment.assignment_id = assignment.id
        JOIN submitted_notebook
             ON submitted_notebook.assignment_id = submitted_assignment.id
        JOIN comment ON comment.notebook_id = submitted_notebook.id
        JOIN base_cell ON base_cell.id = comment.cell_id
        WHERE assignment.name = ? AND (? IS NULL OR submitted_assignment.student_id = ?)
        ORDER BY base_cell.rowid
        """
    found: dict[str, Submission] = {}
    penalties: dict[tuple[str, str], float] = {}
    with closing(_connect(course)) as database:
        for row in database.execute(cells, wanted):
            student, notebook, *cell = row[:7]
            submission = found.setdefault(student, Submission())
            submission.cells.append(Cell(notebook, *cell[:4], bool(cell[4])))
            submission.state += repr(row)
            penalties[student, notebook] = row[9] or 0.0
        for student, *comment in database.execute(comments, wanted):
            if student in found:
                found[student].state += repr(comment)
    for (student, _), penalty in penalties.items():
        found[student].penalty += penalty
    return found


def mark_for_person(
    course: Course,
    assignment: str,
    student: str,
    unscored: set[str] | None = None,
    doubtful: set[str] | None = None,
) -> None:
    """Make sure that the student has a row, and ask a person to look at cells.

    `unscored` cells lose what score an earlier submission had; None means all cells.
    `doubtful` ones keep their automatic score. A person's own scores stay.
    """
    from nbgrader.api import Gradebook

    with Gradebook(course.gradebook_url) as gradebook:
        gradebook.update_or_create_student(student)
        row = gradebook.update_or_create_submission(assignment, student)
        for notebook in row.notebooks:
            for grade in notebook.grades:
                if unscored is None or grade.name in unscored:
                    grade.auto_score = None
                    grade.needs_manual_grade = True
                elif grade.name in (doubtful or ()):
                    grade.needs_manual_grade = True
        gradebook.db.commit()


def write_csv(course: Course, path: Path) -> None:
    """Write all grades of the course, in the columns of `nbgrader export`.

    Unlike that, names and ids with commas or quotes are quoted.
    """
    rows = f"""
        SELECT assignment.name AS assignment, assignment.duedate, taken.timestamp,
               student.id AS student_id, last_name, first_name, email,
               coalesce(raw.score, 0.0) AS raw_score,
               coalesce(late.penalty, 0.0) AS late_submission_penalty,
               max(0.0, coalesce(raw.score, 0.0) - coalesce(late.penalty, 0.0))
                   AS score,
               coalesce(total.max_score, 0.0) AS max_score
        FROM assignment CROSS JOIN student
        LEFT JOIN submitted_assignment AS taken
             ON taken.assignment_id = assignment.id AND taken.student_id = student.id
        LEFT JOIN (SELECT assignment_id, sum({SCORE}) AS score FROM submitted_notebook
                   JOIN grade ON grade.notebook_id = submitted_notebook.id
                   GROUP BY assignment_id) AS raw ON raw.assignment_id = taken.id
        LEFT JOIN (SELECT assignment_id, sum(late_submission_penalty) AS penalty
                   FROM submitted_notebook GROUP BY assignment_id) AS late
             ON late.assignment_id = taken.id
        LEFT JOIN (SELECT assignment_id, sum(max_score) AS max_score FROM notebook
                   JOIN base_cell ON base_cell.notebook_id = notebook.id
                   JOIN {POINTS} AS points ON points.id = base_cell.id
                   GROUP BY assignment_id) AS total
             ON total.assignment_id = assignment.id
        ORDER BY assignment.name, student.id
        """
    with closing(_connect(course)) as database:
        found = database.execute(rows)
        names = [column[0] for column in found.description]
        with writing(path, newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(names)
            writer.writerows(found)


def _connect(course: Course) -> sqlite3.Connection:
    return sqlite3.connect(course.gradebook, timeout=30)
