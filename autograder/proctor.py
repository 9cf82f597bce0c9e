"""See to it that test cells run in an examiner, beside one student's kernel.

The examiner is a process of its own (autograder.examiner), forked or cold as the kernel
is. It holds the one end of a socket whose other end only this process has: nothing that
a student's process sends can be taken for its verdict.
"""

import select
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from autograder.channel import BadFrame, Channel, Closed
from autograder.forking import ForkedKernel, NoZygote, find_zygote, short_folder
from autograder.sandbox import Sandbox

GRACE_SECONDS = 3.0  # after an interrupt
START_SECONDS = 120.0  # for a cold examiner, which may import TensorFlow
TURN_SECONDS = 1.0  # how often it looks whether it is to stop

# What the student's kernel executes before the student's own cells: in a dictionary of
# its own, and without modules from the folder that has the student's files.
CONNECT = """\
import sys
path, sys.path = sys.path, [place for place in sys.path if place]
from autograder import answering
sys.path = path
answering.connect({path!r})"""


@dataclass
class Report:
    """What came of a test cell: outputs, and what is known about either process."""

    outputs: list[dict]
    lost: str = ""  # why the student's kernel can't be asked by this channel any more
    late: bool = False  # it was interrupted after its time
    broken: str = ""  # what went wrong with the examiner


class Proctor:
    """Runs the test cells of one notebook."""

    def __init__(
        self,
        files: dict[str, bytes],
        environment: dict[str, str],
        forked: bool,
        socket_folder: str,
        confine: Callable[[str], Sandbox | None],
    ):
        self.files, self.forked, self.confine = files, forked, confine
        self.environment = environment | {"MPLBACKEND": "Agg"}
        self.path = str(Path(socket_folder) / "examiner")
        self.folder: str | None = None
        self.process: ForkedKernel | subprocess.Popen | None = None
        self.control: Channel | None = None
        self._listener = self._student = None

    # --- the channel to the student's kernel -----------------------------------------

    @property
    def connected(self) -> bool:
        return self._student is not None

    def listen(self) -> str:
        """Wait for the kernel's connection; return what the kernel is to execute."""
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        Path(self.path).unlink(missing_ok=True)
        self._listener.bind(self.path)
        # A confined kernel is another user; who else could reach the folder is it too.
        Path(self.path).chmod(0o777)
        self._listener.listen(1)
        return f"exec({CONNECT.format(path=self.path)!r}, {{}})"

    def accept(self) -> bool:
        """Take the connection, if the kernel has made it."""
        listener, self._listener = self._listener, None
        with listener:
            listener.settimeout(0.1)
            with suppress(OSError):
                self._student, _ = listener.accept()
                self._student.setblocking(True)
                self._introduced = False
        Path(self.path).unlink(missing_ok=True)
        return self.connected

    def _disconnect(self) -> None:
        if self._student is not None:
            self._student.close()
            self._student = None

    # --- the examiner ----------------------------------------------------------------

    def start(self, tensorflow: bool = False) -> None:
        """Start the examiner, which gets ready while the student's cells run.

        That includes `tensorflow` where tests are going to need it. What goes wrong
        shows when it is asked.
        """
        with suppress(Closed, OSError):
            self._start()
            if tensorflow:
                self.control.send({"tensorflow": True})

    def examine(
        self,
        test: dict,
        seconds: float,
        interrupt: Callable[[], None],
        stopped: Callable[[], bool],
    ) -> Report:
        """Run a test; after its seconds, `interrupt` is to interrupt the kernel."""
        try:
            self._start()
            if not self._introduced:
                self.control.send({"student": True})
                socket.send_fds(
                    self.control.connection, [b"F"], [self._student.fileno()]
                )
                self._introduced = True
            self.control.send(test)
            late = not self._answers(seconds, stopped)
            if late:
                interrupt()
                if not self._answers(GRACE_SECONDS, stopped):
                    self._end()
                    self._disconnect()
                    return Report([], late=True)
            answer, _ = self.control.receive()
        except (Closed, BadFrame, OSError) as error:
            self._end()
            self._disconnect()
            return Report([], broken=f"the examiner ended: {error}")
        if answer["lost"]:
            self._disconnect()
        return Report(answer["outputs"], answer["lost"], late)

    def close(self) -> None:
        """End the examiner, and what belongs to it."""
        self._end()
        self._disconnect()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self, seconds: float, stopped: Callable[[], bool]) -> bool:
        """Wait for the examiner; tell whether it has answered, or ended."""
        limit = monotonic() + seconds
        while not stopped():
            left = limit - monotonic()
            if left <= 0:
                return False
            turn = min(left, TURN_SECONDS)
            if select.select([self.control.connection], [], [], turn)[0]:
                return True
        return False

    def _start(self) -> None:
        if self.control is not None:
            return
        if self.folder is None:
            self.folder = tempfile.mkdtemp(prefix="examiner-", dir=short_folder())
            for name, content in self.files.items():
                path = Path(self.folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = self._forked(theirs) or self._cold(theirs)
        self.control, self._introduced = Channel(ours), False

    def _forked(self, theirs: socket.socket) -> ForkedKernel | None:
        if not self.forked:
            return None
        box = self.confine(self.folder)
        with suppress(NoZygote):
            return find_zygote().fork([], self.folder, self.environment, box, theirs)
        return None

    def _cold(self, theirs: socket.socket) -> subprocess.Popen:
        # -P: no module is imported from the folder, which has the student's files.
        command = [sys.executable, "-P", "-m", "autograder.examiner"]
        command.append(str(theirs.fileno()))
        if box := self.confine(self.folder):
            command = box.command(command, descriptors=(theirs.fileno(),))
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _end(self) -> None:
        """Kill the examiner: it has nothing to say any more."""
        process, self.process = self.process, None
        if self.control:
            self.control.close()
            self.control = None
        if isinstance(process, subprocess.Popen):
            process.kill()
            process.wait()
        elif process:
            process.close()
