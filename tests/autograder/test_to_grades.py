"""From a platform's archive to grades that it imports, by two commands."""

import csv
import io
import shutil
from pathlib import Path

import pytest

from autograder import cli, export, record, report, roster
from autograder.course import Course, UsageError
from tests.autograder import archives, tiny
from tests.autograder.tiny import ASSIGNMENT

pytestmark = pytest.mark.xdist_group("to_grades")  # graded once for each platform

READABLE = {n for n in range(1001, 1031) if n not in (1013, 1014, 1017, 1018, 1025)}
DAMAGED = 1025  # in the archive
FULL, PART = "5", "4"  # of 6 points: nobody answers in words


def run_both(folder: Path, write) -> tuple[Course, str]:
    """Collect and grade a class of thirty by the commands; return what was said."""
    course = tiny.make_course(folder)
    class_ = archives.people(course)
    assert len(class_) == len({p.number for p in class_}) == 30
    path = folder / "download.zip"
    write(path, class_)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("autograder.grade.PRELOAD", ())  # no TensorFlow: quick
        patch.chdir(course.repository)
        said = io.StringIO()
        patch.setattr("sys.stdout", said)
        there = ["--course", str(course.folder)]
        assert cli.main(["collect", str(path), ASSIGNMENT, *there]) == 0
        assert cli.main(["grade", ASSIGNMENT, "--jobs", "2", *there]) == 0
    return course, said.getvalue()


@pytest.fixture(scope="module")
def moodle(tmp_path_factory):
    def write(path, class_):
        archives.write_moodle(path, class_)
        person = next(p for p in class_ if p.number == DAMAGED)
        archives.spoil(path, archives.moodle_name(person, archives.NOTEBOOK))

    return run_both(tmp_path_factory.mktemp("moodle"), write)


@pytest.fixture(scope="module")
def canvas(tmp_path_factory):
    return run_both(tmp_path_factory.mktemp("canvas"), archives.write_canvas)


@pytest.fixture
def own(moodle, tmp_path):
    """The graded class, to be changed by one test."""
    course, _ = moodle
    return Course(shutil.copytree(course.folder, tmp_path / "own"), course.repository)


def read_rows(path: Path) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_everyone_has_a_row_and_a_reason(moodle):
    course, said = moodle
    found = record.read(course, ASSIGNMENT)
    assert len(found.rows) == 30
    assert {int(e.number) for e in found.entries.values()} == set(range(1001, 1031))
    by_number = {int(found.entries[r.student].number): r for r in found.rows}
    for number, row in by_number.items():
        assert found.final(row) == (number in READABLE), number
        if number not in READABLE:
            assert row.repairs[0].startswith("not graded: "), number
    assert by_number[1010].score == by_number[1011].score == by_number[1012].score == 5
    assert by_number[1015].score == by_number[1016].score == 5  # Latin-1, a zip inside
    assert "30 students, from Moodle: 30 new." in said
    assert "damaged in the archive" in said
    assert "moodle.csv" in said


def test_moodle_worksheet_is_as_moodle_reads_it(moodle):
    course, _ = moodle
    path = course.folder / "reports" / ASSIGNMENT / "moodle.csv"
    content = path.read_bytes()
    assert content.startswith(b"Identifier,Full name,")  # no mark before it
    assert content.count(b"\n") == 31
    rows = read_rows(path)
    # What importgradeslib.php asks for, and how it finds students.
    assert {"Identifier", "Grade", "Last modified (grade)"} <= set(rows[0])
    numbers = {int(row["Identifier"].removeprefix("Participant ")) for row in rows}
    assert numbers == set(range(1001, 1031))
    for row in rows:
        number = int(row["Identifier"].split()[1])
        assert row["Grade"] in ((FULL, PART) if number in READABLE else ("",))
        assert row["Maximum Grade"] == "6"
        assert bool(row["Feedback comments"]) == (number in READABLE)
    half = next(row for row in rows if row["Grade"] == PART)
    assert half["Feedback comments"].startswith("<p>Autograder: 4 of 6 points<br>")
    # The hidden test's message would tell what it tests.
    assert "test_negative: 0 of 1<br>" in half["Feedback comments"]
    assert not any(row["Full name"].startswith("=") for row in rows)


def test_canvas_gradebook_is_as_canvas_reads_it(canvas):
    course, said = canvas
    path = course.folder / "reports" / ASSIGNMENT / "canvas.csv"
    rows = list(csv.reader(path.open(encoding="utf-8", newline="")))
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", ASSIGNMENT]
    assert rows[0] == header
    assert rows[1] == ["    Points Possible", "", "", "", "", "6"]
    scores = {int(row[1]): row[5] for row in rows[2:]}
    # Nobody without a final score: an empty cell would take back what is there.
    assert set(scores) == READABLE | {DAMAGED}
    assert set(scores.values()) == {FULL, PART}
    assert "30 students, from Canvas: 30 new." in said


def test_grading_the_same_again_changes_nothing(moodle, monkeypatch, capsys):
    course, _ = moodle
    path = course.folder / "reports" / ASSIGNMENT / "moodle.csv"
    before = path.read_bytes()
    monkeypatch.chdir(course.repository)
    monkeypatch.setattr("autograder.workplace.open_workplace", None)
    there = ["--course", str(course.folder)]
    download = str(course.folder.parent / "download.zip")
    assert cli.main(["collect", download, ASSIGNMENT, *there]) == 0
    assert "30 unchanged" in capsys.readouterr().out
    assert cli.main(["grade", ASSIGNMENT, *there]) == 0
    assert path.read_bytes() == before


# --- a platform's own files -----------------------------------------------------------


def fill(course: Course, path: Path, **options) -> export.Filled:
    return export.fill(record.read(course, ASSIGNMENT), path, **options)


def parsed(filled: export.Filled, encoding="utf-8", separator=",") -> list[list[str]]:
    text = filled.content.decode(encoding)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


GERMAN = (
    "ID;Vollständiger Name;E-Mail-Adresse;Status;Bewertung;Bestwertung;Bewertung kann "
    "geändert werden;Zuletzt geändert (Bewertung);Feedback als Kommentar\r\n"
    "Teilnehmer/in1001;Zoë Müller;z@x.example;Abgegeben;;100,00;Ja;-;\r\n"
    "Teilnehmer/in1002;李小龍;l@x.example;Abgegeben;;100,00;Ja;-;Von mir\r\n"
    "Teilnehmer/in1013;Cut Off;c@x.example;Abgegeben;7,5;100,00;Ja;-;\r\n"
    "Teilnehmer/in2222;Keine Abgabe;k@x.example;Keine Abgabe;;100,00;Ja;-;\r\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_worksheet_in_german_scaled(moodle, tmp_path, encoding):
    path = tmp_path / "Bewertung.csv"
    path.write_bytes(GERMAN.encode(encoding))
    filled = fill(moodle[0], path)
    before = list(csv.reader(io.StringIO(GERMAN, newline=""), delimiter=";"))
    after = parsed(filled, encoding, ";")
    assert filled.content.count("\r\n".encode(encoding)[-2:]) >= 1
    assert filled.content[:3] == path.read_bytes()[:3]  # the mark, if there was one
    assert after[0] == before[0]
    assert [row[4] for row in after[1:]] == ["66,67", "83,33", "7,5", ""]
    assert after[1][8].startswith("<p>Autograder: 4 of 6 points")
    assert after[2][8] == "Von mir"
    for old, new in zip(before, after, strict=True):
        assert old[:4] + old[5:8] == new[:4] + new[5:8]
    told = "\n".join(filled.notes)
    assert "handed nothing in: 1 (Keine Abgabe)" in told
    assert "graded, but not in the file: 27" in told
    assert "a person has to look at them first" in told
    assert "multiplied by 16.6667" in told
    assert "kept: 1 (李小龍)" in told


def test_a_worksheet_filled_twice_is_the_same(moodle, tmp_path):
    path = tmp_path / "w.csv"
    path.write_text(GERMAN, newline="")
    once = fill(moodle[0], path).content
    # Our own comment of an earlier grading gives way to the new one.
    path.write_bytes(once.replace(b"4 of 6 points", b"3 of 6 points"))
    assert path.read_bytes() != once
    assert fill(moodle[0], path).content == once


def test_provisional_scores_on_demand(moodle, tmp_path):
    path = tmp_path / "w.csv"
    path.write_text(GERMAN, newline="")
    after = parsed(fill(moodle[0], path, provisional=True), separator=";")
    assert after[3][4] == "0"


def test_a_worksheet_of_another_assignment_is_refused(moodle, tmp_path):
    path = tmp_path / "w.csv"
    path.write_text(GERMAN.replace("/in1", "/in9"), newline="")
    with pytest.raises(UsageError, match="nobody in"):
        fill(moodle[0], path)


def test_a_column_that_cannot_be_told(moodle, tmp_path):
    path = tmp_path / "w.csv"
    path.write_text(GERMAN.replace("Bewertung;Best", "Pisteet;Best"), newline="")
    with pytest.raises(UsageError, match="--column"):
        fill(moodle[0], path)
    after = parsed(fill(moodle[0], path, column="Pisteet"), separator=";")
    assert after[1][4] == "66,67"
    with pytest.raises(UsageError, match="no column 'Poäng'"):
        fill(moodle[0], path, column="Poäng")


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,00 Warm-up (50),01 Tiny exercise (51),"
    "Final Score\n"
    ",,,,,,Manual Posting,\n"
    "    Points Possible,,,,,10.00,6.00,(read only)\n"
    '"Müller, Zoë",1001,s1,zoe,A,9.00,,90\n'
    '"Off, Cut",1013,s2,cut,A,8.00,2.50,80\n'
    '"Student, Test",9,,,A,,,\n'
)


def test_a_gradebook_of_canvas(canvas, tmp_path):
    path = tmp_path / "grades.csv"
    path.write_text(CANVAS)
    filled = fill(canvas[0], path)
    after = filled.content.decode()
    assert after == CANVAS.replace("A,9.00,,90", "A,9.00,4,90")
    told = "\n".join(filled.notes)
    assert "'01 Tiny exercise (51)'" in told
    assert "handed nothing in: 1 (Student, Test)" in told
    assert "graded, but not in the file: 28" in told


def test_canvas_column_must_be_told_where_two_fit(canvas, tmp_path):
    path = tmp_path / "grades.csv"
    path.write_text(CANVAS.replace("00 Warm-up", "01 tiny again"))
    with pytest.raises(UsageError, match="--column"):
        fill(canvas[0], path)
    filled = fill(canvas[0], path, column="01 Tiny exercise (51)")
    assert filled.filled == 1


@pytest.mark.parametrize("content", [b"", b"a,b,c\n1,2,3\n", b"PK\x03\x04", b"one"])
def test_a_file_that_is_no_worksheet(moodle, tmp_path, content):
    path = tmp_path / "w.csv"
    path.write_bytes(content)
    with pytest.raises(UsageError):
        fill(moodle[0], path)
    with pytest.raises(UsageError, match="can't read"):
        fill(moodle[0], tmp_path / "none.csv")


def test_students_who_were_not_collected_are_found_by_name(own, tmp_path):
    roster.path(own).unlink()
    path = tmp_path / "w.csv"
    text = GERMAN.replace("Zoë Müller", "zoë-müller").replace("l@x", "李小龍@x")
    path.write_text(text, newline="", encoding="utf-8")
    after = parsed(fill(own, path), separator=";")
    assert [row[4] for row in after[1:]] == ["66,67", "83,33", "7,5", ""]
    # Two lines of one name: whose score it is can't be told.
    path.write_text(text.replace("Keine Abgabe;k", "zoë-müller;k"), newline="")
    after = parsed(fill(own, path), separator=";")
    assert [row[4] for row in after[1:]] == ["", "83,33", "7,5", ""]


# --- the report -----------------------------------------------------------------------


def test_report_command(own, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(own.repository)
    path = tmp_path / "sheet.csv"
    path.write_text(GERMAN, newline="")
    there = ["--course", str(own.folder)]
    assert cli.main(["report", ASSIGNMENT, "--worksheet", str(path), *there]) == 0
    said = capsys.readouterr().out
    folder = own.folder / "reports" / ASSIGNMENT
    assert str(folder / "sheet.csv") in said
    assert "graded, but not in the file" in said
    assert path.read_bytes().decode() == GERMAN  # the original stays
    page = (folder / "report.html").read_text()
    for words in ("李小龍", "AssertionError", "not graded: ", "point-biserial"):
        assert words in page
    rows = read_rows(folder / "scores.csv")
    assert len(rows) == 30
    assert {row["test_double"] for row in rows} == {"0", "2"}
    again = folder / "sheet.csv"
    assert cli.main(["report", ASSIGNMENT, "--worksheet", str(again), *there]) == 0
    assert (folder / "filled-sheet.csv").exists()


def test_report_tells_what_is_out_of_date(own):
    student = next(path for path in sorted(own.submitted.iterdir()))
    notebook = next((student / ASSIGNMENT).iterdir())
    notebook.write_bytes(notebook.read_bytes() + b" ")
    (own.submitted / "late comer" / ASSIGNMENT).mkdir(parents=True)
    found = record.read(own, ASSIGNMENT)
    assert found.changed == [student.name]
    assert found.ungraded == ["late comer"]
    assert any("Not up to date: 2" in line for line in report.write(found))


def test_report_without_grades(tmp_path, monkeypatch, capsys):
    course = tiny.make_course(tmp_path)
    monkeypatch.chdir(course.repository)
    assert cli.main(["report", ASSIGNMENT, "--course", str(course.folder)]) == 2
    assert "autograder grade" in capsys.readouterr().err
