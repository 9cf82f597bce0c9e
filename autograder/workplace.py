"""Where notebooks are executed: workers on this computer, or those of a scheduler."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Protocol

from autograder.course import UsageError
from autograder.execute import COLD_KERNEL, execute
from autograder.forking import COLD_WARNING, VARIABLE, OwnZygote, started_cold
from autograder.grade import cores
from autograder.payload import Payload
from autograder.pool import Pool
from autograder.provisioner import KERNEL
from autograder.zygote import PRELOAD


class Workplace(Protocol):
    """Executes payloads, some at once."""

    size: int

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
    preload: tuple[str, ...] | None,
    say: Callable[[str], None],
) -> Iterator[Workplace]:
    """Open the workplace asked for; on leaving, everything it started has ended.

    Raises UsageError where the scheduler can't be used.
    """
    modules = PRELOAD if preload is None else preload
    if scheduler:
        with _dask().open_cluster(scheduler, modules, say) as cluster:
            yield cluster
        return
    threads = max(1, cores() // jobs)
    with _zygote(modules) as kernel:
        pool = Local(jobs, partial(execute, kernel=kernel, threads=threads))
        pool.say = say if kernel == KERNEL else None
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
    """Workers on this computer; says once when they have to do without a zygote."""

    say: Callable[[str], None] | None = None

    def results(self, timeout: float | None) -> list[tuple[Any, Any]]:
        found = super().results(timeout)
        if self.say and any(started_cold(result) for _, result in found):
            self.say(COLD_WARNING)
            self.say = None
        return found


@contextmanager
def _zygote(modules: tuple[str, ...]) -> Iterator[str]:
    """Start a zygote that workers made meanwhile use; give the kernel to ask for."""
    if sys.platform != "linux":
        yield COLD_KERNEL
        return
    zygote = OwnZygote(modules)
    os.environ[VARIABLE] = f"{zygote.pid}:{zygote.address}"
    try:
        yield KERNEL
    finally:
        del os.environ[VARIABLE]
        zygote.close()
