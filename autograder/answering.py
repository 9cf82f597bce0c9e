"""In a student's kernel: answer the examiner, who asks for values and calls functions.

`connect` is called before the student's first cell. From then on, whatever the student
does to this process, all that leaves it by this channel is the student's answers.

    → {"look": names}                    ← {"values": {name: value}}
    → {"call": key, "args", "kwargs", "models": keys}
                    ← {"value"} or {"error"}, "printed", "models": {key: news}
    → {"seed": [which, number]}          ← {}

Each request has a "number", which the answer repeats.
"""

import asyncio
import io
import itertools
import random
import signal
import socket
import sys
from collections import deque
from collections.abc import Iterator, MappingView
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from typing import Any

import numpy as np

from autograder import models, tracebacks
from autograder.channel import BadFrame, Channel, Closed
from autograder.codec import Decoder, Encoder, NotPlain, Unreadable

PRINTED_LIMIT = 200_000  # characters in one call
TEXT_LIMIT = 20_000  # characters of an error's message
ITEMS_LIMIT = 100_000  # of an iterator
NAME_LIMIT = 80

_current: "Answers | None" = None


def connect(path: str) -> None:
    """Answer, between cells, who listens at `path`: run in the kernel's event loop."""
    global _current
    if _current is not None:
        _current.end()
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.connect(path)
    _current = Answers(Channel(connection), sys.modules["__main__"].__dict__)
    asyncio.get_running_loop().add_reader(connection, _current.answer)


class Answers:
    """Serves one channel. What doesn't cross is kept, for as long as a test runs."""

    def __init__(self, channel: Channel, names: dict):
        self.channel, self.names = channel, names
        self._forget()

    def answer(self) -> None:
        """Answer one request."""
        try:
            request, blobs = self.channel.receive()
        except (Closed, BadFrame):
            self.end()
            return
        encoder = Encoder(self._other)
        try:
            with _interruptible():
                answer = self._answer(request, blobs, encoder)
        except BaseException as error:  # an interrupt that came late, or our own fault
            answer = {"error": described(error)}
        with suppress(Closed):
            self.channel.send(answer | {"number": request["number"]}, encoder.blobs)

    def end(self) -> None:
        """Answer no more."""
        with suppress(Exception):
            asyncio.get_running_loop().remove_reader(self.channel.connection)
        self.channel.close()

    def _forget(self) -> None:
        self.kept: dict[str, Any] = {}
        self.models = models.Kept()
        self._numbers = itertools.count()

    def _answer(self, request: dict, blobs: list, encoder: Encoder) -> dict:
        if "look" in request:
            self._forget()
            known = [name for name in request["look"] if name in self.names]
            return {"values": {n: self._coded(encoder, self.names[n]) for n in known}}
        if "seed" in request:
            set_seed(*request["seed"])
            return {}
        return self._call(request, Decoder(blobs, self._received), encoder)

    def _call(self, request: dict, decode: Decoder, encoder: Encoder) -> dict:
        printed = Printed()
        with redirect_stdout(printed), redirect_stderr(printed), _closing_figures():
            try:
                arguments, named = decode(request["args"]), decode(request["kwargs"])
                value = self.kept[request["call"]](*arguments, **named)
                answer = {"value": self._coded(encoder, value)}
            except BaseException as error:  # whatever it is, it is the answer
                answer = {"error": described(error)}
        news = {}
        for key in request["models"]:
            with suppress(models.Refused, NotPlain):
                news[key] = encoder(self.models.news(key))
        return answer | {"printed": printed.getvalue(), "models": news}

    # --- what is no plain data -------------------------------------------------------

    def _coded(self, encoder: Encoder, value: Any) -> Any:
        try:
            return encoder(value)
        except NotPlain as error:
            return self._opaque(value, str(error))
        except RecursionError:
            return self._opaque(value, "it is nested too deeply, or in itself")

    def _other(self, encoder: Encoder, value: Any, depth: int) -> list:
        if models.is_model(value):
            key = self.models.key(value) or self._keep(value)
            self.models.keep(value, key)
            try:
                return ["model", key, encoder(self.models.news(key), depth)]
            except models.Refused as error:
                return ["refused", type_name(value), str(error)]
        array = as_array(value)
        if array is not None:
            return encoder.array(array, depth)
        if callable(value):
            name = str(getattr(value, "__name__", ""))[:NAME_LIMIT]
            return ["function", self._keep(value), type_name(value), name]
        if isinstance(value, MappingView | deque):
            return encoder(list(value), depth)
        if isinstance(value, Iterator):
            items = list(itertools.islice(value, ITEMS_LIMIT + 1))
            if len(items) > ITEMS_LIMIT:
                raise NotPlain(f"it goes on after {ITEMS_LIMIT:,} items")
            return ["iterator", [encoder(item, depth) for item in items]]
        return self._opaque(value, "")

    def _opaque(self, value: Any, why: str) -> list:
        return ["opaque", self._keep(value), type_name(value), why]

    def _keep(self, value: Any) -> str:
        key = f"s{next(self._numbers)}"
        self.kept[key] = value
        return key

    def _received(self, decode: Decoder, tag: str, rest: list) -> Any:
        if tag == "kept":
            return self.kept[rest[0]]
        if tag != "model":
            raise Unreadable(f"the tag {tag!r}")
        return self.models.take(rest[0], decode(rest[1]))


def as_array(value: Any) -> np.ndarray | None:
    """Return a tensor, a variable or a table as an array, if it is one of numbers."""
    if not hasattr(type(value), "__array__"):
        return None
    try:
        array = np.asarray(value)
    except Exception:  # a symbolic tensor, or the student's own doing
        return None
    return None if array.dtype.hasobject else array


def set_seed(which: str, number: int | None) -> None:
    """Seed a generator of random numbers as the examiner has."""
    if which == "random":
        random.seed(number)
    elif which == "numpy":
        np.random.seed(number)  # noqa: NPY002  (as the test has done)
    elif which == "tensorflow":
        import tensorflow as tf

        tf.random.set_seed(number)
    elif which == "keras":
        import keras

        keras.utils.set_random_seed(number)


def described(error: BaseException) -> dict:
    """Tell of an error: its type and built-in bases, its text, its frames."""
    mro = [
        kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"
    ]
    try:
        text = str(error)[:TEXT_LIMIT]
    except Exception:
        text = ""
    shown = []
    with suppress(Exception):
        shown = tracebacks.frames(error.__traceback__, (__file__,))
    return {"type": type_name(error), "builtin": mro, "text": text, "frames": shown}


def type_name(value: Any) -> str:
    return str(type(value).__name__)[:NAME_LIMIT]


class Printed(io.StringIO):
    """What is printed, up to a limit."""

    def write(self, text: str) -> int:
        room = PRINTED_LIMIT - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)

    def reconfigure(self, **_) -> None:
        """Do nothing, where a real stream would change its encoding."""


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let an interrupt end what runs: between cells, ipykernel ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _closing_figures() -> Iterator[None]:
    """Close figures drawn meanwhile, which the next cell would show."""
    before = set(_figures())
    yield
    for number in set(_figures()) - before:
        sys.modules["matplotlib.pyplot"].close(number)


def _figures() -> list[int]:
    pyplot = sys.modules.get("matplotlib.pyplot")
    return pyplot.get_fignums() if pyplot else []
