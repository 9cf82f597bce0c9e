"""Grades as Moodle and Canvas import them.

Moodle reads a "grading worksheet" (an assignment's "Offline grading worksheet"): it
needs the columns Identifier, Grade and Last modified (grade), and finds students by the
number in "Participant 123456". Source: mod/assign/feedback/offline/importgradeslib.php.
Canvas reads a gradebook: it needs the columns Student, ID and Section, and finds
students by ID, assignments by the number in "Name (123)", else by name. Source:
lib/gradebook_importer.rb.

Either is written for the students of the roster, in English. Safer is to fill in what
the platform itself exports: `fill` keeps its columns, their order, language, encoding
and whatever is in them.
"""

import codecs
import csv
import html
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from autograder import roster
from autograder.course import Course, UsageError
from autograder.items import has_passed, hidden_cells
from autograder.platforms import CANVAS, MOODLE
from autograder.record import Record, read
from autograder.results import Row
from autograder.roster import guarded
from autograder.whole import writing

MOODLE_HEADER = (
    *("Identifier", "Full name", "Status", "Grade", "Maximum Grade"),
    *("Grade can be changed", "Last modified (grade)", "Feedback comments"),
)
CANVAS_HEADER = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS_POSSIBLE = "    Points Possible"
# What Moodle calls a worksheet's columns, in the languages of its most common packs.
GRADE = (
    *("grade", "bewertung", "calificación", "note", "valutazione", "nota", "cijfer"),
    *("qualificació", "ocena", "avaliação", "karakter", "betyg", "arvosana", "оценка"),
)
MAXIMUM = (
    *("maximum grade", "bestwertung", "höchstbewertung", "maximale bewertung"),
    *("calificación máxima", "note maximale", "valutazione massima", "nota máxima"),
    *("hoogste cijfer", "maximum cijfer", "qualificació màxima", "maksymalna ocena"),
)
COMMENTS = (
    *("feedback comments", "feedback als kommentar", "feedback-kommentare"),
    *("comentarios de retroalimentación", "commentaires de feedback"),
    *("commenti", "comentários ao trabalho", "comentaris de retroacció"),
)
OURS = "<p>Autograder: "  # begins the comments that we write, and may replace
FEW = 12  # names that are listed, before "and 34 more"


@dataclass
class Filled:
    """A platform's own file, filled in: its new content, and what to tell."""

    platform: str
    content: bytes
    filled: int = 0
    notes: list[str] = field(default_factory=list)


def write(
    record: Record, column: str | None = None, provisional: bool = False
) -> list[Path]:
    """Write the import files of the platforms in the roster; return their paths.

    `column` is what Canvas calls the assignment. Only final scores go in, unless
    `provisional`.
    """
    written = []
    for platform, name, rows in (
        (MOODLE, "moodle.csv", lambda: _moodle_rows(record, provisional)),
        (CANVAS, "canvas.csv", lambda: _canvas_rows(record, column, provisional)),
    ):
        if any(entry.platform == platform for entry in record.entries.values()):
            path = record.folder / name
            with writing(path, newline="") as file:
                csv.writer(file, lineterminator="\r\n").writerows(rows())
            written.append(path)
    return written


def write_scores(record: Record) -> Path:
    """Write all scores, a row for each student, for spreadsheets; return the path."""
    path = record.folder / "scores.csv"
    names = list(record.rows[0].cells)
    with writing(path, newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        about = ("student", "name", "score", "max_score", "status", "seconds")
        writer.writerow([*about, "repairs", *map(guarded, names)])
        for row in record.rows:
            texts = [guarded(row.student), guarded(record.name(row.student))]
            cells = [f"{row.cells[name]['score']:g}" for name in names]
            repairs = guarded("; ".join(row.repairs))
            points = [f"{points:g}" for points in (row.score, row.max_score)]
            figures = [*points, row.status, row.seconds]
            writer.writerow([*texts, *figures, repairs, *cells])
    return path


def _moodle_rows(record: Record, provisional: bool) -> Iterable[list[str]]:
    yield list(MOODLE_HEADER)
    hidden = hidden_cells(record.course, record.assignment)
    for row in record.rows:
        entry = record.entries.get(row.student)
        if entry is None or entry.platform != MOODLE:
            continue
        grade = comment = ""
        if provisional or record.final(row):
            grade, comment = _number(row.score), comment_on(row, hidden)
        about = [f"Participant {entry.number}", guarded(entry.name)]
        status = "Submitted for grading"
        yield [*about, status, grade, _number(row.max_score), "Yes", "-", comment]


def _canvas_rows(
    record: Record, column: str | None, provisional: bool
) -> Iterable[list[str]]:
    yield [*CANVAS_HEADER, column or record.assignment]
    yield [POINTS_POSSIBLE, "", "", "", "", _number(record.rows[0].max_score)]
    for row in record.rows:
        entry = record.entries.get(row.student)
        # An empty cell would take back a grade that is there already.
        if entry and entry.platform == CANVAS and (provisional or record.final(row)):
            score = _number(row.score)
            yield [guarded(entry.name), entry.number, "", "", "", score]


def comment_on(row: Row, hidden: set[str]) -> str:
    """Return what a student is told, as HTML: the score, and what was lost where.

    Messages of cells with hidden tests are left out: they may tell what is tested.
    """
    lines = [f"{_number(row.score)} of {_number(row.max_score)} points"]
    for name, cell in row.cells.items():
        if has_passed(cell):
            continue
        line = f"{name}: {_number(cell['score'])} of {_number(cell['max_score'])}"
        message = " ".join(cell["message"].split())
        if message and name not in hidden:
            line += f" – {message[:500]}"
        lines.append(line)
    # No line breaks, which careless programs take for the end of a row.
    return OURS + "<br>".join(html.escape(line) for line in lines) + "</p>"


# --- A platform's own file ------------------------------------------------------------


def fill(
    record: Record, path: Path, column: str | None = None, provisional: bool = False
) -> Filled:
    """Fill scores into a worksheet of Moodle's or a gradebook of Canvas'.

    `column` names the column to fill, where it can't be told. Raises UsageError.
    """
    sheet = _Sheet.read(path)
    if sheet.is_canvas:
        return _fill_canvas(record, sheet, column, provisional)
    return _fill_moodle(record, sheet, column, provisional)


@dataclass
class _Sheet:
    """A CSV file, with all that is needed to write it as it was."""

    path: Path
    rows: list[list[str]]
    encoding: str
    separator: str
    line_end: str
    quoting: int

    @classmethod
    def read(cls, path: Path) -> "_Sheet":
        try:
            content = path.read_bytes()
        except OSError as error:
            raise UsageError(f"can't read {path}: {error.strerror}.") from error
        if content[:2] == b"PK":
            raise UsageError(f"{path} is a spreadsheet: save it as CSV (UTF-8).")
        text, encoding = _decoded(content)
        first = text.splitlines()[0] if text.strip() else ""
        separator = max(",;\t", key=first.count)
        try:
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
            rows = list(reader)
        except csv.Error as error:
            raise UsageError(f"{path} is no CSV file: {error}.") from error
        if len(rows) < 2 or len(rows[0]) < 3:
            raise UsageError(
                f"{path} is neither a grading worksheet of Moodle's nor a gradebook of "
                "Canvas': it has no rows or columns."
            )
        line_end = "\r\n" if "\r\n" in text else "\n"
        quoted = all(part.startswith('"') for part in first.split(separator))
        quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
        return cls(path, rows, encoding, separator, line_end, quoting)

    @property
    def header(self) -> list[str]:
        return [name.strip() for name in self.rows[0]]

    @property
    def is_canvas(self) -> bool:
        header = self.header
        student = "Student" in header[0] or header[:2] == ["LastName", "FirstName"]
        return student and "ID" in header[:3]

    def column(self, names: Iterable[str]) -> int | None:
        """The column of one of these names, or None."""
        known = {_folded(name) for name in names}
        found = [i for i, name in enumerate(self.header) if _folded(name) in known]
        return found[0] if len(found) == 1 else None

    def named(self, name: str) -> int:
        """The column that the user named. Raises UsageError."""
        found = self.column([name])
        if found is None:
            raise UsageError(
                f"{self.path} has no column {name!r}. There are: "
                f"{', '.join(self.header)}."
            )
        return found

    def content(self) -> bytes:
        file = io.StringIO(newline="")
        writer = csv.writer(
            file,
            delimiter=self.separator,
            lineterminator=self.line_end,
            quoting=self.quoting,
        )
        writer.writerows(self.rows)
        return file.getvalue().encode(self.encoding, "xmlcharrefreplace")


def _fill_moodle(
    record: Record, sheet: _Sheet, column: str | None, provisional: bool
) -> Filled:
    width = len(sheet.header)
    students = [row for row in sheet.rows[1:] if len(row) == width]
    numbers = [re.fullmatch(r"\D*(\d+)", row[0].strip()) for row in students]
    if not any(numbers):
        raise UsageError(
            f"{sheet.path} is neither a grading worksheet of Moodle's (its first "
            "column would hold 'Participant 123456') nor a gradebook of Canvas' "
            "(Student, ID)."
        )
    grade = sheet.named(column) if column else sheet.column(GRADE)
    if grade is None:
        raise UsageError(
            f"which column of {sheet.path} holds the grades? Name it with --column: "
            f"{', '.join(sheet.header)}."
        )
    maximum, comments = sheet.column(MAXIMUM), sheet.column(COMMENTS)
    filled = Filled(MOODLE, b"")
    hidden = hidden_cells(record.course, record.assignment)
    find = _finder(record, MOODLE, students, [1, *range(2, min(5, grade))])
    kept, absent, waiting, seen = [], [], [], set()
    scales = set()
    for row, number in zip(students, numbers, strict=True):
        result = find(number[1] if number else "", row)
        if result is None:
            absent.append(row[1])
            continue
        seen.add(result.student)
        if not (provisional or record.final(result)):
            waiting.append(result.student)
            continue
        scale = _scale(result, row[maximum] if maximum is not None else "")
        scales.add(scale)
        comma = maximum is not None and "," in row[maximum]
        row[grade] = _number(result.score * scale, "," if comma else ".")
        filled.filled += 1
        if comments is not None:
            if row[comments].strip() and not row[comments].startswith(OURS):
                kept.append(result.student)
            else:
                row[comments] = comment_on(result, hidden)
    _check_any(seen, record, sheet, "Moodle numbers anew in each assignment")
    if comments is None:
        filled.notes.append("no column for comments: switch on Feedback comments there")
    if kept:
        filled.notes.append(
            f"comments that a person has written were kept: {_list(kept)}"
        )
    _tell(filled, record, MOODLE, seen, absent, waiting, scales)
    filled.content = sheet.content()
    return filled


def _fill_canvas(
    record: Record, sheet: _Sheet, column: str | None, provisional: bool
) -> Filled:
    header = sheet.header
    grade = sheet.named(column) if column else _canvas_column(record, sheet)
    number = header.index("ID")
    filled = Filled(CANVAS, b"")
    points, students = "", []
    for row in sheet.rows[1:]:
        if len(row) != len(header):
            continue
        if "Points Possible" in row[0]:
            points = row[grade]
        elif row[number].strip() or row[0].strip():
            students.append(row)
    keys = [i for i, name in enumerate(header) if name in (*CANVAS_HEADER[:4],)]
    find = _finder(record, CANVAS, students, keys)
    absent, waiting, seen, scales = [], [], set(), set()
    for row in students:
        result = find(row[number].strip(), row)
        if result is None:
            absent.append(row[0])
            continue
        seen.add(result.student)
        if not (provisional or record.final(result)):
            waiting.append(result.student)
            continue
        scale = _scale(result, points)
        scales.add(scale)
        row[grade] = _number(result.score * scale, "," if "," in points else ".")
        filled.filled += 1
    _check_any(seen, record, sheet, "it may be of another course")
    filled.notes.append(f"filled the column {header[grade]!r}")
    _tell(filled, record, CANVAS, seen, absent, waiting, scales)
    filled.content = sheet.content()
    return filled


def _canvas_column(record: Record, sheet: _Sheet) -> int:
    """The column of the assignment: by its name, or the only one there is."""
    numbered = [
        i for i, name in enumerate(sheet.header) if re.search(r"\(\d+\)$", name)
    ]
    wanted = _words(record.assignment)
    named = [i for i in numbered if wanted <= _words(sheet.header[i])]
    found = named if len(named) == 1 else numbered
    if len(found) != 1:
        raise UsageError(
            f"which column of {sheet.path} is {record.assignment}? Name it with "
            f"--column: {', '.join(sheet.header[i] for i in numbered) or 'none there'}."
        )
    return found[0]


def _finder(
    record: Record, platform: str, students: list[list[str]], keys: list[int]
) -> Callable[[str, list[str]], Row | None]:
    """Return a function that finds a line's result: by number, else by name or login.

    The latter only for students who were not collected from this platform, and only
    where nobody else in the file goes by that name.
    """
    rows = {row.student: row for row in record.rows}
    by_number, by_name = {}, {}
    for student, row in rows.items():
        entry = record.entries.get(student)
        if entry and entry.platform == platform:
            by_number[entry.number] = row
        else:
            for text in {student, entry.name if entry else student}:
                by_name[_folded(text)] = row
    counts = Counter(
        text
        for row in students
        for text in {t for key in keys for t in _keys(row[key])}
    )

    def find(number: str, row: list[str]) -> Row | None:
        if number in by_number:
            return by_number[number]
        texts = [text for key in keys for text in _keys(row[key])]
        found = {
            id(by_name[t]): by_name[t] for t in texts if counts[t] == 1 and t in by_name
        }
        return next(iter(found.values())) if len(found) == 1 else None

    return find


def _keys(text: str) -> list[str]:
    """What a text may be found by: itself, "Last, First" turned round, a login."""
    found = [_folded(text)]
    if "," in text:
        last, _, first = text.partition(",")
        found.append(_folded(f"{first} {last}"))
    if "@" in text:
        found.append(_folded(text.partition("@")[0]))
    return [each for each in found if each]


def _tell(
    filled: Filled,
    record: Record,
    platform: str,
    seen: set[str],
    absent: list[str],
    waiting: list[str],
    scales: set[float],
) -> None:
    """Note who is in one and not in the other, and what was not filled in."""
    missing = [row.student for row in record.rows if row.student not in seen]
    if absent:
        filled.notes.append(f"in the file, but handed nothing in: {_list(absent)}")
    if missing:
        filled.notes.append(f"graded, but not in the file: {_list(missing)}")
    if waiting:
        filled.notes.append(
            "left as they were, since a person has to look at them first (or use "
            f"--provisional): {_list(waiting)}"
        )
    for scale in sorted(scales - {1.0}):
        most = record.rows[0].max_score
        filled.notes.append(
            f"{platform} counts to {_number(most * scale)}, the exercise to "
            f"{_number(most)}: scores were multiplied by {scale:.6g}"
        )


def _check_any(seen: set[str], record: Record, sheet: _Sheet, why: str) -> None:
    if not seen:
        raise UsageError(
            f"nobody in {sheet.path} has a score for {record.assignment}: {why}. "
            "Export it from the assignment that was collected."
        )


def _scale(row: Row, maximum: str) -> float:
    """What to multiply scores by, so that full marks are the platform's maximum."""
    try:
        wanted = float(maximum.strip().replace(",", "."))
    except ValueError:
        return 1.0
    return wanted / row.max_score if wanted > 0 and row.max_score > 0 else 1.0


def _number(value: float, point: str = ".") -> str:
    """A number with two digits at most, as all platforms show it."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", point)


def _list(names: list[str]) -> str:
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    return f"{len(names)} ({', '.join(names[:FEW])}{more})"


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _words(text: str) -> set[str]:
    words = re.sub(r"\(\d+\)$", "", _folded(text))
    return {word.lstrip("0") for word in re.split(r"[\W_]+", words) if word.lstrip("0")}


def _decoded(content: bytes) -> tuple[str, str]:
    """Return the text of a file, and the encoding it is in."""
    marks = {codecs.BOM_UTF8: "utf-8-sig"}
    marks |= dict.fromkeys((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE), "utf-16")
    marked = [name for mark, name in marks.items() if content.startswith(mark)]
    for encoding in (*marked, "utf-8", "cp1252"):
        with suppress(UnicodeError):
            return content.decode(encoding), encoding
    return content.decode("latin-1"), "latin-1"


def after_grading(course: Course, assignment: str) -> list[str]:
    """Write the import files of platforms that were collected from; say which."""
    if not any(entry.assignment == assignment for entry in roster.read(course)):
        return []
    record = read(course, assignment)
    paths = write(record)
    waiting = [row.student for row in record.rows if not record.final(row)]
    lines = [f"Import:   {path}" for path in paths]
    if paths and waiting:
        lines.append(f"          without those who need a person: {_list(waiting)}")
    return lines
