"""`--scheduler`: workers that share only a network grade as this computer does."""

import gc
import signal
import subprocess
import time
from contextlib import suppress

import psutil
import pytest

from autograder import cli, workplace
from autograder.course import UsageError
from autograder.grade import Run, grade
from autograder.local_dask import local_dask
from tests.autograder import tiny
from tests.autograder.tiny import ASSIGNMENT, RIGHT

PRELOAD = ("numpy",)
SLOW = "import time\ntime.sleep(0.5)\n"
WRONG = "def double(x):\n    return x ** 2  # student {}"


def hand_in_class(course, size: int) -> None:
    tiny.hand_in(course, "right", **RIGHT)
    tiny.hand_in(course, "quits", double="import os\nos._exit(1)")
    tiny.hand_in(course, "raises", double="def double(x):\n    raise ValueError('no')")
    for number in range(size):
        tiny.hand_in(course, f"s{number}", double=SLOW + WRONG.format(number))


@pytest.mark.slow
def test_two_workers_one_killed_midway(tmp_path):
    pytest.importorskip("distributed")
    local = tiny.make_course(tmp_path / "local")
    hand_in_class(local, 5)
    expected = {row.student: row for row in grade(local, ASSIGNMENT, preload=())}
    course = tiny.make_course(tmp_path / "remote")
    hand_in_class(course, 5)
    with local_dask(tmp_path / "dask") as cluster:
        victim, survivor = cluster.add_worker(), cluster.add_worker()
        process = tiny.start_grading(course, scheduler=cluster.address)
        until(lambda: kernels(victim) and kernels(survivor))
        family = psutil.Process(victim.pid).children(recursive=True)
        victim.kill()
        assert process.wait(120) == 0
        assert ended(family)
        until(lambda: not zygotes(survivor))
        assert survivor.poll() is None
    # The rows are those of the run above: nothing is left to execute.
    found = {row.student: row for row in grade(course, ASSIGNMENT, preload=())}
    assert {s: row.cells for s, row in found.items()} == {
        s: row.cells for s, row in expected.items()
    }


@pytest.mark.slow
def test_stopping_ends_what_runs_on_the_workers(tmp_path):
    pytest.importorskip("distributed")
    course = tiny.make_course(tmp_path)
    tiny.be_patient(course)
    tiny.hand_in(course, "waits", double="import time\ntime.sleep(76)")
    with local_dask(tmp_path / "dask") as cluster:
        worker = cluster.add_worker()
        for how, status in ((signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)):
            process = tiny.start_grading(course, scheduler=cluster.address)
            until(lambda: kernels(worker))
            time.sleep(0.3)
            running = kernels(worker)
            process.send_signal(how)
            assert process.wait(15) == status
            assert ended(running)
            assert worker.poll() is None
            until(lambda: not kernels(worker))
        tiny.hand_in(course, "waits", **RIGHT)
        assert tiny.start_grading(course, scheduler=cluster.address).wait(60) == 0


@pytest.mark.slow
def test_what_can_not_be_used_is_refused(tmp_path):
    pytest.importorskip("distributed")
    course = tiny.make_course(tmp_path)
    tiny.hand_in(course, "right", **RIGHT)

    def refusal(address: str) -> str:
        with pytest.raises(UsageError) as raised:
            grade(course, ASSIGNMENT, scheduler=address, preload=())
        return str(raised.value)

    assert "no dask scheduler" in refusal("tcp://127.0.0.1:1")
    assert "no dask scheduler" in refusal("nonsense")
    assert not open_clients()
    with local_dask(tmp_path / "dask") as cluster:
        assert "dask worker" in refusal(cluster.address)
        worker = cluster.add_worker(CNNLAB_DATA="elsewhere")
        said = refusal(cluster.address)
        assert "CNNLAB_DATA" in said
        assert "would not give the same results" in said
        assert worker.poll() is None


def test_without_dask(monkeypatch, capsys, tmp_path):
    course = tiny.make_course(tmp_path)
    tiny.hand_in(course, "right", **RIGHT)
    monkeypatch.chdir(course.repository)
    monkeypatch.setattr(workplace, "find_spec", lambda name: None)
    monkeypatch.setattr(Run, "_execute_and_convert", None)
    arguments = ["grade", ASSIGNMENT, "--course", str(course.folder)]
    assert cli.main([*arguments, "--scheduler", "tcp://127.0.0.1:1"]) == 2
    assert "cnnlab[dask]" in capsys.readouterr().err


def open_clients() -> list:
    """What only the garbage collector would close, and dask hang with it."""
    from distributed import Client

    clients = [each for each in gc.get_objects() if issubclass(type(each), Client)]
    return [client for client in clients if client.status != "closed"]


def zygotes(worker: subprocess.Popen) -> list[psutil.Process]:
    """The processes that the worker forks kernels from."""
    with suppress(psutil.Error):
        return [
            each
            for each in psutil.Process(worker.pid).children()
            if "autograder.zygote" in each.cmdline()
        ]
    return []


def kernels(worker: subprocess.Popen) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return [kernel for each in zygotes(worker) for kernel in each.children()]
    return []


def ended(processes: list[psutil.Process]) -> bool:
    # An examiner notices after its imports.
    _, alive = psutil.wait_procs(processes, 20)
    return not [each for each in alive if each.status() != psutil.STATUS_ZOMBIE]


def until(condition, seconds: float = 60.0) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "waited too long"
        time.sleep(0.02)
