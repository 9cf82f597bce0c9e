"""Kernels forked from a zygote: like cold ones, and nothing stays behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder import forking
from autograder.execute import execute
from autograder.forking import NoZygote, OwnZygote
from autograder.grade import grade
from autograder.payload import Limits, Payload
from autograder.provisioner import KERNEL
from tests.autograder import tiny

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


@pytest.fixture(scope="module")
def zygote():
    """A zygote without TensorFlow, found by everything that starts kernels here."""
    zygote = OwnZygote(("numpy", "matplotlib.pyplot"))
    zygote.wait()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(forking.VARIABLE, str(zygote.folder))
        yield zygote
    zygote.close()


def run(*sources: str, limits: Limits = Limits(cell_seconds=5), kernel=KERNEL) -> dict:  # noqa: B008
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    return execute(Payload(notebook, {"a.txt": b"hello"}, limits), kernel)


def texts(entry: dict) -> list[str]:
    """What each cell put out: text, or the name of its last error."""
    found = []
    for cell in entry["cells"]:
        output = cell["outputs"][-1] if cell["outputs"] else {}
        text = output.get("text") or output.get("data", {}).get("text/plain")
        found.append(text or output.get("ename", ""))
    return found


ASKS = (
    "import sys, os, __main__\n[sys.path, __name__, sys.argv[1::2], os.listdir()]",
    "import os\nsorted(set(os.environ) - {'JPY_PARENT_PID'})",
    "import signal\nsignal.getsignal(signal.SIGINT)",
    "print(input.__doc__)\nopen('a.txt').read()",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
    "import os\nos.system('true')",
    "import subprocess\nsubprocess.run(['true']).returncode",
)


@pytest.mark.parametrize("source", ASKS)
def test_forked_kernel_is_like_a_cold_one(zygote, source):
    forked, cold = run(source), run(source, kernel="python3")
    assert (forked["kernel"], cold["kernel"]) == ("forked", "cold")

    def seen(entry):
        return [
            (o["output_type"], o.get("text"), sorted(o.get("data", {})))
            for o in entry["cells"][0]["outputs"]
        ]

    assert seen(forked) == seen(cold)
    if "plt" not in source and "argv" not in source:
        assert texts(forked) == texts(cold)


def test_kernels_have_random_numbers_of_their_own(zygote):
    source = "import random, numpy as np\nprint(random.random(), np.random.rand())"
    first, second = texts(run(source)), texts(run(source))
    assert not set(first[0].split()) & set(second[0].split())


def test_interrupted_cell_leaves_the_rest_alone(zygote):
    entry = run("x = 1", "while True: pass", "x", limits=Limits(cell_seconds=1))
    assert texts(entry) == ["", "CellTimeoutError", "1"]


def test_dying_kernel_is_the_students_result(zygote):
    entry = run("1", "import os\nos._exit(3)", "2")
    assert entry["ended"] == "kernel died"
    assert texts(entry) == ["1", "DeadKernelError", "DeadKernelError"]
    assert entry["kernel"] == "forked"


def test_notebook_limit(zygote):
    limits = Limits(cell_seconds=5, notebook_seconds=1)
    entry = run("import time\ntime.sleep(1.2)", "2", limits=limits)
    assert entry["ended"] in ("out of time", "finished")
    assert texts(entry)[1] == "DeadKernelError"


def test_flood_of_output_is_cut(zygote):
    limits = Limits(cell_seconds=20, output_bytes=100_000)
    entry = run("for i in range(60000): print('x' * 80)", "2", limits=limits)
    assert len(str(entry)) < 300_000
    assert texts(entry)[1] == "2"


def test_nothing_stays_behind(zygote):
    """Neither kernels nor their children nor their files, whoever is killed."""
    code = (
        "from nbformat.v4 import *\n"
        "from autograder.execute import execute\n"
        "from autograder.payload import Payload\n"
        'sleeps = \'import subprocess as s; s.run(["sleep", "77"])\'\n'
        "notebook = new_notebook(cells=[new_code_cell(sleeps)])\n"
        f"execute(Payload(notebook), {KERNEL!r})\n"
    )
    before = set(psutil.Process(zygote.pid).children())
    worker = subprocess.Popen([sys.executable, "-c", code])
    kernels = _until(lambda: set(psutil.Process(zygote.pid).children()) - before)
    (kernel,) = kernels
    (child,) = _until(kernel.children)
    worker.kill()
    worker.wait()
    _until(lambda: not kernel.is_running() and not _runs(child))


def test_zygote_ends_with_its_starter():
    code = (
        "import os, time\n"
        "from autograder.forking import OwnZygote\n"
        "zygote = OwnZygote(())\n"
        "zygote.wait()\n"
        "zygote.fork(['-f', '/nowhere'], '/', dict(os.environ))\n"
        "print(zygote.pid, zygote.folder, flush=True)\n"
        "time.sleep(60)\n"
    )
    starter = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    pid, folder = starter.stdout.readline().decode().split()
    process = psutil.Process(int(pid))
    family = [process, *process.children()]
    starter.kill()
    starter.wait()
    starter.stdout.close()
    _until(lambda: not any(each.is_running() for each in family))
    assert not os.path.exists(folder)


def test_killed_zygote_means_a_cold_kernel(monkeypatch):
    """At its death the kernel dies too: that is no result of the student's."""
    zygote = OwnZygote(())
    zygote.wait()
    monkeypatch.setenv(forking.VARIABLE, str(zygote.folder))
    mark = "import os, time\nif os.environ.get('JPY_PARENT_PID') is None: "
    mark += f"os.kill({zygote.pid}, {int(signal.SIGKILL)}); time.sleep(30)"
    trusting = Limits(cell_seconds=5, sandbox=False)  # else it can't reach the zygote
    entry = run(mark, "1 + 1", limits=trusting)
    assert (entry["kernel"], entry["ended"]) == ("cold", "finished")
    assert texts(entry)[1] == "2"
    with pytest.warns(UserWarning, match="cold"):
        assert texts(run("3")) == ["3"]
    zygote.close()


def test_dead_zygote_is_revived_a_few_times(monkeypatch):
    zygote = OwnZygote(())
    monkeypatch.setenv(forking.VARIABLE, str(zygote.folder))
    found = forking.find_zygote()
    for life in range(1, forking.LIVES):
        zygote.wait()
        assert not zygote.revive(), "it lives"
        os.kill(zygote.pid, signal.SIGKILL)
        _until(lambda: not zygote.alive())
        with pytest.raises(NoZygote):
            found.ready()
        assert zygote.revive(), life
    found.wait()
    assert run("1")["kernel"] == "forked"
    os.kill(zygote.pid, signal.SIGKILL)
    _until(lambda: not zygote.alive())
    assert not zygote.revive()
    zygote.close()


KILLS_ITS_ZYGOTE = """\
import os, signal
if b"autograder.zygote" in open(f"/proc/{os.getppid()}/cmdline", "rb").read():
    os.kill(os.getppid(), signal.SIGKILL)
"""


def test_grading_revives_its_zygote(tmp_path, capfd):
    """A zygote killed midway: who was at it starts cold, the others do not."""
    course = tiny.make_course(tmp_path)
    double = tiny.RIGHT["double"]
    tiny.hand_in(course, "s0", **tiny.RIGHT | {"double": KILLS_ITS_ZYGOTE + double})
    for number in range(1, 4):
        sources = tiny.RIGHT | {"double": f"{double}  # {number}"}
        tiny.hand_in(course, f"s{number}", **sources)
    rows = grade(course, tiny.ASSIGNMENT, jobs=1, preload=(), sandbox=False)
    assert [row.score for row in rows] == [5] * 4
    entries = (course.journal(tiny.ASSIGNMENT) / "entries").glob("*.json")
    kinds = [json.loads(path.read_text())["kernel"] for path in entries]
    assert sorted(kinds) == ["cold", "forked", "forked", "forked"]
    said = capfd.readouterr().err
    assert said.count("started anew") == 1
    assert forking.COLD_WARNING not in said


def test_refuses_to_fork_with_threads(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    zygote = OwnZygote(("threaded",))
    zygote.wait()
    with pytest.raises(NoZygote, match="threads"):
        zygote.fork(["-f", "/nowhere"], "/", dict(os.environ))
    zygote.close()


def test_course_modules_start_no_thread_and_run_no_operation():
    """What the real zygote imports: TensorFlow can't be used before a fork."""
    code = (
        "from autograder import zygote\n"
        "zygote.preload(zygote.PRELOAD)\n"
        "from tensorflow.python.eager import context\n"
        "print(zygote.threads(), context.context()._context_handle)\n"
    )
    environment = os.environ | forking.ENVIRONMENT
    said = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=True
    )
    assert said.stdout.split() == [b"1", b"None"]


@pytest.mark.slow
def test_stock_tools_use_the_kernel(tmp_path):
    """`jupyter execute` finds kernel and provisioner once the kernel is installed."""
    kernels = Path(forking.__file__).with_name("kernels")
    share = tmp_path / "share" / "jupyter"
    share.mkdir(parents=True)
    (share / "kernels").symlink_to(kernels)
    notebook = tmp_path / "x.ipynb"
    source = "import sys\nprint('tensorflow' in sys.modules)"
    nbformat.write(new_notebook(cells=[new_code_cell(source)]), notebook)
    environment = os.environ | {"JUPYTER_PATH": str(share)}
    environment.pop(forking.VARIABLE, None)  # that one has no TensorFlow
    tools = Path(sys.executable).parent
    subprocess.run(
        [
            tools / "jupyter",
            "execute",
            f"--kernel_name={KERNEL}",
            "--inplace",
            notebook,
        ],
        env=environment,
        check=True,
    )
    cell = nbformat.read(notebook, as_version=4).cells[0]
    assert cell.outputs[0].text == "True\n"


def _runs(process: psutil.Process) -> bool:
    """Tell whether it does anything: where nobody waits for it, its name remains."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _until(condition, seconds: float = 20.0):
    """Wait until `condition()` holds; return its value."""
    limit = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < limit, "waited too long"
        time.sleep(0.02)
    return value
