"""Confine a process and all that it starts: a kernel that runs students' code.

It sees the system's programs and libraries, Python's, what notebooks import and the
data sets, all read-only, and nothing else of the computer: no one's home, no solutions,
no other submissions, no gradebook, no other process, no network. It writes into a file
system of its own in memory, of limited size, that ends with it. All its processes end
together.

    pid = sandbox.fork()  # as os.fork, but the child is in namespaces of its own
    if pid == 0:
        sandbox.enter()   # returns in a child of that child, which is confined
        …                 # the student's code

What `fork` makes is the first process of a process namespace: it passes signals on to
the confined one, watches over memory, and when it ends, the system ends all the others.
The folders come in as clones of mounts under a new root, an allowlist, and the old root
is let go. Linux from 5.12 on. `python -m autograder.sandbox` confines a program
(`Sandbox.command`), and tells whether that can be done here (`tier`).

Where the system grants us no namespaces, it may grant them to bubblewrap, which then
does the same round a program: the second tier.
"""

import ctypes
import fcntl
import json
import os
import resource
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from stat import S_ISDIR, S_ISSOCK
from time import monotonic

NAMESPACES = "namespaces"
BUBBLEWRAP = "bubblewrap"
FLAGS = "--no-sandbox for `autograder grade`, `c.Replay.sandbox = False` for nbgrader"

# How a confined program ends that took more memory than it may: its exit status.
OUT_OF_MEMORY = 221
NOBODY = 65534  # who confined processes are where we are root
SOCKETS = 5  # that a kernel opens before it runs any code
WATCH_SECONDS = 0.2  # between two looks at the memory of all processes
START_SECONDS = 0.005  # between two looks for the kernel's sockets

# The names of Sandbox's limits, as autograder.payload.Limits has them, too.
LIMITS = ("memory_bytes", "scratch_bytes", "file_bytes", "processes")

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")
HARDWARE = ("/sys/devices", "/sys/bus", "/sys/module/nvidia")
ETC = (
    "alternatives",
    "fonts",
    "ld.so.cache",
    "localtime",
    "mime.types",
    "nsswitch.conf",
    "protocols",
    "services",
    "ssl/certs",
)
DEVICES = ("null", "zero", "full", "random", "urandom")
GRAPHICS = ("nvidia", "dri", "kfd", "dxg")  # how these devices' names begin
HOME = "/home/student"  # where the real one's path can't be used
# Where matplotlib lists the computer's fonts, which takes it seconds.
FONTS = "~/.cache/matplotlib"
# What of our environment confined processes get, by the beginning of the name: no
# tokens, no addresses of services.
VARIABLES = (
    *("CNNLAB_", "CUDA_", "KERAS_", "MKL_", "NVIDIA_", "OMP_", "OPENBLAS_", "TF_"),
    *("LANG", "LC_", "LD_LIBRARY_PATH", "MPLBACKEND", "NBGRADER_", "PATH", "PYTHON"),
    *("TERM", "TZ", "XLA_", "XPC_", "PYDEVD_", "CLICOLOR", "GIT_PAGER", "PAGER"),
    *("FORCE_COLOR", "COLUMNS", "LINES", "JPY_SESSION"),
)


class NoSandbox(Exception):
    """Students' code can't be confined on this computer; the message says why."""


@dataclass
class Sandbox:
    """What a confined process may see and use.

    `work`: a folder whose files it finds in a folder of that path; changes are lost.
    `shared`: one that it shares with us until it has opened a kernel's sockets there.
    `keep`: further folders and files that it may read; `hide`: those it may not, where
    they lie in kept ones. Then limits: bytes that a process may take on top of what it
    has when it starts, and all of them together; bytes that it may write, in all and in
    one file; and how many processes and threads it may have at a time.
    """

    work: str
    shared: str = ""
    keep: list[str] = field(default_factory=list)
    hide: list[str] = field(default_factory=list)
    memory_bytes: int = 4 << 30
    scratch_bytes: int = 1 << 30
    file_bytes: int = 64 << 20
    processes: int = 512

    def fork(self) -> int:
        """Fork into new namespaces; return as os.fork. Raises OSError.

        Only in a process with one thread.
        """
        packages(), hidden(), home()  # looked up once, not in each child
        gate, opener = os.pipe()
        parent = os.pidfd_open(os.getpid())
        pid = -1
        try:
            pid = _clone(NEW_ALL)
            if pid == 0:
                os.close(opener)
                self._gate, self._parent = gate, parent
                return 0
            os.write(opener, str(_map_ids(pid)).encode())
        except OSError:
            if pid > 0:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            raise
        finally:
            if pid:
                for descriptor in (gate, opener, parent):
                    os.close(descriptor)
        return pid

    def enter(self, descriptors: tuple[int, ...] = ()) -> None:
        """Confine; returns in a child, while the process itself guards it.

        Call it at once in what `fork` returns 0 in. All files are closed but standard
        output and error, and `descriptors`. Raises OSError where the system doesn't
        let us.
        """
        user = os.read(self._gate, 16)
        if not user:  # who forked us has gone
            os._exit(1)
        _seat()
        _close_all_but(self._parent, *descriptors)
        root = _Root(self)
        _become(int(user))
        root.build()
        os.chdir(self.work)
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if select.select([self._parent], [], [], 0)[0]:  # it has ended meanwhile
            os._exit(1)
        os.close(self._parent)
        signal.pthread_sigmask(signal.SIG_BLOCK, HANDLED)
        pid = os.fork()
        if pid:
            self._guard(pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HANDLED)
        tempfile.tempdir = None  # found anew, from the environment
        self._limit()
        _give_up_privileges()

    def command(
        self,
        program: list[str],
        how: str | None = None,
        descriptors: tuple[int, ...] = (),
    ) -> list[str]:
        """Return a command that runs `program` confined; `how` is a tier.

        Of the files that it is started with, it keeps open `descriptors`.
        """
        about = [json.dumps(asdict(self)), json.dumps(descriptors)]
        return [sys.executable, "-P", "-m", __name__, how or tier(), *about, *program]

    def limits(self, data: int) -> Iterator[tuple[int, int]]:
        """The limits of a process that has `data` bytes already, by kind."""
        yield resource.RLIMIT_DATA, data + self.memory_bytes
        yield resource.RLIMIT_FSIZE, self.file_bytes
        yield resource.RLIMIT_NPROC, self.processes
        yield resource.RLIMIT_CORE, 0

    def _limit(self) -> None:
        own = _figure("/proc/self/status", ("VmData:",))
        for kind, limit in self.limits(own):
            _, most = resource.getrlimit(kind)
            if most != resource.RLIM_INFINITY:
                limit = min(limit, most)
            resource.setrlimit(kind, (limit, limit))
        # Should the computer run out of memory, this is what the system ends first.
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000")

    def _guard(self, pid: int) -> None:
        """Be the first process of the namespace until `pid` ends; never returns."""
        try:
            os.setsid()  # Ctrl-C in a terminal is for who started us
            _close_all_but()
            most = self.memory_bytes + _memory()
            sealed, looked = not self.shared, monotonic()
            while True:
                pause = WATCH_SECONDS if sealed else START_SECONDS
                signalled = signal.sigtimedwait(HANDLED, pause)
                if signalled and signalled.si_signo != signal.SIGCHLD:
                    _pass_on(pid, signalled.si_signo)
                status = _reap(pid)
                if status is not None:
                    os._exit(status)
                sealed = sealed or self._seal()
                if monotonic() - looked < WATCH_SECONDS:
                    continue
                looked = monotonic()
                if _memory() > most and _memory(exactly=True) > most:
                    os._exit(OUT_OF_MEMORY)
        finally:
            os._exit(1)

    def _seal(self) -> bool:
        """Make the shared folder read-only once the sockets are there.

        Before that no code of a student's runs; after it, nothing can be left there.
        """
        modes = [entry.stat().st_mode for entry in os.scandir(self.shared)]
        if sum(map(S_ISSOCK, modes)) < SOCKETS:
            return False
        _set_attributes(AT_FDCWD, self.shared, READ_ONLY)
        return True


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return what confined processes get of an environment: nothing that is secret."""
    kept = {name: value for name, value in variables.items() if is_public(name)}
    return kept | {
        "HOME": home(),
        "LOGNAME": "student",
        "TMPDIR": "/tmp",
        "USER": "student",
    }


def is_public(name: str) -> bool:
    """Tell whether confined processes may know the variable."""
    return name.startswith(VARIABLES)


@cache
def home() -> str:
    """The home of confined processes: empty, at the path of ours where that can be.

    Keras notes its path when it is imported.
    """
    ours = os.path.realpath(os.path.expanduser("~"))
    taken = (*SYSTEM, sys.prefix, sys.base_prefix, "/etc", "/dev", "/proc", "/sys")
    if ours in ("/", "/tmp") or any(_within(ours, each) for each in taken):
        return HOME
    return ours


def tier() -> str:
    """Return what confines students' code here. Raises NoSandbox, with the flags."""
    found, reason = probe()
    if found is None:
        raise NoSandbox(refusal(reason))
    return found


@cache
def probe() -> tuple[str | None, str]:
    """Try what confines students' code: return what works, and why others do not."""
    reasons = []
    for each in (NAMESPACES, BUBBLEWRAP):
        why = _why_not(each)
        if not why:
            return each, "; ".join(reasons)
        reasons.append(f"{each}: {why}")
    return None, "; ".join(reasons)


def refusal(reason: str) -> str:
    """What to tell where students' code can't be confined."""
    return (
        "students' code can't be confined on this computer, and so could read other "
        f"submissions and the gradebook, or use the network ({reason}). Grade on Linux "
        "where user namespaces are allowed (Ubuntu 24.04: sudo sysctl "
        "kernel.apparmor_restrict_unprivileged_userns=0; Docker: --security-opt "
        "seccomp=unconfined --security-opt systempaths=unconfined), or where "
        f"bubblewrap works. To go on without, and trust the submissions: {FLAGS}."
    )


def _why_not(how: str) -> str:
    """Try a tier on a program that does nothing; return why it doesn't work, or ""."""
    if sys.platform != "linux":
        return "it needs Linux"
    if how == BUBBLEWRAP and not shutil.which("bwrap"):
        return "it is not installed"
    with tempfile.TemporaryDirectory(prefix="probe-") as folder:
        box = Sandbox(folder)
        done = subprocess.run(
            box.command([sys.executable, "-I", "-S", "-c", "print('confined')"], how),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
        )
    if done.stdout.strip() == "confined":
        return ""
    said = done.stderr.strip().splitlines()
    return said[-1] if said else f"it ended with status {done.returncode}"


# --- The file system that confined processes see --------------------------------------


def readable(box: Sandbox) -> list[str]:
    """The paths outside that confined processes may read."""
    found = [*SYSTEM, *HARDWARE, *(f"/etc/{name}" for name in ETC)]
    prefixes = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]
    found += prefixes
    protected = [*box.hide, *hidden(), home()]
    for path in filter(os.path.isabs, sys.path):
        # A folder of modules, not one that happens to hold all that must be hidden.
        if os.path.isdir(path) and not any(_within(one, path) for one in protected):
            found.append(path)
    found += [*packages(), *data_sets(), *box.keep]
    whole = dict.fromkeys(path.rstrip("/") or "/" for path in found)
    whole |= dict.fromkeys(map(os.path.realpath, list(whole)))
    return [path for path in whole if path != "/" and os.path.lexists(path)]


@cache
def packages() -> list[str]:
    """The folders of what notebooks and the engine import, wherever it is installed."""
    found: list[str] = []
    for name in ("cnnlab", "cnnlab.data", "autograder"):
        places = found if "." in name else None
        specs = (finder.find_spec(name, places) for finder in sys.meta_path)
        if spec := next(filter(None, specs), None):
            found += map(os.path.realpath, spec.submodule_search_locations or [])
    return found


def keras_home() -> str:
    """Where Keras keeps what it has downloaded."""
    return os.environ.get("KERAS_HOME") or os.path.join(home(), ".keras")


def data_sets() -> list[str]:
    """Folders with data sets, for `cnnlab.datasets` and Keras, as they are named.

    There may be a link on the way to one.
    """
    found = [os.environ.get("CNNLAB_DATA", ""), os.path.join(keras_home(), "datasets")]
    return [os.path.abspath(path) for path in found if path and os.path.isdir(path)]


@cache
def hidden() -> list[str]:
    """What must be hidden even where it lies in a folder that is kept."""
    repository = Path(__file__).resolve().parent.parent
    found = [repository] if (repository / "solutions").is_dir() else []
    found.append(Path(os.path.expanduser("~")).resolve())
    return [str(path) for path in found if path != Path("/")]


class _Root:
    """A new root folder: first, as ourselves, taken hold of; then built."""

    def __init__(self, box: Sandbox):
        self.box = box
        _mount(None, "/", None, MS_REC | MS_PRIVATE)
        self.links: dict[str, str] = {}
        self.trees: dict[str, int] = {}
        for path in readable(box):
            if os.path.islink(path) and path in SYSTEM:
                self.links[path] = os.readlink(path)
            else:
                self.trees[path] = _tree(path, READ_ONLY | NO_SETUID)
        self.devices = {
            f"/dev/{name}": _tree(f"/dev/{name}", NO_SETUID) for name in _devices()
        }
        self.files = {f"work/{n}": b for n, b in _contents(Path(box.work))}
        for path in Path(os.path.expanduser(FONTS)).glob("fontlist-*.json"):
            self.files[f"home/{FONTS[2:]}/{path.name}"] = path.read_bytes()
        if box.shared:
            # Whoever we become shall write there; its parent admits only ourselves.
            for path in (box.shared, *map(str, Path(box.shared).iterdir())):
                with suppress(PermissionError):
                    os.chmod(path, 0o777)
            self.shared = _tree(box.shared, NO_SETUID | NO_DEVICES)

    def build(self) -> None:
        """Mount everything, and make it the root of this process."""
        os.umask(0o022)
        stage = "/tmp"  # only in this mount namespace
        _mount("tmpfs", stage, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=4m")
        os.chdir(stage)
        for link, target in self.links.items():
            os.symlink(target, f".{link}")
        self._etc()
        self._place()
        self._dev()
        self._proc()
        _check(LIBC.pivot_root(b".", b"."), "pivot_root")
        _check(LIBC.umount2(b".", MNT_DETACH), "umount")
        os.chdir("/")
        for path in ["/", *self.covers]:
            _set_attributes(AT_FDCWD, path, READ_ONLY)
        with suppress(OSError):
            _loopback_up()
            socket.sethostname("sandbox")

    def _place(self) -> None:
        """Put each folder where it was, outer ones first; hide what must be hidden."""
        scratch = self._scratch()
        hide = {os.path.realpath(path) for path in [*self.box.hide, *hidden()]}
        self.covers: list[str] = []
        placed: dict[str, str] = {}
        kinds = dict.fromkeys(hide, "cover") | dict.fromkeys(self.trees, "kept")
        kinds |= dict.fromkeys(scratch, "own")
        if self.box.shared:
            kinds[self.box.shared] = "own"
        for path in sorted(kinds, key=lambda each: (each.count("/"), each)):
            kind, inside = kinds[path], _around(path, placed) == "kept"
            if (inside and kind == "kept") or (not inside and kind == "cover"):
                continue  # there, or not there, as it is
            if kind == "cover":
                _mount("tmpfs", f".{path}", "tmpfs", MS_NOSUID, "mode=755,size=1m")
                self.covers.append(path)
            elif path == self.box.shared:
                _put(self.shared, path)
            else:
                _put(scratch[path] if kind == "own" else self.trees[path], path)
            placed[path] = kind

    def _scratch(self) -> dict[str, int]:
        """Make the file system to write to; return its folders as they are to appear.

        One for all, so that one limit holds.
        """
        os.mkdir("./.scratch")
        size = f"mode=755,size={self.box.scratch_bytes},nr_inodes=100k"
        _mount("tmpfs", "./.scratch", "tmpfs", MS_NOSUID | MS_NODEV, size)
        found = {}
        places = {"work": self.box.work, "home": home(), "tmp": "/tmp"}
        places["shm"] = "/dev/shm"
        if not _within(keras_home(), home()):
            places["keras"] = keras_home()
        for name, place in places.items():
            folder = f"./.scratch/{name}"
            os.mkdir(folder, 0o700)
            found[place] = _tree(folder, NO_SETUID | NO_DEVICES)
        for name, content in self.files.items():
            path = Path("./.scratch", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        _check(LIBC.umount2(b"./.scratch", MNT_DETACH), "umount")
        os.rmdir("./.scratch")
        return found

    def _etc(self) -> None:
        os.mkdir("./etc")
        user, group = os.getuid(), os.getgid()
        for name, text in {
            "passwd": f"student:x:{user}:{group}::{home()}:/bin/sh\n",
            "group": f"student:x:{group}:\n",
            "hosts": "127.0.0.1 localhost sandbox\n",
        }.items():
            Path("./etc", name).write_text(text)

    def _dev(self) -> None:
        os.makedirs("./dev/pts", exist_ok=True)
        for path, tree in self.devices.items():
            _put(tree, path)
        for name, target in {
            "fd": "/proc/self/fd",
            "stdin": "/proc/self/fd/0",
            "stdout": "/proc/self/fd/1",
            "stderr": "/proc/self/fd/2",
            "ptmx": "pts/ptmx",
        }.items():
            os.symlink(target, f"./dev/{name}")
        with suppress(OSError):  # for `!command`; a few kernels lack it
            options = "newinstance,ptmxmode=0666,mode=620"
            _mount("devpts", "./dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, options)

    def _proc(self) -> None:
        """Mount the view of our own processes, and close the way to new namespaces."""
        os.mkdir("./proc")
        quiet = MS_NOSUID | MS_NODEV | MS_NOEXEC
        _mount("proc", "./proc", "proc", quiet)
        with suppress(OSError):
            Path("./proc/sys/user/max_user_namespaces").write_text("0")
        _put(_tree("./proc/sys", READ_ONLY), "/proc/sys")


def _devices() -> Iterator[str]:
    yield from DEVICES
    with suppress(OSError):
        yield from (name for name in os.listdir("/dev") if name.startswith(GRAPHICS))


def _contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files below a folder."""
    for inner, _, names in os.walk(folder):
        for name in names:
            path = Path(inner, name)
            yield str(path.relative_to(folder)), path.read_bytes()


def _around(path: str, placed: Mapping[str, str]) -> str | None:
    """The kind of what has been placed nearest around a path."""
    found = [each for each in placed if _within(path, each)]
    return placed[max(found, key=len)] if found else None


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _put(tree: int, path: str) -> None:
    """Attach a tree at its place below the working folder, the new root."""
    is_folder = S_ISDIR(os.fstat(tree).st_mode)
    os.makedirs(f".{path}" if is_folder else f".{os.path.dirname(path)}", exist_ok=True)
    if not is_folder and not os.path.lexists(f".{path}"):
        Path(f".{path}").touch()
    _move(tree, f".{path}")
    os.close(tree)


# --- Processes ------------------------------------------------------------------------


def _memory(exactly: bool = False) -> int:
    """Bytes of memory that all processes of this namespace use.

    Quickly: what a fork shares with its parent counts twice. Exactly: it takes
    milliseconds a process.
    """
    file, names = "status", ("RssAnon:", "RssShmem:")
    if exactly:
        file, names = "smaps_rollup", ("Pss:",)
    pids = [name for name in os.listdir("/proc") if name.isdecimal()]
    return sum(_figure(f"/proc/{pid}/{file}", names) for pid in pids)


def _figure(path: str, names: tuple[str, ...]) -> int:
    total = 0
    with suppress(OSError), open(path) as lines:
        for line in lines:
            if line.startswith(names):
                total += int(line.split()[1]) << 10
    return total


def _pass_on(pid: int, number: int) -> None:
    """Signal the confined process, and what it started in its process group."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:  # it has not made its group yet
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _reap(pid: int) -> int | None:
    """Wait for processes that have ended; return the status to end with, if any."""
    with suppress(ChildProcessError):
        while True:
            ended, status = os.waitpid(-1, os.WNOHANG)
            if not ended:
                return None
            if ended == pid:
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else 128 - code
    return 1


def _seat() -> None:
    """Take standard input, that of who forked us, from the confined ones."""
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    if nowhere:
        os.close(nowhere)


def _close_all_but(*kept: int) -> None:
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2 and int(name) not in kept:
            with suppress(OSError):
                os.close(int(name))


def _map_ids(pid: int) -> int:
    """Say who the child is outside: as nobody where we are root. Returns the user.

    The real root never: what is mapped keeps the rights of who it is outside.
    """
    candidates = [os.geteuid()] if os.geteuid() else [NOBODY, 0]
    for user in candidates:
        group = NOBODY if user == NOBODY else os.getegid()
        try:
            if user == os.geteuid():  # else without privileges it can't be mapped
                Path(f"/proc/{pid}/setgroups").write_text("deny")
            Path(f"/proc/{pid}/uid_map").write_text(f"{user} {user} 1")
            Path(f"/proc/{pid}/gid_map").write_text(f"{group} {group} 1")
            return user
        except OSError:  # root of a container may have no other user
            if user == candidates[-1]:
                raise
    raise AssertionError


def _become(user: int) -> None:
    """Be the user that is mapped; privileges in our namespaces stay."""
    if user == NOBODY:
        with suppress(PermissionError):
            os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)


def _give_up_privileges() -> None:
    for capability in range(64):
        if LIBC.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0):
            break
    header = struct.pack("=Ii", CAPABILITY_VERSION, 0)
    _check(LIBC.capset(header, bytes(24)), "capset")
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_DUMPABLE, 1)  # its own /proc/self belongs to it


# --- A program that is confined -------------------------------------------------------


def main(argv: list[str]) -> int:
    """Run a program confined, as `Sandbox.command` asks; return its status."""
    how, about, kept, *program = argv
    box, descriptors = Sandbox(**json.loads(about)), json.loads(kept)
    os.environ.pop("JPY_PARENT_PID", None)  # a number of another process namespace
    signal.pthread_sigmask(signal.SIG_BLOCK, HANDLED)
    parent = os.getppid()
    if how == BUBBLEWRAP:
        process = subprocess.Popen(
            _bubblewrap(box, program),
            process_group=0,
            preexec_fn=_ignore_interrupts,
            pass_fds=descriptors,
        )
        _close(descriptors)
        return _attend(process.pid, parent, box.shared)
    pid = box.fork()
    if pid == 0:
        try:
            box.enter(tuple(descriptors))
        except Exception as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
        os.setsid()
        os.execvp(program[0], program)
    _close(descriptors)
    return _attend(pid, parent)


def _close(descriptors: list[int]) -> None:
    """Leave them to the child alone: who has the other end notices when it ends."""
    for descriptor in descriptors:
        os.close(descriptor)


def _attend(pid: int, parent: int, shared: str = "") -> int:
    """Wait for a child to end, and pass signals on; end with who started us."""
    try:
        while os.getppid() == parent:
            signalled = signal.sigtimedwait(HANDLED, 1.0)
            if signalled and signalled.si_signo != signal.SIGCHLD:
                _pass_on(pid, signalled.si_signo)
            status = _reap(pid)
            if status is not None:
                return status
            if shared and sum(e.stat().st_size for e in os.scandir(shared)) > 1 << 20:
                break  # what only holds sockets is used as a store
        return 1
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _ignore_interrupts() -> None:
    """In a child to be: bubblewrap would end by what is meant for the kernel."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HANDLED)


# Run inside by bubblewrap: takes the files, sets the limits, becomes the program.
INSIDE = """
import json, os, resource, shutil, signal, sys
shutil.copytree("/run/files", ".", dirs_exist_ok=True)
for kind, limit in json.loads(sys.argv[1]):
    most = resource.getrlimit(kind)[1]
    limit = limit if most == resource.RLIM_INFINITY else min(limit, most)
    resource.setrlimit(kind, (limit, limit))
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[2], sys.argv[2:])
"""


def _bubblewrap(box: Sandbox, program: list[str]) -> list[str]:
    """The command that has bubblewrap build what _Root does, as far as it can."""
    command = ["bwrap", "--unshare-all", "--die-with-parent", "--hostname", "sandbox"]
    command += [
        "--uid",
        str(os.geteuid() or NOBODY),
        "--gid",
        str(os.getegid() or NOBODY),
    ]
    kinds = dict.fromkeys(map(os.path.realpath, [*box.hide, *hidden()]), "cover")
    kinds |= dict.fromkeys(readable(box), "kept")
    part = str(box.scratch_bytes // 4)
    kinds |= dict.fromkeys((home(), "/tmp", "/dev/shm", box.work), "own")
    if box.shared:
        kinds[box.shared] = "shared"
    command += ["--dev", "/dev", "--proc", "/proc"]
    command += ["--ro-bind", box.work, "/run/files"]
    placed: dict[str, str] = {}
    for path in sorted(kinds, key=lambda each: (each.count("/"), each)):
        kind, inside = kinds[path], _around(path, placed) == "kept"
        if (inside and kind == "kept") or (not inside and kind == "cover"):
            continue
        if kind == "kept" and os.path.islink(path) and path in SYSTEM:
            command += ["--symlink", os.readlink(path), path]
        elif kind == "kept":
            command += ["--ro-bind", path, path]
        elif kind == "shared":
            command += ["--bind", path, path]
        else:
            command += ["--size", part, "--tmpfs", path]
        placed[path] = kind
    for path in ("/", "/dev", *(path for path in placed if placed[path] == "cover")):
        command += ["--remount-ro", path]
    limits = json.dumps(list(box.limits(0)))
    command += ["--chdir", box.work, "--"]
    return [*command, sys.executable, "-I", "-S", "-c", INSIDE, limits, *program]


# --- What the system offers, and Python doesn't ---------------------------------------

LIBC = ctypes.PyDLL(
    None, use_errno=True
)  # holds the interpreter's lock, as a fork must
HANDLED = {signal.SIGCHLD, signal.SIGINT, signal.SIGTERM}

# <sched.h>, <linux/mount.h>, <sys/mount.h>, <fcntl.h>, <linux/prctl.h>,
# <linux/capability.h>; the system calls since 5.1 have one number on all processors.
NEW_NS, NEW_UTS, NEW_IPC = 0x00020000, 0x04000000, 0x08000000
NEW_USER, NEW_PID, NEW_NET = 0x10000000, 0x20000000, 0x40000000
NEW_ALL = NEW_NS | NEW_UTS | NEW_IPC | NEW_USER | NEW_PID | NEW_NET
CLONE3, OPEN_TREE, MOVE_MOUNT, MOUNT_SETATTR = 435, 428, 429, 442
MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
MS_REC, MS_PRIVATE = 0x4000, 0x40000
MNT_DETACH = 2
AT_FDCWD, AT_EMPTY_PATH, AT_RECURSIVE = -100, 0x1000, 0x8000
OPEN_TREE_CLONE, MOVE_MOUNT_F_EMPTY_PATH = 1, 4
READ_ONLY, NO_SETUID, NO_DEVICES = 1, 2, 4
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
CAPABILITY_VERSION = 0x20080522
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def prctl(option: int, value: int) -> None:
    """Set a property of this process. Raises OSError."""
    _check(LIBC.prctl(option, value, 0, 0, 0), "prctl")


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _syscall(what: str, number: int, *arguments) -> int:
    return _check(LIBC.syscall(number, *arguments), what)


def _clone(flags: int) -> int:
    """Fork into new namespaces, as os.fork does without them."""
    about = struct.pack("=8Q", flags, 0, 0, 0, signal.SIGCHLD, 0, 0, 0)
    ctypes.pythonapi.PyOS_BeforeFork()
    pid = LIBC.syscall(CLONE3, about, ctypes.c_size_t(len(about)))
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
        return 0
    number = ctypes.get_errno()
    ctypes.pythonapi.PyOS_AfterFork_Parent()
    ctypes.set_errno(number)
    return _check(pid, "clone3")


def _mount(source, target: str, kind, flags: int, options: str = "") -> None:
    encoded = [each and each.encode() for each in (source, target, kind)]
    result = LIBC.mount(*encoded, ctypes.c_ulong(flags), options.encode())
    _check(result, f"mount {kind or target}")


def _tree(path: str, attributes: int) -> int:
    """Return a clone of the mounts at and below a path, with attributes."""
    flags = OPEN_TREE_CLONE | os.O_CLOEXEC
    flags |= AT_RECURSIVE
    tree = _syscall(f"open_tree {path}", OPEN_TREE, AT_FDCWD, path.encode(), flags)
    _set_attributes(tree, "", attributes, AT_EMPTY_PATH | AT_RECURSIVE)
    return tree


def _set_attributes(folder: int, path: str, attributes: int, flags: int = 0) -> None:
    about = struct.pack("=4Q", attributes, 0, 0, 0)
    arguments = (folder, path.encode(), flags, about, ctypes.c_size_t(len(about)))
    _syscall(f"mount_setattr {path}", MOUNT_SETATTR, *arguments)


def _move(tree: int, path: str) -> None:
    arguments = (tree, b"", AT_FDCWD, path.encode(), MOVE_MOUNT_F_EMPTY_PATH)
    _syscall(f"move_mount {path}", MOVE_MOUNT, *arguments)


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        about = struct.pack("16sh22x", b"lo", 0)
        _, flags = struct.unpack_from(
            "16sh", fcntl.ioctl(any_socket, SIOCGIFFLAGS, about)
        )
        up = struct.pack("16sh22x", b"lo", flags | IFF_UP)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, up)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
