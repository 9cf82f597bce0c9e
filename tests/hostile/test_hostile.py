"""Submissions that attack the grader, one a file: all in one batch, by the real engine.

A file's docstring says what it tries, what it scores of 5, what a message must contain,
and why. Where the attack is a search for loot, the work is right only if some is found.
"""

import ast
import os
import re
import socket
import sys
from pathlib import Path

import psutil
import pytest

from autograder.grade import grade
from tests.autograder import tiny

MARK = f"CNNLAB_HOSTILE_{os.getpid()}"
HERE = Path(__file__).parent
NO_ATTACKS = {"__init__", "cells", "forged"}
FILES = {path.stem for path in HERE.glob("*.py")} - NO_ATTACKS
ATTACKS = sorted(name for name in FILES if not name.startswith("test_"))
LIMITS = f"c.Replay.limits = {{{tiny.ASSIGNMENT!r}: {{'memory_bytes': 1 << 30}}}}\n"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("hostile"),  # one batch
    pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux only"),
]


def source(name: str) -> str:
    return (HERE / f"{name}.py").read_text()


def told(name: str, what: str) -> str | None:
    """What the docstring of an attack says after `what:`."""
    found = re.search(
        rf"^{what}: (.*)$", ast.get_docstring(ast.parse(source(name))), re.M
    )
    return found and found[1]


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """All attacks, between two honest submissions, graded."""
    course = tiny.make_course(tmp_path_factory.mktemp("hostile"))
    with (course.repository / "nbgrader_config.py").open("a") as config:
        config.write(LIMITS)
    os.environ[MARK] = ""  # all processes of the batch have it
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        for name in ATTACKS:
            text = source(name).replace("@COURSE@", str(course.folder))
            tiny.hand_in(course, name, double=text.replace("@PORT@", port))
        for name in ("a_honest", "z_honest"):
            tiny.hand_in(course, name, **tiny.RIGHT | {"words": name})
        rows = grade(course, tiny.ASSIGNMENT, jobs=2, preload=tiny.LIGHT)
    del os.environ[MARK]
    return course, {row.student: row for row in rows}


@pytest.mark.parametrize("name", ATTACKS)
def test_attack(batch, name):
    course, rows = batch
    row = rows[name]
    assert row.score == float(told(name, "Score")), row.cells
    if word := told(name, "Message"):
        feedback = course.feedback / name / tiny.ASSIGNMENT
        said = "".join(path.read_text() for path in feedback.glob("*.html"))
        assert word in said


def test_nobody_else_is_harmed(batch):
    course, rows = batch
    assert [rows[name].score for name in ("a_honest", "z_honest")] == [5, 5]
    assert not (course.folder / "wiped").exists()
    assert course.gradebook.stat().st_size > 0
    assert len(rows) == len(ATTACKS) + 2


@pytest.mark.usefixtures("batch")
def test_nothing_is_left():
    """No process, whatever it forked; nothing where others find it."""
    left = []
    for pid in set(psutil.pids()) - {os.getpid()}:
        try:
            left += [pid] if MARK in psutil.Process(pid).environ() else []
        except psutil.Error:
            continue
    assert not left
    places = (Path.home(), Path("/tmp"), Path("/dev/shm"), Path("/var/tmp"))
    assert not [place for place in places if os.path.lexists(place / "message")]
