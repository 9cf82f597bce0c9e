"""What a test cell holds in place of the student's functions, objects and errors."""

import builtins
import random
import signal
import sys
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograder import models
from autograder.answering import as_array
from autograder.channel import BadFrame, Channel, Closed
from autograder.codec import Decoder, Encoder, NotPlain, Unreadable

MODEL_SECONDS = 30  # of the processor, to rebuild a model: it usually takes a tenth
RESERVED = {"BrokenTest", "CellTimeoutError", "DeadKernelError"}  # see verdict
TEXT_LIMIT = 20_000
# What no error is of: it would end a loop of the test's early, or can't be made.
NEVER = (StopIteration, StopAsyncIteration, BaseExceptionGroup)


class BrokenTest(BaseException):
    """The test, or the examiner, is at fault. No test catches it by accident."""


class Gone(BaseException):
    """The student's process doesn't answer any more, or not so that it can be read."""


class Stopped(BaseException):
    """The student's function was interrupted."""


class _TooSlow(BaseException):
    """A model takes too long to rebuild; nothing in Keras catches it."""


class StudentError(Exception):
    """Raised in the student's process. Also of the built-in type that it had there."""

    text = ""
    frames: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text


class CannotCross(StudentError, TypeError):
    """The student's value is none that a test may look at."""


class Function:
    """Calls the student's function, in the student's process."""

    def __init__(self, student: "Student", key: str, name: str):
        self.__dict__.update(_student=student, _key=key, __name__=name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._student.call(self._key, self.__name__, args, kwargs)


class Opaque:
    """An object of the student's that doesn't cross: it may be handed back, no more."""

    def __init__(self, key: str, why: str):
        self.__dict__.update(_key=key, _why=why)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{self._told()} It has no {name} that can be read.")

    def __array__(self, *_, **__) -> np.ndarray:
        raise TypeError(self._told())

    def __repr__(self) -> str:
        return f"<{type(self).__name__}, no plain data>"

    def _told(self) -> str:
        why = f" ({self._why})" if self._why else ""
        return f"Expected plain data, but got {type(self).__name__}{why}."


class Student:
    """The student's process, seen from the examiner."""

    def __init__(self, channel: Channel):
        self.channel = channel
        self.lost = ""  # why it can't be asked any more
        self._number = 0
        self._forget()

    def look(self, names: list[str]) -> dict[str, Any]:
        """Return what the names hold, those that there are; begin anew with objects."""
        self._forget()
        answer, decode = self._ask({"look": names})
        self._raise_error(answer, "")
        return {
            name: self._read(decode, coded, name)
            for name, coded in _dict(answer, "values").items()
            if name in names
        }

    def call(self, key: str, name: str, args: tuple, kwargs: dict) -> Any:
        """Call a function of the student's; print what it printed."""
        self._passed = []
        encoder = Encoder(self._other)
        try:
            request = {
                "call": key,
                "args": encoder(list(args)),
                "kwargs": encoder(kwargs),
                "models": self._passed,
            }
        except NotPlain as error:
            raise BrokenTest(f"the test calls {name}, but {error}") from error
        except models.Refused as error:
            raise BrokenTest(f"the test calls {name} with a model: {error}") from error
        answer, decode = self._ask(request, encoder.blobs)
        printed = answer.get("printed")
        if isinstance(printed, str):
            sys.stdout.write(printed)
        for key, news in _dict(answer, "models").items():
            if key in request["models"]:
                self._take(decode, key, news, name)
        self._raise_error(answer, name)
        return self._read(decode, answer.get("value"), f"{name}(…)")

    def seed(self, which: str, number: int | None) -> None:
        """Have the student's generator of random numbers seeded as well."""
        if not self.lost:
            self._ask({"seed": [which, number]})

    def _forget(self) -> None:
        self.models = models.Kept()
        self._numbers = 0

    def _ask(self, request: dict, blobs: list[bytes] = ()) -> tuple[dict, Decoder]:
        if self.lost:
            raise Gone(self.lost)
        self._number += 1
        try:
            self.channel.send(request | {"number": self._number}, blobs)
            answer, blobs = self.channel.receive()
            if answer.get("number") != self._number:
                raise BadFrame("an answer to nothing that was asked")
        except Closed:
            self.lost = "the student's code has ended Python, or its connection"
        except (BadFrame, MemoryError) as error:
            self.lost = f"the student's process sent what can't be read: {error}"
        if self.lost:
            raise Gone(self.lost)
        return answer, Decoder(blobs, self._received)

    def _raise_error(self, answer: dict, name: str) -> None:
        error = answer.get("error")
        if error is None:
            return
        if not isinstance(error, dict):
            raise Gone("the student's process sent what can't be read")
        if error.get("type") == "KeyboardInterrupt":
            raise Stopped(name)
        raise student_error(error)

    def _read(self, decode: Decoder, coded: Any, what: str) -> Any:
        try:
            return decode(coded)
        except Unreadable as error:
            raise cannot_cross(f"{what} can't be read: {error}.") from error
        except models.Refused as error:
            raise cannot_cross(
                f"{what} is a model that can't be examined: {error}. Build it of "
                "Keras's own layers."
            ) from error

    def _take(self, decode: Decoder, key: str, coded: Any, name: str) -> None:
        try:
            self._model(decode, key, coded)
        except (models.Refused, Unreadable) as error:
            why = f"{name} has made a model one that can't be examined: {error}."
            raise cannot_cross(why) from error

    def _model(self, decode: Decoder, key: str, coded: Any) -> Any:
        packed = decode(coded)
        if key not in self.models.models and (packed is None or key[:1] != "s"):
            raise Unreadable("a model that there is not")
        with _in_time():
            return self.models.take(key, None if packed is None else _packed(packed))

    # --- what is no plain data -------------------------------------------------------

    def _other(self, encoder: Encoder, value: Any, depth: int) -> list:
        if isinstance(value, Function | Opaque):
            return ["kept", value._key]
        if models.is_model(value):
            key = self.models.key(value)
            if key is None:
                self._numbers += 1
                key = f"e{self._numbers}"
                self.models.keep(value, key)
            self._passed.append(key)
            return ["model", key, encoder(self.models.news(key), depth)]
        array = as_array(value)
        if array is None:
            raise NotPlain(f"passes {type(value).__name__}, which is no plain data")
        return encoder.array(array, depth)

    def _received(self, decode: Decoder, tag: str, rest: list) -> Any:
        if tag == "model":
            return self._model(decode, *rest)
        if tag == "function":
            key, kind, name = map(_text, rest)
            return _typed(Function, kind)(self, key, name or "function")
        if tag == "opaque":
            key, kind, why = map(_text, rest)
            return _typed(Opaque, kind)(key, why)
        if tag == "iterator":
            return (item for item in [decode(coded) for coded in rest[0]])
        if tag == "refused":
            raise models.Refused(_text(rest[1]))
        raise Unreadable(f"the tag {tag!r}")


@contextmanager
def _in_time():
    """Raise Refused where what is done takes too long: a config may have no end."""
    if not hasattr(signal, "setitimer"):  # on Windows the cell's own limit must do
        yield
        return

    def stop(*_) -> None:
        raise _TooSlow

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, MODEL_SECONDS)
    try:
        yield
    except _TooSlow:
        seconds = f"{MODEL_SECONDS} s of computing"
        raise models.Refused(f"it isn't rebuilt after {seconds}") from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def student_error(error: dict) -> StudentError:
    """Return the error that was described, to be raised in the test."""
    name = _identifier(error.get("type"))
    base = Exception
    for builtin in error.get("builtin") or ():
        found = getattr(builtins, builtin, None) if isinstance(builtin, str) else None
        if not isinstance(found, type) or issubclass(found, NEVER):
            continue
        if issubclass(found, Exception):
            base = found
            break
    bases = (StudentError,) if base is Exception else (StudentError, base)
    if name in RESERVED:
        name = "StudentError"
    kind = type(name, bases, {})
    raised = kind.__new__(kind)
    raised.text = _text(error.get("text"))
    shown = error.get("frames")
    raised.frames = tuple(map(_text, shown)) if isinstance(shown, list) else ()
    raised.args = (raised.text,)
    return raised


def cannot_cross(text: str) -> CannotCross:
    error = CannotCross(text)
    error.text = text
    return error


def _packed(value: Any) -> dict:
    """Check that it is what models.pack makes. Raises Unreadable."""
    if not isinstance(value, dict) or set(value) != {
        "config",
        "variables",
        "optimizer",
    }:
        raise Unreadable("no model")
    arrays = [value["variables"], value["optimizer"]]
    fine = isinstance(value["config"], str) and all(isinstance(a, list) for a in arrays)
    if not fine or not all(isinstance(v, np.ndarray) for a in arrays for v in a):
        raise Unreadable("no model")
    return value


def _typed(base: type, name: str) -> type:
    """A class that bears the name of the student's, for messages."""
    return type(_identifier(name), (base,), {})


def _identifier(name: Any) -> str:
    return name if isinstance(name, str) and name.isidentifier() else "object"


def _text(value: Any) -> str:
    return value[:TEXT_LIMIT] if isinstance(value, str) else ""


def _dict(answer: dict, key: str) -> dict:
    found = answer.get(key)
    return found if isinstance(found, dict) else {}


@contextmanager
def mirrored_seeds(student: Student):
    """Have seeds that the test sets hold in the student's process as well."""
    changed, inside = [], []

    def mirror(place: Any, name: str, which: str) -> None:
        own: Callable = getattr(place, name)

        def seed(number: int | None = None, *args: Any, **kwargs: Any) -> Any:
            if not inside and (number is None or isinstance(number, int | np.integer)):
                student.seed(which, None if number is None else int(number))
            inside.append(which)
            try:
                return own(number, *args, **kwargs)
            finally:
                inside.pop()

        setattr(place, name, seed)
        changed.append((place, name, own))

    mirror(random, "seed", "random")
    mirror(np.random, "seed", "numpy")
    if keras := sys.modules.get("keras"):
        mirror(keras.utils, "set_random_seed", "keras")
    if tensorflow := sys.modules.get("tensorflow"):
        mirror(tensorflow.random, "set_seed", "tensorflow")
    try:
        yield
    finally:
        for place, name, own in changed:
            setattr(place, name, own)
