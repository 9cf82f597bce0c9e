"""Execute a payload in a kernel of its own and return what came out: an entry.

An entry is JSON: {"cells": [{"outputs", "execution_count"} for each code cell],
"language_info", "ended", "seconds", "cpu_seconds", "memory_bytes", "kernel"}. `ended`
is "finished", "kernel died", "hung" (it ignored the interrupt after a time-out) or
"out of time"; of a notebook that didn't finish, the cells left say why in an error.
"""

import logging
import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from subprocess import DEVNULL
from time import monotonic, sleep

import psutil
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_grade, is_solution
from traitlets import Dict, Instance, Unicode

from autograder import sandbox
from autograder.client import PromptClient
from autograder.forking import VARIABLE, short_folder
from autograder.payload import Limits, Payload
from autograder.proctor import Proctor
from autograder.stop import Stop
from autograder.verdict import BROKEN, DEAD, TIMEOUT

COLD_KERNEL = "python3"
KERNELS = Path(__file__).with_name("kernels")
STARTUP_SECONDS = 120
RECONNECT_SECONDS = 5
DYING_SECONDS = 0.5  # from a connection's end to that of its process
MESSAGE_BYTES = 500  # that any output takes, however short
NOTEBOOK_OUTPUTS = 5  # times what one cell may put out
ERROR_LIMIT = 20_000  # characters of an error's text, and of each of its frames
TRUNCATED = "\n... more output than is kept ...\n"


class KernelFailure(Exception):
    """No kernel could be started: nothing is known about the submission."""


def execute(
    payload: Payload,
    kernel: str = COLD_KERNEL,
    threads: int = 1,
    stop: Stop | None = None,
    runner: "type[Runner] | None" = None,
) -> dict:
    """Execute the notebook in a new kernel; return an entry.

    `threads` is how many cores its numerical libraries may use, `runner` what goes
    through the cells, in place of Runner. Errors, time-outs and
    dying kernels are results like any other. Where `kernel` fails, a cold one is tried
    before KernelFailure is raised.
    """
    stop = stop or Stop()
    try:
        return _execute(payload, kernel, threads, stop, runner or Runner)
    except KernelFailure:
        if kernel == COLD_KERNEL or stop.called:
            raise
        return _execute(payload, COLD_KERNEL, threads, stop, runner or Runner)


def _execute(
    payload: Payload, kernel: str, threads: int, stop: Stop, kind: "type[Runner]"
) -> dict:
    notebook = NotebookNode(payload.notebook)
    notebook.cells = [_stripped(cell) for cell in payload.notebook.cells]
    with _scratch() as folder:
        work = folder / "work"
        for name, content in payload.files.items():
            path = work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        work.mkdir(exist_ok=True)
        sockets = folder / "ipc"
        sockets.mkdir()
        runner = kind(
            limits=payload.limits,
            socket_folder=str(sockets),
            kernel_name=kernel,
            threads=str(threads),
            stop=stop,
            files=payload.files,
        )
        runner.preprocess(notebook, {"metadata": {"path": str(work)}})
    return {
        "cells": [
            {
                "outputs": _plain(cell.outputs),
                "execution_count": cell.execution_count,
            }
            for cell in notebook.cells
            if cell.cell_type == "code"
        ],
        "language_info": _plain(notebook.metadata.get("language_info", {})),
        **runner.report,
    }


class Runner(Execute):
    """nbgrader's Execute with limits, ipc sockets and an answer for dying kernels."""

    limits = Instance(Limits)
    socket_folder = Unicode()
    threads = Unicode("1")
    stop = Instance(Stop)
    files = Dict()  # those beside the notebook, which tests may read
    # The kernel holds nothing worth a polite goodbye, which costs 0.1 s and more.
    shutdown_kernel = "immediate"
    startup_timeout = STARTUP_SECONDS

    def preprocess(self, nb, resources, km=None):
        """Execute all cells, whatever happens; `report` then tells how it ended."""
        NotebookClient.__init__(self, nb, km)
        self.reset_execution_trackers()
        self.resources = resources
        self.log = _quiet_log()
        self.report = {"ended": "finished"}
        self._left = NOTEBOOK_OUTPUTS * self.limits.output_bytes
        with self._kernel(), self._examiner(nb):
            before, started = self._usage(), monotonic()
            self._deadline = started + self.limits.notebook_seconds
            for index, cell in enumerate(nb.cells):
                if cell.cell_type != "code" or not cell.source.strip():
                    continue
                if self.report["ended"] != "finished":
                    self._leave_out(cell)
                elif is_grade(cell) and not is_solution(cell):
                    self._examine(cell, index)
                else:
                    self._execute(cell, index)
            after = self._usage() or before
            self.report |= {
                "seconds": monotonic() - started,
                "cpu_seconds": after["cpu"] - before["cpu"] if after else None,
                "memory_bytes": after["memory"] if after else None,
                "kernel": self._kind(),
            }
        return nb, resources

    def _execute(self, cell: NotebookNode, index: int) -> None:
        self._room, self._number = min(self.limits.output_bytes, self._left), index
        if monotonic() > self._deadline:
            self.report["ended"] = "out of time"
            self._leave_out(cell)
            return
        try:
            self.execute_cell(cell, index, store_history=True)
        except DeadKernelError as error:
            if getattr(self.km.provisioner, "lost", False):
                raise KernelFailure("the kernel died with its zygote") from error
            self._end("kernel died", cell, "DeadKernelError", self._cause())
        except CellTimeoutError:
            limit = self.limits.cell_seconds
            self._end(
                "hung", cell, "CellTimeoutError", f"no end and no reply after {limit} s"
            )

    def _cause(self) -> str:
        """Why the kernel has ended."""
        if getattr(self.km.provisioner, "status", None) == sandbox.OUT_OF_MEMORY:
            limit = self.limits.memory_bytes / 1e9
            return f"this cell took more than {limit:.1f} GB of memory"
        return "this cell ended Python"

    def _examine(self, cell: NotebookNode, index: int) -> None:
        """Have a test cell run where no code of the student's is (autograder.proctor).

        The outputs are the verdict, from which nbgrader takes the score.
        """
        self._number = index
        if monotonic() > self._deadline:
            self.report["ended"] = "out of time"
            self._leave_out(cell)
            return
        if not self.proctor.connected and not self._connect(RECONNECT_SECONDS):
            self._lose(cell, "Python answers no more")
            return
        seconds = self._get_timeout(cell)
        before = [c.source for c in self.nb.cells[:index] if _is_given(c)]
        report = self.proctor.examine(
            {"test": cell.source, "prelude": before},
            seconds,
            run_sync(self.km.interrupt_kernel),
            lambda: self.stop.called,
        )
        cell.outputs = [from_dict(output) for output in report.outputs]
        if report.broken:
            self._check_alive(cell) or cell.outputs.append(
                _error(BROKEN, report.broken)
            )
        elif report.late:
            text = f"the test was stopped after {seconds} s"
            text += "".join(f": {o.evalue}" for o in cell.outputs if _is_stopped(o))
            kept = [o for o in cell.outputs if o.output_type == "stream"]
            cell.outputs = [*kept, _error(TIMEOUT, text)]
        elif report.lost:
            self._check_alive(cell)

    def _check_alive(self, cell: NotebookNode) -> bool:
        """Note it if the kernel has ended, and tell whether it has."""
        limit = monotonic() + DYING_SECONDS
        while run_sync(self.km.is_alive)():
            if monotonic() > limit:
                return False
            sleep(0.02)
        cell.outputs = []
        self._lose(cell, self._cause())
        return True

    def _lose(self, cell: NotebookNode, why: str) -> None:
        if getattr(self.km.provisioner, "lost", False):
            raise KernelFailure("the kernel died with its zygote")
        alive = run_sync(self.km.is_alive)()
        name = TIMEOUT if alive else DEAD
        self._end("hung" if alive else "kernel died", cell, name, why)

    def _connect(self, seconds: float) -> bool:
        """Have the kernel connect to the examiner, between two cells."""
        self._deadline, deadline = (
            min(self._deadline, monotonic() + seconds),
            self._deadline,
        )
        try:
            asked = self.kc.execute(self.proctor.listen(), silent=True)
            with suppress(DeadKernelError, CellTimeoutError):
                self.wait_for_reply(asked)
            return self.proctor.accept()
        finally:
            self._deadline = deadline

    @contextmanager
    def _examiner(self, nb: NotebookNode):
        """Have a proctor at hand, and the kernel connected before the first cell."""
        self.proctor = Proctor(
            self.files,
            self.environment,
            self._kind() == "forked",
            self.socket_folder,
            self._sandbox,
        )
        tests = [c.source for c in nb.cells if is_grade(c) and not is_solution(c)]
        try:
            if tests:
                words = ("keras", "model")
                self.proctor.start(any(w in test for test in tests for w in words))
                if not self._connect(STARTUP_SECONDS):
                    raise KernelFailure("the kernel doesn't connect to the examiner")
            yield
        finally:
            self.proctor.close()

    def _get_timeout(self, cell):
        left = max(1, int(self._deadline - monotonic()))
        return min(self.limits.cell_seconds, left)

    async def _async_handle_timeout(self, timeout, cell=None):
        """As nbclient does, and say in the error how long the cell had."""
        limit = f"the cell was stopped after {timeout} s"
        self.error_on_timeout = {
            "ename": "CellTimeoutError",
            "evalue": limit,
            "traceback": [f"CellTimeoutError: {limit}"],
        }
        return await super()._async_handle_timeout(timeout, cell)

    def _end(self, how: str, cell: NotebookNode, name: str, text: str) -> None:
        self.report["ended"] = how
        self.report["cell"] = self._number
        cell.outputs.append(_error(name, text))

    def _leave_out(self, cell: NotebookNode) -> None:
        why = {
            "kernel died": "an earlier cell ended Python",
            "hung": "an earlier cell could not be stopped",
            "out of time": f"the notebook took {self.limits.notebook_seconds} s",
        }[self.report["ended"]]
        cell.outputs = [_error("DeadKernelError", f"not run: {why}")]

    def process_message(self, msg, cell, cell_index):
        """Keep what a cell puts out up to the limit, and say so when it is cut.

        What changes earlier outputs, and what widgets say, takes room as well.
        """
        kind = msg["msg_type"]
        if kind in ("status", "execute_input"):
            return super().process_message(msg, cell, cell_index)
        if kind == "error":
            msg = {**msg, "content": _cut(msg["content"])}
        full = self._room <= 0
        taken = _size(msg["content"]) + MESSAGE_BYTES
        self._room -= taken
        if full and (kind != "error" or -self._room > self.limits.output_bytes):
            return None
        if self._room <= 0 and kind != "error":
            msg = {**msg, "msg_type": "stream"}
            msg["header"] = {**msg["header"], "msg_type": "stream"}
            msg["content"] = {"name": "stdout", "text": TRUNCATED}
        else:
            self._left -= taken  # of what is kept, so that other cells have theirs
        try:
            return super().process_message(msg, cell, cell_index)
        except Exception as error:  # such as a widget's message without its parts
            _quiet_log().warning("a message that is none: %s", error)
            return None

    def create_kernel_manager(self) -> AsyncKernelManager:
        """Return a manager whose sockets are files: ports can be taken by others."""
        known = KernelSpecManager()
        known.kernel_dirs = [str(KERNELS), *known.kernel_dirs]
        self.km = Manager(
            sandbox=self._sandbox(
                self.resources["metadata"]["path"], self.socket_folder
            ),
            kernel_name=self.kernel_name,
            kernel_spec_manager=known,
            client_factory=PromptClient,
            config=self.config,
        )
        self.km.transport = "ipc"
        self.km.connection_file = str(Path(self.socket_folder) / "kernel.json")
        return self.km

    def _sandbox(self, work: str, shared: str = "") -> sandbox.Sandbox | None:
        """What confines a process in a folder of its own. Raises NoSandbox."""
        if not self.limits.sandbox:
            return None
        sandbox.tier()
        limits = asdict(self.limits)
        return sandbox.Sandbox(
            work=work,
            shared=shared,
            hide=[os.getcwd()],
            **{each: limits[each] for each in sandbox.LIMITS},
        )

    @contextmanager
    def _kernel(self):
        usual = os.environ
        if self.limits.sandbox:
            usual = sandbox.environment(os.environ)
        environment = usual | {
            "NBGRADER_EXECUTION": "autograde",  # as nbgrader sets it
            "OMP_NUM_THREADS": self.threads,
            "OPENBLAS_NUM_THREADS": self.threads,
            "TF_NUM_INTRAOP_THREADS": self.threads,
            "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "3"),
            # Several kernels share a graphics card: take memory as it is needed.
            "TF_FORCE_GPU_ALLOW_GROWTH": "true",
        }
        # Students' code has no business with the zygote.
        environment.pop(VARIABLE, None)
        self.environment = environment
        try:
            self.km = self.create_kernel_manager()
            # What code writes past Jupyter is not for our terminal.
            nowhere = {"stdout": DEVNULL, "stderr": DEVNULL}
            self.start_new_kernel(env=environment, **nowhere)
            self.start_new_kernel_client()
            info = self.kc and self.wait_for_info()
        except sandbox.NoSandbox:
            raise
        except Exception as error:
            raise KernelFailure(f"no kernel started: {error}") from error
        self.nb.metadata["language_info"] = info
        self.process = self.stop.process = self._find()
        if self.stop.called:  # before there was anything to end
            self.stop()
        try:
            yield
        finally:
            self.stop.process = None
            with suppress(Exception):
                self._cleanup_kernel()

    def _find(self) -> psutil.Process:
        """The kernel, which has no children yet, below what confines it."""
        pid = self.km.provisioner.pid
        while self.limits.sandbox and (inner := _child(pid)):
            pid = inner
        return psutil.Process(pid)

    def wait_for_info(self) -> dict:
        """Return what the kernel tells about its language."""
        self._deadline = monotonic() + STARTUP_SECONDS
        reply = self.wait_for_reply(self.kc.kernel_info())
        return reply["content"]["language_info"]

    def _kind(self) -> str:
        """How the kernel was started: "forked" or "cold"."""
        forked = getattr(self.km.provisioner, "kernel", None)
        return "forked" if forked else "cold"

    def _usage(self) -> dict | None:
        """CPU seconds and peak memory in bytes of the kernel; None when it is gone."""
        try:
            times = self.process.cpu_times()
            memory = self.process.memory_info().rss
        except psutil.Error:
            return None
        # Children count once they have been waited for.
        children = times.children_user + times.children_system
        return {"cpu": times.user + times.system + children, "memory": memory}


class Manager(AsyncKernelManager):
    """A kernel manager that starts the kernel confined, where there is a sandbox."""

    sandbox = Instance(sandbox.Sandbox, allow_none=True)

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """Return the command; a kernel that is forked takes only its end."""
        command = super().format_kernel_cmd(extra_arguments)
        return self.sandbox.command(command) if self.sandbox else command


def _child(pid: int) -> int | None:
    """The first child of a process; psutil would look at all processes for that."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return int(listed[0]) if listed else None
    except OSError:  # few kernels are built without
        children = psutil.Process(pid).children()
        return children[0].pid if children else None


@contextmanager
def _scratch():
    """Make a folder for one execution, with a path short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="grade-", dir=short_folder()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_given(cell: NotebookNode) -> bool:
    """Whether it is a cell of the exercise's that students don't change."""
    about = cell.metadata.get("nbgrader", {})
    graded = about.get("grade") or about.get("solution")
    return cell.cell_type == "code" and bool(about.get("locked")) and not graded


def _is_stopped(output: NotebookNode) -> bool:
    """Whether it says which function of the student's was interrupted."""
    return output.output_type == "error" and output.ename == "Stopped"


def _stripped(cell: NotebookNode) -> NotebookNode:
    """A copy without outputs and without tags: `skip-execution` would skip a test."""
    cell = NotebookNode(cell)
    cell.metadata = NotebookNode(
        {k: v for k, v in cell.metadata.items() if k != "tags"}
    )
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    return cell


def _error(name: str, text: str) -> NotebookNode:
    return new_output("error", ename=name, evalue=text, traceback=[f"{name}: {text}"])


def _cut(content):
    """Shorten the texts of an error."""
    if isinstance(content, str):
        return content[:ERROR_LIMIT]
    if isinstance(content, list):
        return [_cut(item) for item in content[:100]]
    if isinstance(content, dict):
        return {key: _cut(item) for key, item in content.items()}
    return content


def _size(content) -> int:
    """Roughly the bytes that a message's content takes."""
    if isinstance(content, dict):
        return sum(map(_size, content.values()))
    if isinstance(content, list | tuple):
        return sum(map(_size, content))
    return len(content) if isinstance(content, str) else 8


def _plain(value):
    """Turn notebook nodes into dicts, and mend text that no file could hold."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return value


def _quiet_log() -> logging.Logger:
    """A logger for what nbclient reports as errors, which are results here."""
    log = logging.getLogger("autograder.execute")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    return log
