"""`autograder report`: a page on how a class did, all scores, and files for import."""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean, median
from urllib.parse import quote
from xml.etree.ElementTree import Element

from autograder import course as courses
from autograder import export, items, record
from autograder.items import FEW, WEAK, Item, executed
from autograder.page import (
    OUTCOMES,
    element,
    figure,
    histogram,
    outcome_bars,
    page,
    round_up,
    table,
)
from autograder.record import Record
from autograder.results import NOT_GRADED
from autograder.whole import writing

MANY = 12  # students that are named in a line
SHOWN = 300  # characters of a message
EPILOG = """\
Writes to reports/ASSIGNMENT/ in the course's folder:
  report.html   scores, how hard each cell was and whether it tells students apart, the
                most common messages, times, repairs, and who needs a person; all in one
                file that loads nothing
  scores.csv    all scores, for spreadsheets
  moodle.csv    for Moodle's "Upload grading worksheet", if students came from there
  canvas.csv    for Canvas' "Import" of a gradebook, if students came from there

Final scores are for import; those that a person has to look at first are left out.
Safest is to download the assignment's grading worksheet from Moodle, or to export the
gradebook from Canvas, and to give it with --worksheet: it is filled in, its columns,
order, language and encoding as they were, scores scaled to its maximum.

Without it: moodle.csv has the English names of columns and the exercise's points, so
the assignment in Moodle needs the same maximum grade. For canvas.csv give Canvas' name
of the assignment, "Name (123)", with --column, or the import makes one of its own.

Moodle skips grades that were changed there since its worksheet was downloaded, unless
you tick that records which were modified more recently may be updated.
"""


def add_command(subparsers: argparse._SubParsersAction) -> None:
    """Add `report` to the command line."""
    parser = subparsers.add_parser(
        "report",
        help="show how a class did; write scores as Moodle and Canvas import them",
        description="Show how a class did, and write scores for other programs.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "assignment", metavar="ASSIGNMENT", help="a folder of solutions/, graded"
    )
    parser.add_argument(
        "--course",
        metavar="DIR",
        help="holds gradebook.db, roster.csv and reports/ (default grading)",
    )
    parser.add_argument(
        "--worksheet",
        metavar="FILE",
        help="Moodle's grading worksheet or Canvas' gradebook, as CSV, to fill in; the "
        "filled one goes to reports/ASSIGNMENT/ under the same name",
    )
    parser.add_argument(
        "--column",
        metavar="NAME",
        help="the column to fill in; without --worksheet, what Canvas calls the "
        "assignment",
    )
    parser.add_argument(
        "--provisional",
        action="store_true",
        help="for import, also take scores that a person has to look at first",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run `autograder report`; return the exit status."""
    course = courses.open_course(arguments.course)
    found = record.read(course, arguments.assignment)
    for line in write(
        found, arguments.worksheet, arguments.column, arguments.provisional
    ):
        print(line)
    return 0


def write(
    found: Record,
    worksheet: str | Path | None = None,
    column: str | None = None,
    provisional: bool = False,
) -> Iterator[str]:
    """Write the report and what is for import; yield what to say. Raises UsageError."""
    filled = None
    if worksheet:
        source = Path(worksheet).expanduser()
        filled = export.fill(found, source, column, provisional)
        target = found.folder / source.name
        reserved = ("report.html", "scores.csv", "moodle.csv", "canvas.csv")
        if target.name in reserved or (target.exists() and target.samefile(source)):
            target = target.with_name(f"filled-{target.name}")
    with writing(found.folder / "report.html") as file:
        file.write(html(found))
    yield f"Report:   {found.folder / 'report.html'}"
    yield f"Scores:   {export.write_scores(found)}"
    if filled:
        target.write_bytes(filled.content)
        yield f"Import:   {target} (for {filled.platform}: {filled.filled} filled in)"
        yield from (f"  {note}" for note in filled.notes)
    else:
        name = None if worksheet else column
        for path in export.write(found, name, provisional):
            yield f"Import:   {path}"
        waiting = [row.student for row in found.rows if not found.final(row)]
        if found.entries and waiting and not provisional:
            yield f"  not for import yet: {len(waiting)} need a person"
    if found.ungraded or found.changed:
        count = len(found.ungraded) + len(found.changed)
        yield (
            f"Not up to date: {count} submissions came since. First run "
            f"autograder grade {found.assignment}"
        )


def html(found: Record) -> str:
    """Return the report as a page."""
    analysed = items.analyse(found.rows, items.tasks_of(found.course, found.assignment))
    title = f"{found.assignment}: {len(found.rows)} submissions"
    body = [
        element("h1", title),
        *_overview(found),
        *_tasks(analysed),
        *_cells(analysed),
        *_messages(analysed),
        *_people(found),
        *_times(found),
        *_repairs(found),
        *_students(found),
    ]
    return page(title, [element("main", *body)])


def _overview(found: Record) -> Iterator[Element]:
    rows = found.rows
    points = rows[0].max_score
    scores = [row.score for row in rows if executed(row)]
    person = sum(row.status == "manual" for row in rows)
    facts = [
        (str(len(rows)), "submissions"),
        (f"{mean(scores):.1f} of {points:g}" if scores else "–", "points on average"),
        (f"{median(scores):.1f}" if scores else "–", "points, the median"),
        (str(person), "need a person"),
        (str(len(rows) - len(scores)), "could not be executed"),
    ]
    yield element(
        "ul", *(element("li", element("b", n), t) for n, t in facts), class_="facts"
    )
    for students, what in (
        (found.ungraded, "handed in and not graded yet"),
        (found.changed, "handed in anew since they were graded"),
    ):
        if students:
            more = ", …" if len(students) > MANY else ""
            text = f"{len(students)} {what}: {', '.join(students[:MANY])}{more}."
            yield element("p", text, class_="warn")
    if scores:
        picture = histogram(scores, 0, points, "points of each submission")
        yield figure(
            picture,
            "How many submissions have how many points, those left out that could not "
            "be executed.",
        )


def _tasks(analysed: Sequence[Item]) -> Iterator[Element]:
    yield element("h2", "Tasks")
    groups: dict[str, list[Item]] = {}
    for item in analysed:
        groups.setdefault(item.task, []).append(item)
    rows = []
    for task, group in groups.items():
        points = sum(item.points for item in group)
        got = sum((item.share or 0) * item.points for item in group)
        known = points and group[0].share is not None
        share = f"{100 * got / points:.0f} %" if known else "–"
        cells = ", ".join(item.name for item in group)
        rows.append([task, f"{points:g}", f"{got:.1f}", share, cells])
    header = ["task", "points", "mean score", "of the points", "graded by"]
    yield table(header, rows, numbers=(1, 2, 3), wide=(4,))


def _cells(analysed: Sequence[Item]) -> Iterator[Element]:
    yield element("h2", "Cells")
    yield figure(
        outcome_bars({item.name: item.outcomes for item in analysed}),
        "What came of each graded cell, in shares of the submissions.",
    )
    yield element(
        "p",
        "Passed is the fraction of submissions with full marks: the cell's difficulty. "
        "Discrimination is the correlation (point-biserial) of passing the cell with "
        "the score on all others. Near 1, who passes it does well elsewhere; near 0 or "
        f"below, it is unclear or tests something else. Below {WEAK:g}, look at the "
        f"cell. With fewer than {FEW} submissions it says next to nothing, and where "
        "all passed or none did, it is not defined (–).",
    )
    rows = []
    for item in analysed:
        r = "–" if item.discrimination is None else f"{item.discrimination:.2f}"
        told = element("b", f"{r} !", class_="warn") if item.doubtful else r
        rows.append(
            [
                item.name,
                f"{item.points:g}",
                _percent(item.share),
                _percent(item.passed),
                told,
                ", ".join(
                    f"{item.outcomes[o]} {o}" for o in OUTCOMES if o in item.outcomes
                ),
            ]
        )
    header = ["cell", "points", "mean", "passed", "discrimination", "outcomes"]
    yield table(header, rows, numbers=(1, 2, 3, 4), wide=(5,))


def _messages(analysed: Sequence[Item]) -> Iterator[Element]:
    yield element("h2", "Most common messages")
    rows = [
        [item.name if i == 0 else "", str(count), _short(message)]
        for item in analysed
        for i, (message, count) in enumerate(item.messages)
    ]
    if rows:
        yield table(["cell", "students", "message"], rows, numbers=(1,), wide=(2,))
        yield element(
            "p",
            "Messages that differ only in numbers count as one; one of them is shown.",
            class_="faint",
        )
    else:
        yield element("p", "Nobody lost points with a message.")


def _people(found: Record) -> Iterator[Element]:
    yield element("h2", "Who needs a person")
    rows = []
    for row in found.rows:
        if row.status != "manual" and executed(row):
            continue
        reasons = [each for each in row.repairs if each.startswith(NOT_GRADED)]
        reasons = reasons or [
            f"{name}: {cell['message'] or 'to be read'}"
            for name, cell in row.cells.items()
            if cell["outcome"] in ("manual", "broken test")
            or cell["message"].startswith("not run")
        ]
        rows.append([row.student, found.name(row.student), _listed(reasons)])
    if rows:
        yield element(
            "p", "Score them in nbgrader's formgrader; then run this report again."
        )
        header = ["student", "name", "what to look at"]
        yield table(header, rows, wide=(2,), names=(1,))
    else:
        yield element("p", "Nobody: all scores are final.")


def _times(found: Record) -> Iterator[Element]:
    yield element("h2", "Time")
    rows = [row for row in found.rows if row.seconds > 0]
    if not rows:
        yield element("p", "No times are known.")
        return
    seconds = sorted(row.seconds for row in rows)
    yield element(
        "p",
        f"Notebooks ran for {sum(seconds):.0f} s in all, {median(seconds):.1f} s at "
        f"the median, {seconds[-1]:.1f} s at most.",
    )
    top = round_up(seconds[-1])
    picture = histogram(seconds, 0, top, "seconds of each submission", " s")
    yield figure(picture, "How many submissions ran for how long.")
    slow = sorted(rows, key=lambda row: -row.seconds)[:5]
    yield table(
        ["the slowest", "name", "seconds"],
        [[r.student, found.name(r.student), f"{r.seconds:.1f}"] for r in slow],
        numbers=(2,),
    )


def _repairs(found: Record) -> Iterator[Element]:
    yield element("h2", "Repairs")
    kinds = Counter(repair for row in found.rows for repair in set(row.repairs))
    if not kinds:
        yield element("p", "All notebooks arrived whole.")
        return
    rows = [[str(count), _short(repair)] for repair, count in kinds.most_common(15)]
    header = ["submissions", "what was mended, or why there are no scores"]
    yield table(header, rows, numbers=(0,), wide=(1,))


def _students(found: Record) -> Iterator[Element]:
    yield element("h2", "Students")
    rows = []
    for row in found.rows:
        place = f"../../feedback/{quote(row.student)}/{quote(found.assignment)}/"
        folder = found.course.feedback / row.student / found.assignment
        pages = sorted(path.name for path in folder.glob("*.html"))
        links = [element("a", "feedback", href=place + quote(name)) for name in pages]
        entry = found.entries.get(row.student)
        notes = [*row.repairs, *([f"collected: {entry.note}"] if _note(entry) else [])]
        rows.append(
            [
                row.student,
                found.name(row.student),
                f"{row.score:g}",
                row.status if found.final(row) else "needs a person",
                f"{row.seconds:.1f}" if row.seconds else "–",
                _listed(notes),
                element("span", *links),
            ]
        )
    header = ["student", "name", "points", "status", "seconds", "notes", "feedback"]
    yield table(header, rows, numbers=(2, 4), wide=(5,), names=(1,))


def _note(entry) -> bool:
    return entry is not None and bool(entry.note)


def _listed(texts: Sequence[str]) -> Element:
    return element("ul", *(element("li", _short(text)) for text in texts))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"
