"""A way to end an execution from outside."""

from contextlib import suppress

import psutil


class Stop:
    """Call it, from any thread, to end the execution that was given it.

    It returns at once; the execution then ends as if the kernel had died.
    """

    def __init__(self):
        self.called = False
        self.process: psutil.Process | None = None  # the kernel, while there is one

    def __call__(self) -> None:
        self.called = True
        process = self.process
        with suppress(psutil.Error, AttributeError):
            for each in [*process.children(recursive=True), process]:
                with suppress(psutil.Error):
                    each.kill()
