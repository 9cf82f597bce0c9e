"""What a dask worker does for `autograder grade --scheduler`: fork kernels, execute.

Nothing here needs files of the one who grades: a notebook comes with all that it needs,
and what it put out goes back. The worker needs this package, in the same environment.
"""

import pickle
import sys
import threading

from distributed import WorkerPlugin

from autograder import environment, forking
from autograder.provisioner import KERNEL
from autograder.stop import Stop

PLUGIN = "autograder-zygote"


class WorkerStopped(Exception):
    """The worker ends, or the notebook is no longer wanted: nothing is known of it."""


class ZygotePlugin(WorkerPlugin):
    """A zygote in each worker, and an end to executions that nobody waits for.

    If the worker is killed, its zygote notices and ends, and with it all its kernels.
    """

    name = PLUGIN
    idempotent = True

    def __init__(self, modules: tuple[str, ...]):
        self.modules = modules

    def setup(self, worker) -> None:
        """Start the zygote; it imports while the first notebooks are on their way."""
        if sys.platform == "linux":
            forking.start_own(self.modules)

    def transition(self, key, start, finish, **kwargs) -> None:
        """End what has been cancelled, also because the one who asked for it is gone.

        dask releases such a task but can't end its thread.
        """
        if (start, finish) == ("executing", "released"):
            _stop(key)

    def teardown(self, worker) -> None:
        """End all kernels, then the zygote."""
        for key in list(_running):
            _stop(key)
        forking.end_own()


_running: dict[str, Stop] = {}  # by dask's key
_lock = threading.Lock()


def work(key: str, payload: bytes, fingerprint: str) -> dict:
    """Execute a pickled payload; return its entry.

    A worker of another environment returns {"differs": its parts} instead. What raises
    is a failure of the worker, so that dask may try again.
    """
    if environment.fingerprint() != fingerprint:
        return {"differs": environment.parts()}
    stop = _stop_of(key)
    try:
        # It imports for seconds: in this thread that holds up nobody.
        from autograder.execute import execute

        # dask runs as many of these at once as the worker has threads, so one core.
        entry = execute(pickle.loads(payload), KERNEL, threads=1, stop=stop)
    finally:
        with _lock:
            _running.pop(key, None)
    if stop.called:  # then the kernel's end is not the student's doing
        raise WorkerStopped("the worker was stopped")
    return entry


def _stop(key: str) -> None:
    _stop_of(key)()


def _stop_of(key: str) -> Stop:
    """What ends the task: also one whose thread has not come to begin."""
    with _lock:
        return _running.setdefault(key, Stop())
