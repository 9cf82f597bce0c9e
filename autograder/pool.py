"""Worker processes on this computer: each executes one payload at a time.

A worker that is killed (by the system, when memory runs out) takes only its payload
with it, which another worker then gets.
"""

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any

ATTEMPTS = 2  # how often a payload may lose its worker before it is given up
PR_SET_PDEATHSIG = 1


class WorkerLost(Exception):
    """The payload's worker died, each time it was tried."""


class Pool:
    """Runs `work(job)` for each job submitted, in `size` forked processes.

    Make it while the process has one thread and no ZeroMQ context: workers are forks.
    """

    def __init__(self, size: int, work: Callable[[Any], Any]):
        self.size, self.work = size, work
        self._context = multiprocessing.get_context("fork")
        self._workers = [_Worker(self._context, work) for _ in range(size)]

    def has_room(self) -> bool:
        """Tell whether a worker is idle."""
        return any(worker.name is None for worker in self._workers)

    def submit(self, name: Any, job: Any, attempt: int = 1) -> None:
        """Give the job to an idle worker; `name` comes back with the result."""
        worker = next(worker for worker in self._workers if worker.name is None)
        worker.start(name, job, attempt)

    def results(self, timeout: float | None) -> list[tuple[Any, Any]]:
        """Wait at most `timeout` seconds for results: (name, result or exception)."""
        busy = [worker for worker in self._workers if worker.name is not None]
        ready = wait([worker.pipe for worker in busy], timeout) if busy else []
        found = []
        for worker in busy:
            if worker.pipe not in ready:
                continue
            name, job, attempt = worker.name, worker.job, worker.attempt
            try:
                found.append((name, worker.finish()))
            except (EOFError, OSError):  # the worker is gone
                place = self._workers.index(worker)
                worker.stop()
                self._workers[place] = _Worker(self._context, self.work)
                if attempt < ATTEMPTS:
                    self.submit(name, job, attempt + 1)
                else:
                    lost = "the process that executed it was killed, memory ran out?"
                    found.append((name, WorkerLost(lost)))
        return found

    def close(self) -> None:
        """End all workers at once, with the kernels they have started."""
        for worker in self._workers:
            worker.stop()


class _Worker:
    def __init__(self, context, work: Callable):
        self.name = self.job = self.attempt = None
        self.pipe, theirs = context.Pipe()
        parent = os.getpid()
        self.process = context.Process(
            target=_serve, args=(theirs, self.pipe, work, parent), daemon=True
        )
        self.process.start()
        theirs.close()

    def start(self, name: Any, job: Any, attempt: int) -> None:
        self.name, self.job, self.attempt = name, job, attempt
        with suppress(OSError):  # if it is gone already, results() notices
            self.pipe.send(job)

    def finish(self) -> Any:
        result = self.pipe.recv()
        self.name = self.job = self.attempt = None
        return result

    def stop(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()


def _serve(pipe: Connection, other: Connection, work: Callable, parent: int) -> None:
    """Execute what comes through the pipe until it closes: a worker's whole life."""
    other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    end_with_parent(parent)
    while True:
        try:
            job = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            result = work(job)
        except Exception as error:
            result = error
        try:
            pipe.send(result)
        except OSError:
            return


def end_with_parent(parent: int) -> None:
    """Have Linux kill this process when the one that started it ends, however it does.

    Elsewhere the closed pipe ends it, once it has finished what it is at.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before we asked
            os._exit(1)
