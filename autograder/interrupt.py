"""Ctrl-C, also where Python loses it."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def heeded() -> Iterator[Callable[[], None]]:
    """Yield what raises KeyboardInterrupt, however long ago Ctrl-C came.

    Python raises it wherever it happens to be. In the callback of a weak reference, and
    converting a notebook calls many, it tells of it and goes on as if nothing was.
    """
    came = threading.Event()

    def note(*_) -> None:
        came.set()
        raise KeyboardInterrupt

    def check() -> None:
        if came.is_set():
            raise KeyboardInterrupt

    usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not usual or threading.current_thread() is not threading.main_thread():
        yield check
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
