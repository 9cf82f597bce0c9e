"""Grading that is stopped or killed goes on where it was; nothing is done twice."""

import os
import random
import signal
import sqlite3
import time
from contextlib import closing

import psutil
import pytest

from autograder import gradebook
from autograder.grade import grade
from autograder.workplace import Local
from tests.autograder import tiny
from tests.autograder.tiny import ASSIGNMENT, RIGHT

WRONG = "def double(x):\n    return x ** 2  # student {}"


@pytest.fixture
def executed(monkeypatch):
    """The keys of what is given to workers, in this process."""
    seen = []
    submit = Local.submit

    def watched(self, name, job, attempt=1):
        seen.append(name)
        submit(self, name, job, attempt)

    monkeypatch.setattr(Local, "submit", watched)
    return seen


def hand_in_class(course, size):
    for number in range(size):
        tiny.hand_in(course, f"s{number}", double=WRONG.format(number))


def test_only_what_changed_is_executed(tmp_path, executed):
    course = tiny.make_course(tmp_path)
    hand_in_class(course, 3)
    before = grade(course, ASSIGNMENT, preload=())
    assert len(executed) == 3
    assert grade(course, ASSIGNMENT, preload=()) == before
    assert len(executed) == 3
    tiny.hand_in(course, "s1", **RIGHT)
    after = grade(course, ASSIGNMENT, preload=())
    assert len(executed) == 4
    assert [row.score for row in after] == [2.5, 5, 2.5]
    # As handed in before: the journal still has it.
    hand_in_class(course, 3)
    assert grade(course, ASSIGNMENT, preload=()) == before
    assert len(executed) == 4


def test_equal_submissions_are_executed_once(tmp_path, executed):
    course = tiny.make_course(tmp_path)
    for student in ("ada", "bob", "cleo"):
        tiny.hand_in(course, student, **RIGHT)
    rows = grade(course, ASSIGNMENT, preload=())
    assert [row.score for row in rows] == [5, 5, 5]
    assert len(executed) == 1


def test_a_persons_scores_stay(tmp_path, executed):
    course = tiny.make_course(tmp_path)
    tiny.hand_in(course, "ada", **RIGHT)
    (row,) = grade(course, ASSIGNMENT, preload=())
    assert (row.score, row.status) == (5, "manual")
    with closing(sqlite3.connect(course.gradebook)) as database:
        database.execute(
            "UPDATE grade SET manual_score = 0.5, needs_manual_grade = 0 "
            "WHERE auto_score IS NULL"
        )
        database.commit()
    (row,) = grade(course, ASSIGNMENT, preload=())
    assert (row.score, row.status) == (5.5, "graded")
    assert len(executed) == 1
    feedback = course.feedback / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    assert "5.5" in feedback.read_text()


def test_lost_gradebook_is_rebuilt_from_the_journal(tmp_path, executed):
    course = tiny.make_course(tmp_path)
    hand_in_class(course, 2)
    before = grade(course, ASSIGNMENT, preload=())
    course.gradebook.unlink()
    assert grade(course, ASSIGNMENT, preload=()) == before
    assert len(executed) == 2


def test_interrupt_stops_cleanly(tmp_path):
    course = tiny.make_course(tmp_path)
    tiny.be_patient(course)
    hand_in_class(course, 2)
    tiny.hand_in(course, "waits", double="import time\ntime.sleep(76)")
    process = tiny.start_grading(course, jobs=2)
    receipts = course.journal(ASSIGNMENT) / "receipts"
    _until(lambda: receipts.is_dir() and list(receipts.glob("s*.json")))
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130
    _, alive = psutil.wait_procs(family, 5)
    assert not [each for each in alive if each.status() != psutil.STATUS_ZOMBIE]
    tiny.hand_in(course, "waits", **RIGHT)
    assert tiny.start_grading(course, jobs=2).wait() == 0


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_killed_twenty_times(tmp_path):
    chance = random.Random(20)
    reference = tiny.make_course(tmp_path / "reference")
    hand_in_class(reference, 6)
    began = time.monotonic()
    assert tiny.start_grading(reference, jobs=2).wait() == 0
    usual = time.monotonic() - began
    expected = gradebook.submissions(reference, ASSIGNMENT)
    killed = runs = 0
    while killed < 20:
        runs += 1
        course, scratch = tiny.make_course(tmp_path / str(runs)), set()
        hand_in_class(course, 6)
        before = {}  # when each execution was recorded, at the last kill
        for _ in range(4):
            process = tiny.start_grading(course, jobs=2)
            time.sleep(chance.uniform(0.3, 1.0) * usual)
            family = psutil.Process(process.pid).children(recursive=True)
            finished = process.poll() is not None
            process.kill()
            process.wait()
            _, alive = psutil.wait_procs(family, 5)
            assert not [p for p in alive if p.status() != psutil.STATUS_ZOMBIE]
            if finished:
                break
            killed += 1
            lock = course.folder / "journal" / "lock"
            scratch.add(lock.read_text() if lock.exists() else "")
            entries = course.journal(ASSIGNMENT) / "entries"
            before = {
                path: os.stat(path).st_mtime_ns for path in entries.glob("*.json")
            }
        assert tiny.start_grading(course, jobs=2).wait() == 0
        assert not [folder for folder in scratch if folder and os.path.exists(folder)]
        assert not list((course.folder / "journal").rglob("*.part"))
        after = {path: os.stat(path).st_mtime_ns for path in before}
        assert after == before  # nothing that was executed is executed again
        found = gradebook.submissions(course, ASSIGNMENT)
        assert {s: row.auto_scores for s, row in found.items()} == {
            s: row.auto_scores for s, row in expected.items()
        }
        with closing(sqlite3.connect(course.gradebook)) as database:
            for table, rows in (("submitted_assignment", 6), ("grade", 24)):
                count = database.execute(f"SELECT count(*) FROM {table}").fetchone()
                assert count == (rows,)


def _until(condition, seconds: float = 60.0):
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "waited too long"
        time.sleep(0.02)
