"""`autograder collect`: everyone has a place, whatever the archive holds."""

import zipfile
from pathlib import Path

import pytest

from autograder import archive, cli, collect, roster
from autograder.course import Course, UsageError
from autograder.platforms import CANVAS, FILES, MOODLE
from tests.autograder import archives, tiny
from tests.autograder.archives import EARLY, LATE, NOTEBOOK, Person
from tests.autograder.tiny import ASSIGNMENT

A, B = b'{"cells": []}', b'{"cells": [1]}'


@pytest.fixture
def course(tmp_path) -> Course:
    return tiny.make_course(tmp_path)


def gather(course: Course, path: Path, platform=None) -> collect.Collected:
    return collect.collect(course, path, ASSIGNMENT, platform)


def laid_down(course: Course) -> dict[str, dict[str, bytes]]:
    """The files of each student, by their path below the assignment's folder."""
    found = {}
    for folder in course.submitted.iterdir():
        home = folder / ASSIGNMENT
        assert [path.name for path in folder.iterdir()] == [ASSIGNMENT]
        found[folder.name] = {
            path.relative_to(home).as_posix(): path.read_bytes()
            for path in home.rglob("*")
            if path.is_file()
        }
    return found


def make(path: Path, entries: dict) -> Path:
    """Write an archive of names or entries and contents."""
    with zipfile.ZipFile(path, "w") as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return path


# --- the names of platforms -----------------------------------------------------------


@pytest.mark.parametrize("folders", [True, False])
@pytest.mark.parametrize("flag", [True, False])
def test_moodle_in_all_alphabets(course, tmp_path, folders, flag):
    class_ = [Person(i, n, ((NOTEBOOK, A),)) for i, n in enumerate(archives.NAMES)]
    path = tmp_path / "all.zip"
    archives.write_moodle(path, class_, folders)
    if not flag:
        archives.without_flag(path)
    found = gather(course, path)
    assert found.platform == MOODLE
    assert set(found.students.values()) == {"new"}
    assert [set(files) for files in laid_down(course).values()] == [{NOTEBOOK}] * 8
    entries = roster.read(course)
    assert {e.number for e in entries} == {str(p.number) for p in class_}
    assert {e.name for e in entries} == set(map(archives.moodle_full_name, class_))
    ids = {e.student for e in entries}
    assert "zoë-müller" in ids and "李小龍" in ids and "प्रिया-शर्मा" in ids
    assert not any("+" in student or "/" in student for student in ids)


def test_canvas(course, tmp_path):
    class_ = [
        Person(12345, "Doe Jane", ((NOTEBOOK, A),)),
        Person(12346, "Müller_Zoë", ((f"{ASSIGNMENT}-3.ipynb", B),), late=True),
        Person(12347, "R2D2", ((NOTEBOOK, A),)),
    ]
    path = tmp_path / "submissions.zip"
    archives.write_canvas(path, class_)
    found = gather(course, path)
    assert found.platform == CANVAS
    assert laid_down(course) == {
        "doejane-12345": {NOTEBOOK: A},
        "müller-zoë-12346": {NOTEBOOK: B},
        "r2d2-12347": {NOTEBOOK: A},
    }
    assert {e.number for e in roster.read(course)} == {"12345", "12346", "12347"}


def test_canvas_anonymous(course, tmp_path):
    path = make(
        tmp_path / "a.zip",
        {f"anon_aB3x9_77_{NOTEBOOK}": A, f"LATE_anon_cD4y8_78_{NOTEBOOK}": B},
    )
    assert gather(course, path).platform == CANVAS
    assert {e.number for e in roster.read(course)} == {"anon_aB3x9", "anon_cD4y8"}


def test_canvas_text_instead_of_a_file(course, tmp_path):
    names = [
        f"doejane_12_77_{NOTEBOOK}",
        "roejohn_13_text.html",
        "poe_LATE_14_link.html",
    ]
    found = gather(course, make(tmp_path / "a.zip", dict.fromkeys(names, A)))
    assert set(laid_down(course)) == {"doejane-12", "roejohn-13", "poe-14"}
    assert sum("no notebook came" in note for note in found.notes) == 2


def test_moodle_with_hidden_names(course, tmp_path):
    path = tmp_path / "a.zip"
    class_ = [Person(n, "Participant", ((NOTEBOOK, A),)) for n in range(4)]
    archives.write_moodle(path, class_)
    found = gather(course, path)
    assert set(laid_down(course)) == {f"participant-{n}" for n in range(4)}
    assert len(found.notes) == 1
    assert "names are hidden" in found.notes[0]


def test_who_is_missing_from_a_later_archive(course, tmp_path):
    path = tmp_path / "a.zip"
    both = [Person(n, name, ((NOTEBOOK, A),)) for n, name in ((1, "Anna"), (2, "Ben"))]
    archives.write_moodle(path, both)
    assert gather(course, path).notes == []
    archives.write_moodle(path, both[:1])
    assert any(
        "not in this archive" in n and "ben" in n for n in gather(course, path).notes
    )
    assert set(laid_down(course)) == {"anna", "ben"}


@pytest.mark.parametrize(
    ("names", "students"),
    [
        (["anna/x.ipynb", "ben/y.ipynb"], {"anna", "ben"}),
        ([f"class/anna/{NOTEBOOK}", f"class/ben/{NOTEBOOK}"], {"anna", "ben"}),
        ([f"{s}/{ASSIGNMENT}/{NOTEBOOK}" for s in ("anna", "ben")], {"anna", "ben"}),
        ([f"anna/{NOTEBOOK}"], {"anna"}),
        (["anna.ipynb", "ben.ipynb"], {"anna", "ben"}),
        ([f"anna_{NOTEBOOK}", f"{ASSIGNMENT}-ben.ipynb"], {"anna", "ben"}),
        (["a+b/x.ipynb", ".ben/y.ipynb"], {"a-b", "ben"}),
        (["an\nna/x.ipynb", "b\u202een/y.ipynb"], {"an_na", "b_en"}),
    ],
)
@pytest.mark.parametrize("folder", [True, False])
def test_plain_archives_and_folders(course, tmp_path, names, students, folder):
    path = tmp_path / "handed in"
    if folder:
        for name in names:
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(A)
    else:
        make(path, dict.fromkeys(names, A))
    found = gather(course, path)
    assert found.platform == FILES
    assert set(laid_down(course)) == students
    assert all(A in files.values() for files in laid_down(course).values())


def test_names_that_do_not_tell(course, tmp_path):
    path = make(tmp_path / "a.zip", {NOTEBOOK: A, "anna/x.ipynb": B, "ben/x.ipynb": B})
    found = gather(course, path)
    assert set(found.students) == {"anna", "ben"}
    assert found.notes == [f"left out, nobody's: {NOTEBOOK}"]


def test_platform_can_be_told(course, tmp_path):
    path = make(tmp_path / "a.zip", {"anna_2024_11_final.ipynb": A})
    assert gather(course, path).platform == CANVAS
    assert set(gather(course, path, FILES).students) == {"anna_2024_11_final"}


# --- students' ids --------------------------------------------------------------------


def test_ids_are_stable_over_assignments(course, tmp_path):
    path = tmp_path / "a.zip"
    archives.write_moodle(path, [Person(1, "Anna Schmidt", ((NOTEBOOK, A),))])
    gather(course, path)
    entries = roster.read(course)
    roster.write(
        course, [e.__class__(**{**vars(e), "assignment": "00"}) for e in entries]
    )
    # Moodle numbers her anew; only her name tells that it is she.
    archives.write_moodle(path, [Person(2, "Anna Schmidt", ((NOTEBOOK, A),))])
    gather(course, path)
    assert {e.student for e in roster.read(course)} == {"anna-schmidt"}
    assert {(e.assignment, e.number) for e in roster.read(course)} == {
        ("00", "1"),
        (ASSIGNMENT, "2"),
    }


def test_namesakes_are_not_one(course, tmp_path):
    path = tmp_path / "a.zip"
    same = [Person(n, "Anna Schmidt", ((NOTEBOOK, c),)) for n, c in ((1, A), (2, B))]
    archives.write_moodle(path, same)
    found = gather(course, path)
    assert laid_down(course) == {
        "anna-schmidt-1": {NOTEBOOK: A},
        "anna-schmidt-2": {NOTEBOOK: B},
    }
    assert sum("namesake" in note for note in found.notes) == 2


def test_no_name_takes_anothers_place(course, tmp_path):
    path = tmp_path / "a.zip"
    names = ["Anna Schmidt", "Anna-Schmidt", "Anna Schmidt 1", "Groß", "GROSS"]
    class_ = [Person(n, name, ((NOTEBOOK, A),)) for n, name in enumerate(names, 1)]
    for people in (class_, class_[::-1]):
        archives.write_moodle(path, people)
        assert len(gather(course, path).students) == 5
        assert len(laid_down(course)) == 5
    names = dict.fromkeys(["Anna.ipynb", "anna.ipynb", "ANNA.ipynb"], B)
    assert len(gather(course, make(tmp_path / "b.zip", names)).students) == 3
    assert len({name.casefold() for name in laid_down(course)}) == 8


def test_a_namesake_who_comes_later(course, tmp_path):
    path = tmp_path / "a.zip"
    for number in (1, 2, 1):
        person = Person(number, "Anna Groß", ((NOTEBOOK, A),))
        archives.write_moodle(path, [person])
        gather(course, path)
    assert set(laid_down(course)) == {"anna-groß", "anna-groß-2"}


# --- versions -------------------------------------------------------------------------


def test_collecting_again(course, tmp_path):
    path = tmp_path / "a.zip"

    def handed_in(content: bytes, written=EARLY):
        person = Person(5, "Anna", ((NOTEBOOK, content),), written)
        archives.write_moodle(path, [person])
        return gather(course, path)

    assert handed_in(A).students == {"anna": "new"}
    before = (course.submission("anna", ASSIGNMENT) / NOTEBOOK).stat().st_mtime_ns
    assert handed_in(A).students == {"anna": "unchanged"}
    after = (course.submission("anna", ASSIGNMENT) / NOTEBOOK).stat().st_mtime_ns
    assert before == after
    newer = handed_in(B, LATE)
    assert newer.students == {"anna": "replaced"}
    assert any("replaced/" in note for note in newer.notes)
    assert laid_down(course) == {"anna": {NOTEBOOK: B}}
    former = course.folder / "replaced" / "anna" / ASSIGNMENT / "1" / NOTEBOOK
    assert former.read_bytes() == A
    older = handed_in(A, EARLY)
    assert older.students == {"anna": "older, not taken"}
    assert any("newer" in note for note in older.notes)
    assert laid_down(course) == {"anna": {NOTEBOOK: B}}


def test_of_two_files_the_last_is_taken(course, tmp_path):
    path = tmp_path / "a.zip"
    files = ((f"{ASSIGNMENT}-1.ipynb", B), (NOTEBOOK, A), ("draft.ipynb", B))
    archives.write_canvas(path, [Person(5, "Anna", files)])
    found = gather(course, path)
    assert laid_down(course) == {"anna-5": {NOTEBOOK: A}}
    assert sum("another notebook is taken" in note for note in found.notes) == 2


# --- what must not happen -------------------------------------------------------------


def test_nothing_leaves_the_course(course, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("exam")
    home = "Eve_9_assignsubmission_file_"
    path = make(
        tmp_path / "a.zip",
        {
            f"{home}/{NOTEBOOK}": A,
            f"{home}/../../../../outside.ipynb": B,
            "/tmp/absolute.ipynb": B,
            "C:\\windows\\x.ipynb": B,
            "../../up.ipynb": B,
            archives.link("Lin_8_assignsubmission_file_/" + NOTEBOOK): str(secret),
            f"Mal_7_assignsubmission_file_\\{NOTEBOOK}": A,
            f"Dev_6_assignsubmission_file_/con\x00trol\n{NOTEBOOK}": A,
        },
    )
    before = {p for p in tmp_path.rglob("*") if course.folder not in p.parents}
    found = gather(course, path)
    assert {p for p in tmp_path.rglob("*") if course.folder not in p.parents} == before
    files = laid_down(course)
    assert files["eve"] == {NOTEBOOK: A}
    assert files["lin"] == {}
    assert files["mal"] == {NOTEBOOK: A}
    assert set(files) == {"eve", "lin", "mal", "dev"}
    assert any("link" in note for note in found.notes)
    assert any("leads out" in note for note in found.notes)
    assert not any(p.is_symlink() for p in course.folder.rglob("*"))


def test_links_in_a_folder_are_not_followed(course, tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / NOTEBOOK).write_bytes(B)
    home = tmp_path / "in"
    (home / "anna").mkdir(parents=True)
    (home / "anna" / NOTEBOOK).symlink_to(tmp_path / "secret" / NOTEBOOK)
    (home / "ben").symlink_to(tmp_path / "secret")
    (home / "cleo").mkdir()
    (home / "cleo" / NOTEBOOK).write_bytes(A)
    found = gather(course, home)
    assert laid_down(course) == {"anna": {}, "cleo": {NOTEBOOK: A}}
    assert any("link" in note for note in found.notes)


def test_bombs_cost_only_their_student(course, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "FILE_BYTES", 1 << 20)
    path = tmp_path / "a.zip"
    bomb = bytes(3 << 20)
    class_ = [
        Person(1, "Anna", ((NOTEBOOK, A),)),
        Person(2, "Bomb", ((NOTEBOOK, bomb),)),
        Person(3, "Nested", (("x.zip", archives.zipped({NOTEBOOK: bomb})),)),
    ]
    archives.write_moodle(path, class_)
    found = gather(course, path)
    files = laid_down(course)
    assert files["anna"] == {NOTEBOOK: A}
    assert files["bomb"] == {f"{NOTEBOOK}.damaged": b""}
    assert f"{NOTEBOOK}.damaged" in files["nested"]
    assert sum("more than 1 MB" in note for note in found.notes) == 2


@pytest.mark.parametrize(
    "more", [(("big.csv", bytes(200)),), tuple((f"{i}.csv", b"1") for i in range(9))]
)
def test_a_student_may_not_fill_the_disk(course, tmp_path, monkeypatch, more):
    monkeypatch.setattr(collect, "STUDENT_BYTES", 100)
    monkeypatch.setattr(collect, "STUDENT_FILES", 3)
    path = tmp_path / "a.zip"
    archives.write_moodle(path, [Person(1, "Anna", ((NOTEBOOK, A), *more))])
    found = gather(course, path)
    laid = laid_down(course)["anna"]
    assert laid[NOTEBOOK] == A
    assert sum(map(len, laid.values())) <= 100
    assert sum(map(len, laid.values())) >= len(A)
    assert sum(bool(content) for content in laid.values()) <= 3
    assert any("more than anybody" in note for note in found.notes)


def test_other_files_keep_their_place(course, tmp_path):
    homes = [f"class/{student}/{ASSIGNMENT}" for student in ("anna", "ben")]
    names = [f"{home}/{name}" for home in homes for name in (NOTEBOOK, "data/x.csv")]
    gather(course, make(tmp_path / "a.zip", dict.fromkeys(names, A)))
    assert set(laid_down(course)["ben"]) == {NOTEBOOK, "data/x.csv"}


def test_damaged_and_encrypted_members(course, tmp_path):
    path = tmp_path / "a.zip"
    long = b'{"cells": [' + b"1, " * 5000 + b"1]}"
    class_ = [Person(n, f"S {n}", ((NOTEBOOK, long),)) for n in (1, 2, 3)]
    archives.write_moodle(path, class_)
    archives.spoil(path, archives.moodle_name(class_[1], NOTEBOOK))
    found = gather(course, path)
    files = laid_down(course)
    assert files["s-1"] == files["s-3"] == {NOTEBOOK: long}
    assert list(files["s-2"]) == [f"{NOTEBOOK}.damaged"]
    assert any("s-2" in note and "damaged" in note for note in found.notes)
    assert "damaged" in roster.read(course)[1].note


def test_files_that_are_folders(course, tmp_path):
    home = "Eve_9_assignsubmission_file_"
    names = [f"{home}/{NOTEBOOK}", f"{home}/a.csv", f"{home}/a.csv/b.csv"]
    names += [f"{home}/" + "x" * 190 + "/" + "/".join(["y" * 190] * 6) + "/c.csv"]
    found = gather(course, make(tmp_path / "a.zip", dict.fromkeys(names, A)))
    assert set(laid_down(course)["eve"]) == {NOTEBOOK, "a.csv/b.csv"}
    assert sum("no folder can hold it" in note for note in found.notes) == 2


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", b"no archive", None])
def test_an_archive_that_cannot_be_read(course, tmp_path, content, monkeypatch, capsys):
    path = tmp_path / "a.zip"
    archives.write_moodle(path, [Person(1, "Anna", ((NOTEBOOK, A * 99),))])
    path.write_bytes(path.read_bytes()[:-60] if content is None else content)
    monkeypatch.chdir(course.repository)
    command = ["collect", str(path), ASSIGNMENT, "--course", str(course.folder)]
    assert cli.main(command) == 2
    assert "download it again" in capsys.readouterr().err
    assert not course.submitted.exists()


def test_usage_errors(course, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(course.repository)
    there = ["--course", str(course.folder)]
    assert cli.main(["collect", str(tmp_path / "no.zip"), ASSIGNMENT, *there]) == 2
    assert "no.zip" in capsys.readouterr().err
    path = make(tmp_path / "a.zip", {"readme.txt": b"hello"})
    assert cli.main(["collect", str(path), ASSIGNMENT, *there]) == 2
    assert "holds no submissions" in capsys.readouterr().err
    assert cli.main(["collect", str(path), "02_none", *there]) == 2
    assert ASSIGNMENT in capsys.readouterr().err


def test_roster_survives_spreadsheets(course):
    entry = roster.Entry("s", ASSIGNMENT, MOODLE, "1", "=1+1", "f.ipynb", "2026", "n")
    roster.write(course, [entry])
    text = roster.path(course).read_text()
    assert ",=1+1" not in text
    assert roster.read(course) == [entry]
    changed = "\ufeff" + text.replace(",", ";")
    roster.path(course).write_text(changed, encoding="utf-8")
    assert roster.read(course) == [entry]
    roster.path(course).write_text("a,b\n1,2\n")
    with pytest.raises(UsageError, match="no roster"):
        roster.read(course)
