"""What `autograder grade` has to say: a row for each student."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.course import Course
from autograder.gradebook import Submission
from autograder.whole import writing

NOT_GRADED = "not graded: "  # begins the repair that says why there are no scores


@dataclass(frozen=True)
class Row:
    """One student's result, as `--json` writes it; scores in points.

    `status` is "manual" where a person has to look at something, else "graded".
    `seconds` is how long the notebook ran. `cells` maps a grade id to its score,
    max_score, outcome ("passed", "failed", "error", "timeout", "manual" or "broken
    test") and message.
    """

    student: str
    assignment: str
    score: float
    max_score: float
    status: str
    seconds: float
    repairs: list[str]
    cells: dict[str, dict]

    @classmethod
    def of(cls, assignment: str, student: str, row: Submission, receipt: dict) -> "Row":
        """Join what the gradebook knows with what was seen when grading."""
        names = [cell.name for cell in row.cells]
        cells = {}
        for cell in row.cells:
            place = f"{cell.notebook}/{cell.name}"
            # Several notebooks of an assignment may use the same grade id.
            name = cell.name if names.count(cell.name) == 1 else place
            seen = receipt["cells"][place]
            cells[name] = {"score": cell.score, "max_score": cell.max_score, **seen}
        person = any(cell.needs_person for cell in row.cells)
        return cls(
            student=student,
            assignment=assignment,
            score=row.score,
            max_score=row.max_score,
            status="manual" if person else "graded",
            seconds=round(receipt["seconds"], 3),
            repairs=receipt["repairs"],
            cells=cells,
        )


def write_json(rows: list[Row], path: Path) -> None:
    """Write the rows as a list of objects, the file whole or not at all."""
    path = path.expanduser().absolute()
    with writing(path) as file:
        file.write(json.dumps([asdict(row) for row in rows], indent=1) + "\n")


def summary(rows: list[Row], course: Course) -> str:
    """Return a few lines for the terminal: how it went, and where things are."""
    manual = [row for row in rows if row.status == "manual"]
    points = sum(row.max_score for row in rows)
    share = sum(row.score for row in rows) / points if points else 0.0
    lines = [f"{len(rows)} submissions, {100 * share:.0f} % of all points on average."]
    if manual:
        lines.append(f"{len(manual)} need a person:")
        lines += [f"  {row.student}: {_why(row)}" for row in manual]
    lines.append(f"Grades:   {course.folder / 'grades.csv'}, {course.gradebook}")
    lines.append(f"Feedback: {course.feedback}/STUDENT/{rows[0].assignment}/")
    return "\n".join(lines)


def table(rows: list[Row]) -> str:
    """Return the rows as a text table, a line for each student."""
    width = max([len("student"), *(len(row.student) for row in rows)])
    lines = [f"{'student':{width}}  score      cells that were not passed"]
    for row in rows:
        lost = [
            f"{name} ({cell['outcome']})"
            for name, cell in row.cells.items()
            if cell["outcome"] != "passed"
        ]
        score = f"{row.score:g} / {row.max_score:g}"
        lines.append(f"{row.student:{width}}  {score:9}  {', '.join(lost) or '–'}")
    return "\n".join(lines)


def _why(row: Row) -> str:
    """The first thing that a person has to look at."""
    if row.repairs and row.repairs[0].startswith(NOT_GRADED):
        return row.repairs[0]
    for name, cell in row.cells.items():
        if cell["outcome"] == "manual":
            return f"{name}: {cell['message'] or 'to be read'}"
        if cell["outcome"] == "broken test" or cell["message"].startswith("not run"):
            return f"{name}: {cell['message']}"
    return "see the gradebook"
