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
from pathlib import Path
from time import monotonic

import psutil
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from traitlets import Instance, Unicode

from autograder.client import PromptClient
from autograder.forking import VARIABLE, short_folder
from autograder.payload import Limits, Payload
from autograder.stop import Stop

COLD_KERNEL = "python3"
KERNELS = Path(__file__).with_name("kernels")
STARTUP_SECONDS = 120
TRUNCATED = "\n... more output than is kept ...\n"


class KernelFailure(Exception):
    """No kernel could be started: nothing is known about the submission."""


def execute(
    payload: Payload,
    kernel: str = COLD_KERNEL,
    threads: int = 1,
    stop: Stop | None = None,
) -> dict:
    """Execute the notebook in a new kernel; return an entry.

    `threads` is how many cores its numerical libraries may use. Errors, time-outs and
    dying kernels are results like any other. Where `kernel` fails, a cold one is tried
    before KernelFailure is raised.
    """
    stop = stop or Stop()
    try:
        return _execute(payload, kernel, threads, stop)
    except KernelFailure:
        if kernel == COLD_KERNEL or stop.called:
            raise
        return _execute(payload, COLD_KERNEL, threads, stop)


def _execute(payload: Payload, kernel: str, threads: int, stop: Stop) -> dict:
    notebook = NotebookNode(payload.notebook)
    notebook.cells = [_stripped(cell) for cell in payload.notebook.cells]
    with _scratch() as folder:
        work = folder / "work"
        for name, content in payload.files.items():
            path = work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        work.mkdir(exist_ok=True)
        runner = Runner(
            limits=payload.limits,
            socket_folder=str(folder),
            kernel_name=kernel,
            threads=str(threads),
            stop=stop,
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
        with self._kernel():
            before, started = self._usage(), monotonic()
            self._deadline = started + self.limits.notebook_seconds
            for index, cell in enumerate(nb.cells):
                if cell.cell_type != "code" or not cell.source.strip():
                    continue
                if self.report["ended"] != "finished":
                    self._leave_out(cell)
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
        self._kept, self._number = 0, index
        if monotonic() > self._deadline:
            self.report["ended"] = "out of time"
            self._leave_out(cell)
            return
        try:
            self.execute_cell(cell, index, store_history=True)
        except DeadKernelError as error:
            if getattr(self.km.provisioner, "lost", False):
                raise KernelFailure("the kernel died with its zygote") from error
            self._end("kernel died", cell, "DeadKernelError", "this cell ended Python")
        except CellTimeoutError:
            limit = self.limits.cell_seconds
            self._end(
                "hung", cell, "CellTimeoutError", f"no end and no reply after {limit} s"
            )

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

    def output(self, outs, msg, display_id, cell_index):
        """Keep what a cell puts out up to the limit, and say so when it is cut."""
        if self._kept > self.limits.output_bytes and msg["msg_type"] != "error":
            return None
        self._kept += _size(msg["content"])
        if self._kept > self.limits.output_bytes and msg["msg_type"] != "error":
            msg = {**msg, "msg_type": "stream"}
            msg["header"] = {**msg["header"], "msg_type": "stream"}
            msg["content"] = {"name": "stdout", "text": TRUNCATED}
            display_id = None
        return super().output(outs, msg, display_id, cell_index)

    def create_kernel_manager(self) -> AsyncKernelManager:
        """Return a manager whose sockets are files: ports can be taken by others."""
        known = KernelSpecManager()
        known.kernel_dirs = [str(KERNELS), *known.kernel_dirs]
        self.km = AsyncKernelManager(
            kernel_name=self.kernel_name,
            kernel_spec_manager=known,
            client_factory=PromptClient,
            config=self.config,
        )
        self.km.transport = "ipc"
        self.km.connection_file = str(Path(self.socket_folder) / "kernel.json")
        return self.km

    @contextmanager
    def _kernel(self):
        environment = os.environ | {
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
        try:
            self.km = self.create_kernel_manager()
            self.start_new_kernel(env=environment)
            self.start_new_kernel_client()
            info = self.kc and self.wait_for_info()
        except Exception as error:
            raise KernelFailure(f"no kernel started: {error}") from error
        self.nb.metadata["language_info"] = info
        self.process = self.stop.process = psutil.Process(self.km.provisioner.pid)
        if self.stop.called:  # before there was anything to end
            self.stop()
        try:
            yield
        finally:
            self.stop.process = None
            with suppress(Exception):
                self._cleanup_kernel()

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


@contextmanager
def _scratch():
    """Make a folder for one execution, with a path short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="grade-", dir=short_folder()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
