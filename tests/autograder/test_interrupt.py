"""Ctrl-C ends a run also where Python loses it."""

import signal
import threading
import weakref

import pytest

from autograder.interrupt import heeded


class Thing:
    pass


def interrupted(_reference) -> None:
    signal.raise_signal(signal.SIGINT)


@pytest.fixture(autouse=True)
def usual_handler():
    """Who runs the tests in the background may have Ctrl-C ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_lost_in_the_callback_of_a_weak_reference():
    with heeded() as check:
        check()
        thing = Thing()
        reference = weakref.ref(thing, interrupted)
        del thing  # Python goes on
        assert reference() is None
        with pytest.raises(KeyboardInterrupt):
            check()


def test_at_once_anywhere_else():
    with pytest.raises(KeyboardInterrupt), heeded():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_of_ones_own_stays():
    calls = []
    signal.signal(signal.SIGINT, lambda *_: calls.append("own"))
    with heeded() as check:
        signal.raise_signal(signal.SIGINT)
        check()
    assert calls == ["own"]


def test_in_another_thread():
    def run() -> None:
        with heeded() as check:
            check()
            ended.append(True)

    ended = []
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert ended
