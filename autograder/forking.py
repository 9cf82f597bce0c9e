"""Start a zygote, and ask one for kernels (autograder.zygote has the protocol)."""

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from time import monotonic, sleep

import psutil

from autograder.sandbox import NAMESPACES, Sandbox, is_public, probe
from autograder.zygote import FRAME_LIMIT, PID, PRELOAD, SOCKET

# Names the folder of the zygote that this process and its children use.
VARIABLE = "AUTOGRADER_ZYGOTE"
START_SECONDS = 120
LIVES = 4  # how often in all a zygote is started that keeps dying
ENVIRONMENT = {
    # Read while the libraries load: no threads of their own, no log.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}


COLD_WARNING = (
    "Warning: no zygote to fork kernels from. Each submission imports TensorFlow "
    "itself: slower, with the same scores."
)


class NoZygote(Exception):
    """There is no zygote, or it doesn't fork: use a cold kernel."""


class Zygote:
    """A running zygote: its folder holds the socket, and the process's number.

    Started anew after its death, it is found in the same folder.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.address = str(folder / SOCKET)

    @property
    def pid(self) -> int:
        """The process's number. Raises NoZygote where nothing has been started."""
        try:
            return int((self.folder / PID).read_text())
        except (OSError, ValueError) as error:
            raise NoZygote("there is no process to fork kernels from") from error

    def alive(self) -> bool:
        with suppress(NoZygote, psutil.Error):
            return psutil.Process(self.pid).status() != psutil.STATUS_ZOMBIE
        return False

    def ready(self) -> bool:
        """Tell whether it takes requests; raises NoZygote when it has died."""
        if not self.alive():
            raise NoZygote("the process that kernels are forked from has died")
        return os.path.exists(self.address)

    def wait(self) -> None:
        """Wait until it is ready. Raises NoZygote when it dies or takes too long."""
        limit = monotonic() + START_SECONDS
        while not self.ready():
            if monotonic() > limit:
                raise NoZygote(f"nothing to fork kernels from in {START_SECONDS} s")
            sleep(0.02)

    def fork(
        self,
        argv: list[str],
        cwd: str,
        env: dict[str, str],
        box: Sandbox | None = None,
        examiner: socket.socket | None = None,
    ) -> "ForkedKernel":
        """Fork a kernel, or with its socket an examiner, confined where there is a box.

        Raises NoZygote.
        """
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            connection.settimeout(10)
            connection.connect(self.address)
            request = {"argv": argv, "cwd": cwd, "env": env}
            request["sandbox"] = box and asdict(box)
            handed = [examiner.fileno()] if examiner else []
            socket.send_fds(connection, [json.dumps(request).encode()], handed)
            answer = json.loads(connection.recv(FRAME_LIMIT) or b"{}")
        except (OSError, ValueError) as error:
            connection.close()
            raise NoZygote(f"no kernel was forked: {error}") from error
        if "pid" not in answer:
            connection.close()
            raise NoZygote(answer.get("refused", "the forking process has died"))
        return ForkedKernel(answer["pid"], connection)


class ForkedKernel:
    """A kernel, seen from who asked for it. `lost` if it died with its zygote."""

    def __init__(self, pid: int, connection: socket.socket):
        self.pid, self.connection = pid, connection
        self.status: int | None = None
        self.lost = False
        connection.setblocking(False)

    def poll(self) -> int | None:
        """Return None while it runs, else its status as subprocess.returncode."""
        if self.status is None:
            try:
                frame = self.connection.recv(FRAME_LIMIT)
            except BlockingIOError:
                return None
            except OSError:
                frame = b""
            if frame:
                self.status = json.loads(frame)["status"]
            else:
                self.status, self.lost = -signal.SIGKILL, True
        return self.status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            try:
                self.connection.send(json.dumps({"signal": number}).encode())
            except OSError:
                self.poll()

    def close(self) -> None:
        """Kill it if it still runs."""
        self.connection.close()


class OwnZygote(Zygote):
    """A zygote that this process starts, and that ends with it."""

    def __init__(self, modules: tuple[str, ...] = PRELOAD):
        super().__init__(Path(tempfile.mkdtemp(prefix="zygote-", dir=short_folder())))
        self.modules, self.owner, self.lives = modules, os.getpid(), LIVES
        self._start()

    def _start(self) -> None:
        self.lives -= 1
        # Its kernels can read what it is started with: nothing secret.
        environment = {k: v for k, v in os.environ.items() if is_public(k)}
        environment["HOME"] = os.path.expanduser("~")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "autograder.zygote", self.folder, *self.modules],
            cwd=self.folder,  # python -m imports from here first: no modules there
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment | ENVIRONMENT,
        )
        written = self.folder / f"{PID}.new"
        written.write_text(str(self.process.pid))
        written.replace(self.folder / PID)

    def revive(self) -> bool:
        """Start it anew if it has died, a few times; tell whether that was done."""
        if self.alive() or not self.lives:
            return False
        Path(self.address).unlink(missing_ok=True)
        self.process.stdin.close()
        self._start()
        return True

    def alive(self) -> bool:
        if os.getpid() == self.owner:
            return self.process.poll() is None
        return super().alive()

    def close(self) -> None:
        """End it and all its kernels."""
        if os.getpid() == self.owner:
            self.process.kill()
            self.process.stdin.close()
            self.process.wait()
            shutil.rmtree(self.folder, ignore_errors=True)


_own: OwnZygote | None = None
_lock = threading.Lock()


def start_own(modules: tuple[str, ...] = PRELOAD) -> OwnZygote:
    """Start this process's own zygote, if there is none or it has died."""
    global _own
    with _lock:
        if _own is None:
            _own = OwnZygote(modules)
            atexit.register(end_own)
        else:
            _own.revive()
    return _own


def end_own() -> None:
    """End this process's own zygote, and all its kernels."""
    global _own
    if _own is not None:
        _own.close()
        _own = None
        atexit.unregister(end_own)


def find_zygote() -> Zygote:
    """Return the zygote that VARIABLE names, else this process's own.

    Its own is started at the first call. Raises NoZygote where there can't be one.
    """
    if sys.platform != "linux":
        raise NoZygote("kernels are forked on Linux only")
    if named := os.environ.get(VARIABLE):
        return Zygote(Path(named))
    return start_own()


@contextmanager
def zygote_for_workers(
    modules: tuple[str, ...], confined: bool = True
) -> Iterator[OwnZygote | None]:
    """Start a zygote that workers made meanwhile use, where there can be one.

    What it forks can only be confined by namespaces: elsewhere it would be of no use.
    """
    if sys.platform != "linux" or (confined and probe()[0] != NAMESPACES):
        yield None
        return
    zygote = OwnZygote(modules)
    os.environ[VARIABLE] = str(zygote.folder)
    try:
        yield zygote
    finally:
        del os.environ[VARIABLE]
        zygote.close()


def started_cold(result: dict | Exception) -> bool:
    """Tell whether an execution's kernel was not forked."""
    return isinstance(result, dict) and result.get("kernel") == "cold"


def short_folder() -> str:
    """The folder for temporary files, or /tmp if a socket's path would be too long.

    Sockets' paths have at most 107 bytes on Linux, 103 on macOS.
    """
    folder = tempfile.gettempdir()
    return folder if len(folder.encode()) <= 60 else "/tmp"
