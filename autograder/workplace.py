"""Where notebooks are executed: workers on this computer, or those of a scheduler."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Protocol

from autograder import sandbox
from autograder.course import UsageError
from autograder.execute import COLD_KERNEL, execute
from autograder.forking import COLD_WARNING, LIVES, OwnZygote, started_cold
from autograder.grade import cores
from autograder.payload import Payload
from autograder.pool import Pool
from autograder.provisioner import KERNEL


class Workplace(Protocol):
    """Executes payloads, some at once."""

    size: int

    def check_sandbox(self) -> None:
        """Raise UsageError where students' code can't be confined."""

    def has_room(self) -> bool:
        """Tell whether another payload would start at once."""

    def submit(self, name: str, job: Payload) -> None:
        """Execute the payload; `name` comes back with the result."""

    def results(self, timeout: float) -> list[tuple[str, Any]]:
        """Wait at most `timeout` seconds for (name, entry or exception)."""


@contextmanager
def open_workplace(
    jobs: int,
    scheduler: str | None,
    modules: tuple[str, ...],
    zygote: Callable[[], OwnZygote | None],
    say: Callable[[str], None],
) -> Iterator[Workplace]:
    """Open the workplace asked for; on leaving, everything it started has ended.

    `zygote` gives what workers on this computer fork kernels from, with `modules`
    imported. Raises UsageError where the scheduler can't be used.
    """
    if scheduler:
        with _dask().open_cluster(scheduler, modules, say) as cluster:
            yield cluster
        return
    sandbox.probe()  # once, not in each worker
    threads = max(1, cores() // jobs)
    source = zygote()
    kernel = KERNEL if source else COLD_KERNEL
    pool = Local(jobs, partial(execute, kernel=kernel, threads=threads))
    pool.say, pool.zygote = say, source
    try:
        yield pool
    finally:
        pool.close()


def _dask() -> ModuleType:
    """Import what speaks to dask, an optional dependency."""
    if find_spec("distributed") is None:
        raise UsageError(
            "--scheduler needs dask, which is not installed: pip install "
            "'cnnlab[dask]', or all that requirements.lock names."
        )
    return import_module("autograder.cluster")


class Local(Pool):
    """Workers on this computer, and the zygote that they fork kernels from.

    A zygote that dies is started anew; says once when they have to do without.
    """

    zygote: OwnZygote | None = None
    say: Callable[[str], None] = staticmethod(lambda text: None)
    warned = False

    def check_sandbox(self) -> None:
        """Raise UsageError where students' code can't be confined."""
        try:
            sandbox.tier()
        except sandbox.NoSandbox as error:
            raise UsageError(str(error)) from error

    def submit(self, name: str, job: Payload, attempt: int = 1) -> None:
        self._revive()
        super().submit(name, job, attempt)

    def results(self, timeout: float | None) -> list[tuple[Any, Any]]:
        found = super().results(timeout)
        self._revive()
        if self.zygote and any(started_cold(result) for _, result in found):
            # Some may have started cold before it was revived, or between two lives.
            revived = self.zygote.alive() and self.zygote.lives < LIVES - 1
            if not revived and not self.warned:
                self.say(COLD_WARNING)
                self.warned = True
        return found

    def _revive(self) -> None:
        if self.zygote and self.zygote.revive():
            self.say("The process that kernels are forked from died: started anew.")
