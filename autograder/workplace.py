"""Where notebooks are executed: workers on this computer, or those of a scheduler."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol

from autograder.execute import COLD_KERNEL, execute
from autograder.forking import VARIABLE, OwnZygote
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
    """Open the workplace asked for; on leaving, everything it started has ended."""
    threads = max(1, cores() // jobs)
    with _zygote(PRELOAD if preload is None else preload) as kernel:
        pool = Local(jobs, partial(execute, kernel=kernel, threads=threads))
        pool.say = say if kernel == KERNEL else None
        try:
            yield pool
        finally:
            pool.close()


class Local(Pool):
    """Workers on this computer; says once when they have to do without a zygote."""

    say: Callable[[str], None] | None = None

    def results(self, timeout: float | None) -> list[tuple[Any, Any]]:
        found = super().results(timeout)
        for _, result in found:
            if self.say and isinstance(result, dict) and result["kernel"] == "cold":
                self.say(
                    "Warning: no zygote to fork kernels from. Each submission imports "
                    "TensorFlow itself: slower, with the same scores."
                )
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
