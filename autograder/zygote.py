"""A process that imports TensorFlow once and forks a kernel in milliseconds.

    python -m autograder.zygote FOLDER MODULE…

It listens on the Unix socket FOLDER/socket. A connection asks for one kernel and
stands for it:

    → {"argv": […], "cwd": …, "env": {…}, "sandbox": {…} or null}
                                            and a descriptor, if it is for an examiner
    ← {"pid": …}  or  {"refused": why}
    → {"signal": number}                    to the kernel and its children
    ← {"status": …}                         it has ended; as subprocess.returncode

Closing the connection kills the kernel; closing the zygote's stdin ends the zygote, and
with it all kernels. So whoever started either may be killed, and nothing stays behind.

TensorFlow can't be used before a fork: it starts threads, which a fork loses, and the
child hangs at its first operation. Hence: import only, and one thread at each fork.
Linux only, since elsewhere neither the thread count nor a parent's end can be had.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import random
import selectors
import signal
import socket
import sys
from dataclasses import dataclass

from autograder.sandbox import Sandbox

# What the engine itself runs in a kernel, and in an examiner.
OWN = ("autograder.answering", "autograder.examiner")
# What a kernel of the course is going to import, and what ipykernel imports on its
# first request: with these loaded, a kernel is ready in half the time.
PRELOAD = (
    "numpy",
    "scipy.signal",
    "scipy.ndimage",
    "scipy.stats",
    "matplotlib.pyplot",
    "tensorflow",
    "keras",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "IPython.core.debugger",
    "IPython.core.completerlib",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
)
SOCKET, PID = "socket", "pid"  # what its folder holds, PID written by who starts it
FRAME_LIMIT = 4_000_000  # bytes; an environment is far smaller
PR_SET_PDEATHSIG = 1


def main(argv: list[str]) -> None:
    """Import the modules, then serve until stdin closes."""
    folder, *modules = argv
    path = os.path.join(folder, SOCKET)
    if sys.path[0] == os.getcwd():  # put there by python -m
        del sys.path[0]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started us
    preload([*OWN, *modules])
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        # Bound under another name: who finds the socket can connect to it.
        listener.bind(f"{path}.new")
        listener.listen(64)
        os.replace(f"{path}.new", path)
        child = Zygote(listener).serve()
    if child is not None:
        child.run()
    with contextlib.suppress(OSError):  # who started us may have been killed
        os.unlink(path)
        os.unlink(os.path.join(folder, PID))
        os.rmdir(folder)


def preload(modules: list[str]) -> None:
    """Import modules; those that this computer lacks are left to the notebooks."""
    gc.disable()  # to look for garbage meanwhile takes a sixth of the time
    # TensorFlow's libraries write to stderr while they load, whatever the log level.
    with _silenced():
        for name in modules:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    gc.enable()
    gc.collect()
    gc.freeze()  # the collector of a child leaves these pages shared


def threads() -> int:
    """How many threads the system runs for this process."""
    return len(os.listdir("/proc/self/task"))


class Zygote:
    """Serves one listener."""

    def __init__(self, listener: socket.socket):
        self.listener = listener
        self.selector = selectors.DefaultSelector()
        self.kernels: dict[socket.socket, Kernel] = {}
        self.pid = os.getpid()

    def serve(self) -> "Request | None":
        """Fork kernels until stdin closes. In each child: return what it is to run."""
        self.selector.register(self.listener, selectors.EVENT_READ, self._accept)
        self.selector.register(0, selectors.EVENT_READ, None)
        while True:
            for key, _ in self.selector.select():
                if key.data is None:
                    if not os.read(0, 1024):
                        return self._end()
                elif request := key.data(key.fileobj):
                    return request

    def _accept(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        self.selector.register(connection, selectors.EVENT_READ, self._receive)

    def _receive(self, connection: socket.socket) -> "Request | None":
        try:
            frame, descriptors, _, _ = socket.recv_fds(connection, FRAME_LIMIT, 1)
        except OSError:
            frame = b""
        if not frame:
            self._drop(connection)
            return None
        message = json.loads(frame)
        if "signal" in message:
            if connection in self.kernels:
                self.kernels[connection].send(message["signal"])
            return None
        request = Request(**message, examiner=next(iter(descriptors), None))
        try:
            return self._fork(connection, request)
        finally:
            if request.examiner is not None and os.getpid() == self.pid:
                os.close(request.examiner)

    def _fork(self, connection: socket.socket, request: "Request") -> "Request | None":
        if threads() != 1:
            self._tell(connection, {"refused": f"the zygote runs {threads()} threads"})
            return None
        parent = os.getpid()
        box = Sandbox(**request.sandbox) if request.sandbox else None
        try:
            pid = box.fork() if box else os.fork()
        except OSError as error:
            self._tell(connection, {"refused": str(error)})
            return None
        if pid == 0:
            self._forget()
            _confine(box, request) if box else _end_with_parent(parent)
            return request
        kernel = Kernel(pid, connection)
        self.kernels[connection] = kernel
        self.selector.register(kernel.descriptor, selectors.EVENT_READ, kernel.ended)
        kernel.reaped = lambda status: self._reap(kernel, status)
        self._tell(connection, {"pid": pid})
        return None

    def _reap(self, kernel: "Kernel", status: int) -> None:
        self.selector.unregister(kernel.descriptor)
        os.close(kernel.descriptor)
        self.kernels.pop(kernel.connection, None)
        self._tell(kernel.connection, {"status": status})

    def _drop(self, connection: socket.socket) -> None:
        """The one who asked for the kernel has gone, or needs it no more."""
        self.selector.unregister(connection)
        connection.close()
        if kernel := self.kernels.pop(connection, None):
            kernel.send(signal.SIGKILL)

    def _tell(self, connection: socket.socket, message: dict) -> None:
        with contextlib.suppress(OSError):
            connection.send(json.dumps(message).encode())

    def _forget(self) -> None:
        """In a child: let go of all that is the zygote's."""
        for key in list(self.selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
            elif key.fd > 2:
                os.close(key.fd)
        self.selector.close()

    def _end(self) -> None:
        for kernel in self.kernels.values():
            kernel.send(signal.SIGKILL)


class Kernel:
    """A forked kernel, seen from the zygote."""

    def __init__(self, pid: int, connection: socket.socket):
        self.pid, self.connection = pid, connection
        self.descriptor = os.pidfd_open(pid)  # readable when the kernel has ended
        self.reaped = None

    def ended(self, _descriptor: int) -> None:
        _, status = os.waitpid(self.pid, 0)
        self.reaped(os.waitstatus_to_exitcode(status))

    def send(self, number: int) -> None:
        """Signal the kernel and what it has started, which are a group of their own."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:  # it has not made its group yet
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


@dataclass(frozen=True)
class Request:
    """What a forked child is to become: ipykernel's arguments, folder, environment.

    And what it may use, as autograder.sandbox.Sandbox has it; None: everything. With a
    descriptor, which is its socket, it is an examiner (autograder.examiner).
    """

    argv: list[str]
    cwd: str
    env: dict[str, str]
    sandbox: dict | None = None
    examiner: int | None = None

    def run(self) -> None:
        """Be a kernel, as `python -m ipykernel_launcher …` would, or an examiner."""
        os.setsid()
        os.chdir(self.cwd)
        os.environ.clear()
        os.environ.update(self.env)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        reseed()
        choose_backend(self.env.get("MPLBACKEND"))
        if self.examiner is not None:
            sys.modules["autograder.examiner"].main(self.examiner)
            sys.exit(0)
        sys.argv = ["ipykernel_launcher.py", *self.argv]
        from ipykernel.kernelapp import IPKernelApp

        IPKernelApp.launch_instance(argv=self.argv)
        sys.exit(0)


def reseed() -> None:
    """Give a forked child random numbers of its own, as a new process has them."""
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()
    if context := sys.modules.get("tensorflow.python.eager.context"):
        context.context()._set_global_seed(None)


def choose_backend(name: str | None) -> None:
    """Have matplotlib draw as the environment asks, which it read when imported."""
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib and name:
        matplotlib.rcParams["backend"] = name


def _end_with_parent(parent: int) -> None:
    """Have the system kill this process when the zygote ends, however it does."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _confine(box: Sandbox, request: Request) -> None:
    """Go on in the sandbox, or end."""
    try:
        box.enter(() if request.examiner is None else (request.examiner,))
    except BaseException:
        os._exit(1)


@contextlib.contextmanager
def _silenced():
    """Send what libraries write to descriptor 2 meanwhile to nowhere."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


if __name__ == "__main__":
    main(sys.argv[1:])
