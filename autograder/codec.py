"""Plain data as JSON and .npy, keeping type and dtype: nothing that is read can run.

A value becomes JSON: None, booleans, text, small integers and finite floats are
themselves, all else is a list that begins with a tag. Arrays become .npy, without
pickle, in blobs beside the JSON. What comes from a student's process is read by
`Decoder`, which makes plain objects of exact types only, or raises Unreadable.
"""

import io
import math
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np

MAX_NODES = 3_000_000
MAX_BYTES = 500_000_000  # of the arrays in one frame
MAX_DEPTH = 100
SMALL = 2**53
SCALAR_KINDS = "biufcmMSU"
SCALAR_DTYPE = re.compile(r"[<>|=]?[biufcmMSU]\d+(\[\w+\])?")
# Floats that NumPy itself doesn't know; TensorFlow computes with them.
WIDE = {"bfloat16": "u2", "float8_e4m3fn": "u1", "float8_e5m2": "u1"}


class NotPlain(Exception):
    """A value that can't cross; the message says why."""


class Unreadable(Exception):
    """What came is no value that `Encoder` could have written."""


class Encoder:
    """Turns values into JSON; `blobs` then holds their arrays.

    `other(encoder, value, depth)` codes what is no plain data, or raises NotPlain.
    """

    def __init__(self, other: "Callable[[Encoder, Any, int], list]"):
        self.blobs: list[bytes] = []
        self._other = other
        self._nodes = self._bytes = 0

    def __call__(self, value: Any, depth: int = 0) -> Any:
        self._nodes += 1
        if depth > MAX_DEPTH:
            raise NotPlain("it is nested too deeply, or in itself")
        if self._nodes > MAX_NODES:
            raise NotPlain(f"it has more than {MAX_NODES:,} parts")
        kind = type(value)
        if value is None or kind is bool or kind is str:
            return value
        if kind is int:
            return value if -SMALL < value < SMALL else ["i", hex(value)]
        if kind is float:
            return value if math.isfinite(value) else ["f", repr(value)]
        if isinstance(value, np.generic):
            return self._scalar(value)
        if isinstance(value, np.ndarray):
            return self.array(value, depth)
        return self._compound(value, depth + 1)

    def _compound(self, value: Any, depth: int) -> list:
        # Subclasses cross as what they are based on, by its own methods.
        if isinstance(value, bool | str | int | float | bytes | bytearray | complex):
            return self._based(value)
        if isinstance(value, list):
            return ["l", [self(item, depth) for item in list.__iter__(value)]]
        if isinstance(value, tuple):
            return ["t", [self(item, depth) for item in tuple.__iter__(value)]]
        if isinstance(value, dict):
            pairs = dict.items(value)
            return ["d", [[self(k, depth), self(v, depth)] for k, v in pairs]]
        if isinstance(value, set | frozenset):
            base, tag = (set, "s") if isinstance(value, set) else (frozenset, "z")
            return [tag, [self(item, depth) for item in base.__iter__(value)]]
        if isinstance(value, range):
            return ["r", self([value.start, value.stop, value.step], depth)]
        if isinstance(value, Fraction):
            return ["q", self([value.numerator, value.denominator], depth)]
        return self._other(self, value, depth)

    def _based(self, value: Any) -> Any:
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, int):
            return self(int.__index__(value))
        if isinstance(value, float):
            return self(float.__float__(value))
        if isinstance(value, bytes | bytearray):
            return ["b" if isinstance(value, bytes) else "y", bytes(value).hex()]
        value = complex.__complex__(value)
        return ["c", [self(value.real), self(value.imag)]]

    def _scalar(self, value: np.generic) -> list:
        array = np.asarray(value)
        if array.dtype.kind in SCALAR_KINDS and SCALAR_DTYPE.fullmatch(array.dtype.str):
            return ["n", array.dtype.str, array.tobytes().hex()]
        return ["e", self.array(array, 0)]

    def array(self, value: np.ndarray, depth: int) -> list:
        """Code an array, or of a subclass what it is based on."""
        array = np.asarray(value)
        if array.dtype == object:
            items = [self(item, depth + 1) for item in array.ravel().tolist()]
            return ["o", list(array.shape), items]
        if array.dtype.hasobject:
            raise NotPlain("it is an array with fields that are objects")
        if array.dtype.name in WIDE:
            return [
                "w",
                array.dtype.name,
                self.array(array.view(WIDE[array.dtype.name]), 0),
            ]
        if array.dtype.kind not in SCALAR_KINDS + "V":
            raise NotPlain(f"it is an array of {array.dtype}")
        self._bytes += array.nbytes
        if self._bytes > MAX_BYTES:
            raise NotPlain(f"it has more than {MAX_BYTES // 1_000_000} MB")
        file = io.BytesIO()
        try:
            np.lib.format.write_array(file, array, (1, 0), allow_pickle=False)
        except ValueError as error:
            raise NotPlain(str(error)) from error
        self.blobs.append(file.getvalue())
        return ["a", len(self.blobs) - 1]


class Decoder:
    """Reads what Encoder has written. `other(decoder, tag, rest)` reads other tags."""

    def __init__(
        self, blobs: list[memoryview], other: "Callable[[Decoder, str, list], Any]"
    ):
        self.blobs, self._other = blobs, other

    def __call__(self, coded: Any) -> Any:
        """Return the value. Raises Unreadable."""
        try:
            return self._read(coded)
        except (LookupError, TypeError, ValueError, ArithmeticError) as error:
            raise Unreadable(f"{type(error).__name__}: {error}") from error
        except RecursionError as error:
            raise Unreadable("nested too deeply") from error

    def _read(self, coded: Any) -> Any:
        if not isinstance(coded, list):
            if isinstance(coded, dict):
                raise Unreadable("a value without a tag")
            return coded
        tag, *rest = coded
        known = _READERS.get(tag)
        return known(self, *rest) if known else self._other(self, tag, rest)

    def _items(self, coded: list) -> Iterator[Any]:
        return map(self._read, coded)

    def _scalar(self, dtype: str, data: str) -> np.generic:
        if not SCALAR_DTYPE.fullmatch(dtype):
            raise Unreadable(f"the type {dtype!r}")
        return np.frombuffer(bytes.fromhex(data), np.dtype(dtype), 1)[0]

    def _array(self, number: int) -> np.ndarray:
        return read_npy(self.blobs[number])

    def _objects(self, shape: list[int], coded: list) -> np.ndarray:
        if math.prod(shape) != len(coded):
            raise Unreadable("the shape doesn't fit the items")
        array = np.empty(len(coded), object)
        for place, item in enumerate(coded):
            array[place] = self._read(item)
        return array.reshape(shape)

    def _wide(self, name: str, coded: list) -> np.ndarray:
        import ml_dtypes

        if name not in WIDE:
            raise Unreadable(f"the type {name!r}")
        return self._read(coded).view(getattr(ml_dtypes, name))


_READERS: dict[str, Callable] = {
    "i": lambda self, text: int(text, 16),
    "f": lambda self, text: float(text),
    "c": lambda self, parts: complex(*map(float, self._items(parts))),
    "b": lambda self, text: bytes.fromhex(text),
    "y": lambda self, text: bytearray.fromhex(text),
    "l": lambda self, items: list(self._items(items)),
    "t": lambda self, items: tuple(self._items(items)),
    "s": lambda self, items: set(self._items(items)),
    "z": lambda self, items: frozenset(self._items(items)),
    "d": lambda self, pairs: {self._read(k): self._read(v) for k, v in pairs},
    "r": lambda self, ends: range(*self._read(ends)),
    "q": lambda self, parts: Fraction(*self._read(parts)),
    "n": Decoder._scalar,
    "e": lambda self, coded: self._read(coded)[()],
    "a": Decoder._array,
    "o": Decoder._objects,
    "w": Decoder._wide,
}


def read_npy(blob: memoryview) -> np.ndarray:
    """Read an array that is as large as its header says. Raises Unreadable.

    NumPy's own reader first makes room for whatever the header says.
    """
    file = io.BytesIO(blob)
    try:
        if np.lib.format.read_magic(file) != (1, 0):
            raise Unreadable("another version of .npy")
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(file)
    except (ValueError, SyntaxError, RecursionError, MemoryError) as error:
        raise Unreadable(f"no header of .npy: {error}") from error
    data, size = blob[file.tell() :], math.prod(shape)
    if dtype.hasobject or min(shape, default=0) < 0:
        raise Unreadable(f"an array of {dtype} with the shape {shape}")
    if size * dtype.itemsize != len(data) or (size and not dtype.itemsize):
        raise Unreadable("an array of another size than its header says")
    flat = np.frombuffer(data, dtype).copy() if size else np.empty(0, dtype)
    return flat.reshape(shape, order="F" if fortran else "C")
