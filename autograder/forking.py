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
from pathlib import Path
from time import monotonic, sleep

import psutil

from autograder.zygote import FRAME_LIMIT, PRELOAD

# Names the zygote that this process and its children use: "pid:socket".
VARIABLE = "AUTOGRADER_ZYGOTE"
START_SECONDS = 120
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
    """A running zygote: its process and where it listens."""

    def __init__(self, pid: int, address: str):
        self.pid, self.address = pid, address

    def alive(self) -> bool:
        try:
            return psutil.Process(self.pid).status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
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

    def fork(self, argv: list[str], cwd: str, env: dict[str, str]) -> "ForkedKernel":
        """Fork a kernel. Raises NoZygote."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            connection.settimeout(10)
            connection.connect(self.address)
            request = {"argv": argv, "cwd": cwd, "env": env}
            connection.send(json.dumps(request).encode())
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
        self.folder = Path(tempfile.mkdtemp(prefix="zygote-", dir=short_folder()))
        address = str(self.folder / "socket")
        environment = {k: v for k, v in os.environ.items() if k != "JPY_PARENT_PID"}
        self.owner = os.getpid()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "autograder.zygote", address, *modules],
            cwd=self.folder,  # python -m imports from here first: an empty folder
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment | ENVIRONMENT,
        )
        super().__init__(self.process.pid, address)

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


def start_own(modules: tuple[str, ...] = PRELOAD) -> OwnZygote:
    """Start this process's own zygote, if there is none."""
    global _own
    if _own is None:
        _own = OwnZygote(modules)
        atexit.register(end_own)
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
        pid, _, address = named.partition(":")
        return Zygote(int(pid), address)
    return start_own()


def started_cold(result: dict | Exception) -> bool:
    """Tell whether an execution's kernel was not forked."""
    return isinstance(result, dict) and result.get("kernel") == "cold"


def short_folder() -> str:
    """The folder for temporary files, or /tmp if a socket's path would be too long.

    Sockets' paths have at most 107 bytes on Linux, 103 on macOS.
    """
    folder = tempfile.gettempdir()
    return folder if len(folder.encode()) <= 60 else "/tmp"
