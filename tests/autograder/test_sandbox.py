"""The sandbox, from inside: kernels that the real engine starts, as root and as others.

What is tried here, students' code can try: see tests/hostile for whole submissions.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from autograder import cli, forking, sandbox
from autograder.course import UsageError
from autograder.execute import COLD_KERNEL, execute
from autograder.forking import OwnZygote
from autograder.notebooks import ROOT
from autograder.payload import Limits, Payload
from autograder.provisioner import KERNEL
from autograder.sandbox import BUBBLEWRAP, NAMESPACES, NoSandbox, Sandbox
from autograder.settings import limits
from tests.autograder import tiny
from tests.autograder.test_examiner import marked

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")

USUAL = Limits(cell_seconds=30)
MARK = "marked-by-the-first"
SECRET = "a secret of the instructor's environment"


@pytest.fixture(scope="module")
def zygote(tmp_path_factory):
    """A zygote without TensorFlow, and an environment with a secret."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SERVICE_TOKEN", SECRET)
        data = tmp_path_factory.mktemp("data")
        (data / "images.txt").write_text("pixels")
        data.chmod(0o755)
        way = tmp_path_factory.mktemp("way") / "shared"
        way.symlink_to(data.parent)  # a link on the way to the data
        patch.setenv("CNNLAB_DATA", str(way / data.name))
        zygote = OwnZygote(tiny.LIGHT)
        zygote.wait()
        patch.setenv(forking.VARIABLE, str(zygote.folder))
        yield zygote
        zygote.close()


@pytest.fixture(params=[NAMESPACES, "cold", BUBBLEWRAP])
def kernel(request, zygote, monkeypatch):
    """A forked kernel, a cold one, and a cold one by the second tier."""
    if request.param == BUBBLEWRAP:
        if not shutil.which("bwrap"):
            pytest.skip("bubblewrap is not installed")
        monkeypatch.setattr(sandbox, "probe", lambda: (BUBBLEWRAP, ""))
    return KERNEL if request.param == NAMESPACES else COLD_KERNEL


def run(*sources: str, kernel: str = KERNEL, limits: Limits = USUAL) -> dict:
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    return execute(Payload(notebook, {"in/a.txt": b"hello"}, limits), kernel)


def value(source: str, **options):
    """What the last cell prints as JSON."""
    (cell,) = run(source, **options)["cells"]
    texts = [output.get("text", output.get("evalue")) for output in cell["outputs"]]
    return json.loads("".join(texts))


def errors(entry: dict) -> list[str]:
    """The error of each cell, or what it printed."""
    found = []
    for cell in entry["cells"]:
        output = cell["outputs"][-1] if cell["outputs"] else {"text": ""}
        found.append(output.get("text") or f"{output['ename']}: {output['evalue']}")
    return found


LOOKS = """\
import json, os
found, names = {{}}, set()
SYSTEM = ("/", "proc"), ("/", "sys")
for path in {paths!r}:
    try:
        found[path] = os.listdir(path) if os.path.isdir(path) else open(path).read(9)
    except OSError:
        pass
for folder, folders, files in os.walk("/"):
    folders[:] = [f for f in folders if (folder, f) not in SYSTEM]
    names |= {{*folders, *files}} & {{*{names!r}}}
print(json.dumps([found, sorted(names)]))
"""


def test_sees_nothing_of_others(kernel, tmp_path, zygote):
    course = tiny.make_course(tmp_path)
    other = tiny.hand_in(course, "other", **tiny.RIGHT)
    course.gradebook.write_text("grades")
    folder = tempfile.mkdtemp(prefix="grade-of-another-", dir=forking.short_folder())
    scratch = Path(folder) / "work"
    scratch.mkdir()
    paths = [
        *(ROOT / "solutions", ROOT / "tests", ROOT / "exercises", ROOT / ".git"),
        *(ROOT / "nbgrader_config.py", Path.home() / ".bashrc", zygote.folder),
        *(course.gradebook, course.repository, other, scratch),
        *map(Path, ("/etc/shadow", "/var")),
        *(Path(f"/proc/{pid}/environ") for pid in (os.getpid(), zygote.pid)),
    ]
    try:
        names = [
            "numbers.txt",
            "solutions",
            "submissions",
            scratch.parent.name,
            "shadow",
        ]
        source = LOOKS.format(paths=list(map(str, paths)), names=names)
        assert value(source, kernel=kernel) == [{}, []]
    finally:
        scratch.rmdir()
        scratch.parent.rmdir()


LOOKS_AS_EXAMINER = """\
import os, socket
assert answer(42) == "42" and open("in/a.txt").read() == "hello"
assert not [path for path in {paths!r} if os.path.exists(path)]
assert [name for _, name in socket.if_nameindex()] == ["lo"]
assert os.getuid() != 0
"""


def test_the_examiner_is_confined(kernel, zygote):
    """By either tier, forked or cold: it rebuilds models that students describe."""
    paths = [ROOT / "solutions", ROOT / ".git", zygote.folder, Path("/etc/shadow")]
    test = LOOKS_AS_EXAMINER.format(paths=list(map(str, paths)))
    assert any(map(os.path.exists, paths))
    cells = [new_code_cell("answer = str"), marked(test, grade=True, points=1)]
    payload = Payload(new_notebook(cells=cells), {"in/a.txt": b"hello"}, USUAL)
    entry = execute(payload, kernel)
    assert entry["cells"][1]["outputs"] == []
    assert entry["kernel"] == ("forked" if kernel == KERNEL else "cold")


def test_has_what_notebooks_need(kernel):
    source = """
import json, os, subprocess
import cnnlab, cnnlab.data, cnnlab.datasets, numpy
folder = os.environ["CNNLAB_DATA"]
shell = get_ipython().getoutput("echo said")
print(json.dumps([
    open("in/a.txt").read(), os.listdir(folder), list(shell),
    bool(list(cnnlab.data.__path__)), os.path.expanduser("~") != "~",
]))
"""
    expected = ["hello", ["images.txt"], ["said"], True, True]
    assert value(source, kernel=kernel) == expected


def test_no_secrets(kernel):
    source = """
import glob, json
said = [open(path, "rb").read().decode() for path in glob.glob("/proc/*/environ")]
print(json.dumps([len(said) > 0, "SECRET" in "".join(said)]))
"""
    source = "import os\n" + source.replace("SECRET", SECRET[:9])
    # bubblewrap's own process is not the kernel's to read.
    source = source.replace('glob.glob("/proc/*/environ")', '["/proc/self/environ"]')
    assert value(source, kernel=kernel) == [True, False]


def test_keras_cache_is_found(zygote, monkeypatch, tmp_path):
    """Read-only, in a home that is otherwise empty and can be written to."""
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "mnist.npz").write_text("digits")
    tmp_path.chmod(0o755)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    source = f"""
import json, os
folder = {str(tmp_path)!r}
sets = folder + "/datasets"
found = open(sets + "/mnist.npz").read()
print(json.dumps([found, os.access(folder, os.W_OK), os.access(sets, os.W_OK)]))
"""
    assert value(source, kernel=COLD_KERNEL) == ["digits", True, False]


def test_no_network(kernel):
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        name = f"\0sandbox-{os.getpid()}"
        abstract.bind(name)
        abstract.listen()
        source = f"""
import json, socket
said = []
for kind, address in (
    (socket.AF_INET, {server.getsockname()!r}), (socket.AF_INET, ("1.1.1.1", 53)),
    (socket.AF_UNIX, {name!r}),
):
    with socket.socket(kind) as s:
        s.settimeout(3)
        try:
            s.connect(address)
            said.append("connected")
        except OSError as error:
            said.append(type(error).__name__)
print(json.dumps([[name for _, name in socket.if_nameindex()], said]))
"""
        interfaces, said = value(source, kernel=kernel)
    assert interfaces == ["lo"]
    assert said[0] == said[2] == "ConnectionRefusedError"
    assert said[1] == "OSError", "the network is unreachable"


WRITES = """
import json, os
found = []
SYSTEM = ("/", "proc"), ("/", "sys")
for folder, folders, _ in os.walk("/"):
    folders[:] = [f for f in folders if (folder, f) not in SYSTEM]
    try:
        open(os.path.join(folder, "w"), "w").close()
        found.append(folder)
        folders.clear()
    except OSError:
        pass
print(json.dumps([sorted(found), os.getcwd(), os.path.expanduser("~")]))
"""


def test_only_scratch_is_writable(kernel):
    found, work, home = value(WRITES, kernel=kernel)
    assert set(found) <= {work, home, "/tmp", "/dev/shm"} | ipc_of(kernel, work)
    assert {"/tmp", "/dev/shm"} <= set(found)


def ipc_of(kernel: str, work: str) -> set[str]:
    """Bubblewrap can't close the folder of the sockets; too much in it ends it all."""
    return (
        {str(Path(work).with_name("ipc"))}
        if sandbox.probe()[0] == BUBBLEWRAP
        else set()
    )


def test_no_privileges(kernel):
    source = """
import ctypes, json, os
lines = open("/proc/self/status").read().splitlines()
status = dict(line.split(":", 1) for line in lines)
libc = ctypes.CDLL(None)
tried = [libc.unshare(flag) for flag in (0x10000000, 0x00020000)]
tried.append(libc.mount(b"tmpfs", b"/usr", b"tmpfs", 0, b""))
try:
    os.kill(1, 9)
except OSError:
    pass
print(json.dumps([
    [int(status[n], 16) for n in ("CapPrm", "CapEff", "CapInh", "CapAmb")],
    status["NoNewPrivs"].strip(), os.getuid() == 0, tried[1:],
]))
"""
    assert value(source, kernel=kernel) == [[0] * 4, "1", False, [-1, -1]]


BOMBS = {
    "memory": ("x = bytearray(3 << 30)", "MemoryError"),
    "numpy": ("import numpy\nx = numpy.ones(3 << 27)", "MemoryError"),
    "file": ("open('f', 'wb').write(bytes(70 << 20))", "File too large"),
    "disk": (
        "for n in range(9): open(f'/tmp/{n}', 'wb').write(bytes(60 << 20))",
        "No space left on device",
    ),
    "threads": (
        "import threading, time\n"
        "for n in range(300): threading.Thread(target=time.sleep, args=(9,)).start()",
        "can't start new thread",
    ),
    "processes": (
        "import subprocess\nfor n in range(300): subprocess.Popen(['sleep', '9'])",
        "Resource temporarily unavailable",
    ),
}
SMALL = replace(USUAL, memory_bytes=1 << 30, scratch_bytes=400 << 20, processes=200)


def test_limits_are_errors_of_the_cell(kernel):
    """The rest of the notebook runs."""
    bombs = dict(BOMBS)
    if sandbox.probe()[0] == BUBBLEWRAP and os.geteuid() == 0:
        del bombs["processes"]  # Linux doesn't count root's, and bubblewrap stays root
    sources = [source for source, _ in bombs.values()]
    entry = run(*sources, "print('after')", kernel=kernel, limits=SMALL)
    *said, last = errors(entry)
    for (name, (_, expected)), error in zip(bombs.items(), said, strict=True):
        assert expected in error, name
    assert last == "after\n"


HOGS = {
    "shared memory": (
        "import mmap, time\n"
        "m = mmap.mmap(-1, 3 << 30)\n"
        "for n in range(3 << 10): m.write(b'x' * (1 << 20))\n"
        "time.sleep(20)"
    ),
    "children": (
        "import os, time\n"
        "for n in range(9):\n"
        "    if os.fork() == 0:\n"
        "        x = bytearray(b'x') * (300 << 20)\n"
        "        time.sleep(20)\n"
        "        os._exit(0)\n"
        "time.sleep(20)"
    ),
}


@pytest.mark.parametrize("name", HOGS)
def test_memory_of_all_processes_together(zygote, name):
    """Of shared memory the system counts nothing for the one process's limit."""
    limits = replace(USUAL, memory_bytes=1 << 30, scratch_bytes=1 << 20)
    started = time.monotonic()
    entry = run(HOGS[name], "1", limits=limits)
    assert entry["ended"] == "kernel died"
    assert "more than 1.1 GB of memory" in errors(entry)[0]
    assert "an earlier cell" in errors(entry)[1]
    assert time.monotonic() - started < 15


def test_fork_bomb(zygote):
    """The cell fails or is stopped; nothing of it is left, nor in the way of others."""
    before = set(psutil.pids())
    quick = replace(USUAL, cell_seconds=3, processes=150)
    entry = run("import os\nwhile True: os.fork()", limits=quick)
    assert "Error" in errors(entry)[0]
    until(lambda: len(set(psutil.pids()) - before) < 50)
    assert errors(run("print('next')", limits=quick)) == ["next\n"]


def test_nothing_outlives_the_kernel(kernel):
    source = """
import os, subprocess, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execvp("sleep", ["sleep", "7654.25"])
    os._exit(0)
subprocess.Popen(["setsid", "nohup", "sleep", "7654.25"])
time.sleep(0.3)
print(subprocess.run(["grep", "-l", "7654", "-r", "/proc", "--include=cmdline"],
    capture_output=True, text=True).stdout.count("cmdline") >= 2)
"""
    assert errors(run(source, kernel=kernel)) == ["True\n"]
    until(lambda: not any("7654.25" in cmdline for cmdline in all_commands()))


def all_commands() -> list[list[str]]:
    found = []
    for process in psutil.process_iter():
        try:
            found.append(process.cmdline())
        except psutil.Error:
            continue
    return found


def test_interrupt_and_death(kernel):
    quick = replace(USUAL, cell_seconds=2)
    entry = run("while True: pass", "print(1)", kernel=kernel, limits=quick)
    assert "CellTimeoutError" in errors(entry)[0]
    assert errors(entry)[1] == "1\n"
    entry = run("import os\nos._exit(0)", kernel=kernel)
    assert errors(entry) == ["DeadKernelError: this cell ended Python"]


def test_a_second_student_sees_nothing_of_the_first(zygote):
    leave = f"""
import os
from multiprocessing import shared_memory
for folder in (".", os.path.expanduser("~"), "/tmp", "/dev/shm"):
    open(folder + "/{MARK}", "w").write("x")
memory = shared_memory.SharedMemory("{MARK}s", create=True, size=9)
print("left")
"""
    assert errors(run(leave)) == ["left\n"]
    source = LOOKS.format(paths=[], names=[MARK, f"{MARK}s"])
    assert value(source) == [{}, []]
    left = [Path(folder, MARK) for folder in (Path.home(), "/tmp", "/dev/shm")]
    assert not any(map(os.path.lexists, left))


def test_work_is_gone_and_its_links_lead_nowhere(zygote, tmp_path):
    """Whatever is left in the folders of a run, nothing outside is touched."""
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("kept")
    source = f"""
import os
for folder in (".", "..", "../ipc"):
    try:
        os.symlink({str(kept)!r}, folder + "/link")
    except OSError:
        pass
os.chdir("..")
print(os.path.exists({str(kept)!r}))
"""
    assert errors(run(source)) == ["False\n"]
    assert (kept / "file").read_text() == "kept"


def test_usage_is_the_kernels(zygote):
    entry = run("x = bytearray(b'x') * (200 << 20)\nfor n in range(10**7): pass")
    assert entry["memory_bytes"] > 200 << 20
    assert entry["cpu_seconds"] > 0.1


def test_hides_the_repository_in_a_kept_folder(tmp_path):
    """As where a course lives below /usr: the innermost rule counts."""
    inner = tmp_path / "kept" / "course"
    (inner / "solutions").mkdir(parents=True)
    (inner / "package").mkdir()
    (inner / "package" / "code.py").write_text("")
    work = tmp_path / "work"
    work.mkdir()
    box = Sandbox(
        str(work),
        keep=[str(tmp_path / "kept"), str(inner / "package")],
        hide=[str(inner)],
    )
    code = f"import os; print(os.listdir({str(inner)!r}), *os.walk({str(inner)!r}))"
    for how in sandbox.NAMESPACES, BUBBLEWRAP if shutil.which("bwrap") else NAMESPACES:
        command = box.command([sys.executable, "-I", "-S", "-c", code], how)
        said = subprocess.run(command, capture_output=True, text=True).stdout
        assert "code.py" in said, how
        assert "solutions" not in said, how


def test_refusal_where_nothing_works(tmp_path):
    """Inside a sandbox there can't be another: the probe says so, and what to do."""
    box = Sandbox(str(tmp_path), keep=[str(ROOT / "autograder")])
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from autograder import sandbox\n"
        "sandbox.shutil.which = lambda name: None\n"
        "try: sandbox.tier()\nexcept sandbox.NoSandbox as error: print(error)"
    )
    command = box.command([sys.executable, "-c", code, str(ROOT)], NAMESPACES)
    said = subprocess.run(command, capture_output=True, text=True).stdout
    assert "namespaces: OSError: [Errno 28] clone3" in said
    assert "bubblewrap: it is not installed" in said
    for flag in ("--no-sandbox", "c.Replay.sandbox = False"):
        assert flag in said


def test_grading_is_refused_and_goes_on_without(tmp_path, monkeypatch, capsys):
    course = tiny.make_course(tmp_path)
    tiny.hand_in(course, "right", **tiny.RIGHT)
    for module in (sandbox, forking):
        monkeypatch.setattr(module, "probe", lambda: (None, "no namespaces for you"))
    started = []

    class Noted(OwnZygote):
        def __init__(self, modules):
            started.append(modules)
            super().__init__(modules)

    monkeypatch.setattr(forking, "OwnZygote", Noted)
    monkeypatch.chdir(course.repository)
    monkeypatch.setattr("autograder.grade.PRELOAD", ())
    monkeypatch.setattr("autograder.course.ROOT", course.repository)
    arguments = ["grade", tiny.ASSIGNMENT, "--course", str(course.folder)]
    assert cli.main(arguments) == 2
    said = capsys.readouterr().err
    assert "no namespaces for you" in said
    assert "--no-sandbox" in said
    assert not started, "what nothing is going to be forked from"
    assert cli.main([*arguments, "--no-sandbox"]) == 0
    assert len(started) == 1
    with pytest.raises(NoSandbox, match="Replay"):
        run("1")


def test_limits_of_one_exercise():
    config = Config()
    config.Execute.timeout = 7
    config.Replay.limits = {"05_big": {"memory_bytes": 9, "cell_seconds": 8}}
    assert limits(config, "04_small") == Limits(cell_seconds=7)
    assert limits(config, "05_big") == Limits(cell_seconds=8, memory_bytes=9)
    config.Replay.sandbox = False
    assert not limits(config, "05_big").sandbox
    config.Replay.limits = {"05_big": {"memory": 9}}
    with pytest.raises(UsageError, match="'memory'"):
        limits(config, "05_big")


AS_NOBODY = """\
import ctypes, os, sys
from autograder import sandbox as s
ctypes.CDLL(None).unshare(s.NEW_NS)
s._mount(None, "/", None, s.MS_REC | s.MS_PRIVATE)
home = os.path.expanduser("~")
python = s._tree(sys.base_prefix, 0)
s._mount("tmpfs", home, "tmpfs", 0, "mode=755")
os.chdir("/")
s._put(python, sys.base_prefix)
os.makedirs(home + "/own")
os.chown(home + "/own", s.NOBODY, s.NOBODY)
os.setgroups([])
os.setresgid(*[s.NOBODY] * 3)
os.setresuid(*[s.NOBODY] * 3)
os.environ["HOME"] = home + "/own"
os.execv(sys.executable, [sys.executable, "-m", "pytest", *sys.argv[1:]])
"""


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="all other tests ran without privileges")
def test_all_of_this_without_privileges(tmp_path):
    """As another user, whose Python lies where that one may read it."""
    tmp_path.chmod(0o777)
    for folder in tmp_path.parents:
        if folder.owner() == "root" and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    options = ["-q", "-p", "no:cacheprovider", "-m", "not slow", f"--rootdir={ROOT}"]
    options += [f"--basetemp={tmp_path / 'inner'}", str(ROOT / "tests" / "autograder")]
    options[-1] += "/test_sandbox.py"
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, *options],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def until(condition, seconds: float = 20.0) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "waited too long"
        time.sleep(0.05)
