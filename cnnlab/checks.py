"""The words in which a test cell tells a student what is wrong.

Every check is silent when all is well. Otherwise it raises `AssertionError` with what
was expected, what came and, where the wrong answer is a well-known one, the likely
misconception: `mistakes` maps a hint to the answer that this mistake would give.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from cnnlab.quiet import keras

__all__ = [
    "at_least",
    "close",
    "count",
    "dtype",
    "equal",
    "keras_model",
    "keys",
    "shape",
    "weight_shapes",
]


def shape(array, expected: Sequence[int | None], what: str) -> None:
    """Check the shape of an array; None stands for any length."""
    got = _array(array, what).shape
    fits = len(got) == len(expected) and all(
        want is None or have == want for have, want in zip(got, expected, strict=True)
    )
    wanted = _tuple(expected)
    assert fits, f"{what}: expected shape {wanted}, but got {_tuple(got)}."


def dtype(array, expected: str, what: str) -> None:
    """Check the element type of an array, such as "float32"."""
    got = _array(array, what).dtype
    assert got == np.dtype(expected), f"{what}: expected {expected}, but got {got}."


def close(
    array,
    expected,
    what: str,
    mistakes: Mapping[str, object] | None = None,
    rtol: float = 1e-5,
    atol: float = 1e-6,
) -> None:
    """Check that an array has the expected shape and, up to rounding, values."""
    expected = np.asarray(expected)
    shape(array, expected.shape, what)
    got = _array(array, what)
    if _agree(got, expected, rtol, atol):
        return
    hint = "wrong values"
    for mistake, wrong in (mistakes or {}).items():
        if _agree(got, np.asarray(wrong), rtol, atol):
            hint = mistake
            break
    difference = _first_difference(got, expected, rtol, atol)
    raise AssertionError(f"{what}: {_sentence(hint)} {difference}")


def equal(
    got, expected, what: str, mistakes: Mapping[str, object] | None = None
) -> None:
    """Check a single value, such as a name, a flag or a tuple.

    NumPy's numbers are numbers, and a list is as good as a tuple; True is no 1.
    """
    _not_none(got, what)
    if _same(got, expected):
        return
    message = f"{what}: expected {expected!r}, but got {_told(got)}."
    raise AssertionError(message + _hint(got, mistakes))


def count(
    got, expected: int, what: str, mistakes: Mapping[str, int] | None = None
) -> None:
    """Check a whole number, such as a parameter count, and say how far off it is."""
    got = _number(got, what)
    if got == expected:
        return
    off = f" ({got - expected:+,})" if isinstance(got, int) else ""
    message = f"{what}: expected {expected:,}, but got {got:,}{off}."
    raise AssertionError(message + _hint(got, mistakes))


def at_least(got: float, gate: float, what: str) -> None:
    """Check a measured quantity, such as an accuracy, against the value to reach."""
    got = _number(got, what)
    assert got >= gate, f"{what}: expected at least {gate:.3g}, but got {got:.3g}."


def keys(got, expected: Sequence[str], what: str) -> None:
    """Check that `got` is a dictionary with at least the expected keys."""
    _not_none(got, what)
    assert isinstance(got, dict), (
        f"{what}: expected a dictionary, but got {type(got).__name__}."
    )
    missing = [key for key in expected if key not in got]
    assert not missing, (
        f"{what}: the dictionary has no {', '.join(map(repr, missing))}; "
        f"it has {', '.join(map(repr, got)) or 'nothing'}."
    )


def keras_model(got, input_shape, output_shape, what: str) -> None:
    """Check that `got` is a built Keras model from one shape to the other.

    Shapes leave the batch axis out; (28, 28, 1) is one grey image.
    """
    _model(got, what)
    # A subclass of keras.Model has no shapes of its own.
    shapes = [getattr(got, f"{side}_shape", None) for side in ("input", "output")]
    assert got.built and None not in shapes, (
        f"{what}: the model doesn't know its input shape yet. "
        "Begin it with keras.Input(shape)."
    )
    for side, expected in (("input", input_shape), ("output", output_shape)):
        got_shape, wanted = shapes.pop(0), (None, *expected)
        assert got_shape == wanted, (
            f"{what}: expected {side} shape {_tuple(wanted)}, but got {got_shape}."
        )


def weight_shapes(model, expected: Sequence[Sequence[int]], what: str) -> None:
    """Check the shapes of all kernels (weights of two axes or more), in any order."""
    _model(model, what)
    got = sorted(tuple(w.shape) for w in model.trainable_weights if len(w.shape) > 1)
    wanted = sorted(tuple(s) for s in expected)
    missing, extra = _without(wanted, got), _without(got, wanted)
    assert not (missing or extra), (
        f"{what}: expected kernels of the shapes {wanted}"
        + (f"; missing {missing}" if missing else "")
        + (f"; unexpected {extra}" if extra else "")
        + "."
    )


# --- how it is said ------------------------------------------------------------------


def _not_none(got, what: str) -> None:
    assert got is not None, f"{what}: got None. Is the `return` missing?"


def _array(got, what: str) -> np.ndarray:
    _not_none(got, what)
    try:
        array = np.asarray(got)
    except Exception:  # a ragged list, a symbolic tensor, an object of the student's
        array = None
    if array is None or array.dtype == object:
        raise AssertionError(
            f"{what}: expected an array of numbers, but got {type(got).__name__}."
        )
    return array


def _number(got, what: str) -> int | float:
    """A Python number, also where it came as an array or a tensor of one element."""
    array = _array(got, what)
    kind = f" of shape {_tuple(array.shape)}" if array.ndim else ""
    assert array.size == 1 and array.dtype.kind in "biuf", (
        f"{what}: expected a number, but got {type(got).__name__}{kind}."
    )
    return array.item()


def _model(got, what: str) -> None:
    _not_none(got, what)
    assert isinstance(got, keras.Model), (
        f"{what}: expected a Keras model, but got {type(got).__name__}."
    )


def _agree(got: np.ndarray, expected: np.ndarray, rtol: float, atol: float) -> bool:
    return got.shape == expected.shape and bool(
        np.all(_near(got, expected, rtol, atol))
    )


def _near(got: np.ndarray, expected: np.ndarray, rtol: float, atol: float):
    """Where two arrays of one shape agree: numbers up to rounding, all else exactly."""
    if all(a.dtype.kind in "biufc" for a in (got, expected)):
        return np.isclose(got, expected, rtol=rtol, atol=atol)
    if got.dtype.kind != expected.dtype.kind:
        return np.zeros(got.shape, dtype=bool)
    return np.asarray(got == expected)


def _first_difference(
    got: np.ndarray, expected: np.ndarray, rtol: float, atol: float
) -> str:
    place = tuple(np.argwhere(~_near(got, expected, rtol, atol))[0])
    told = f"xpected {_value(expected[place])}, but got {_value(got[place])}."
    if not place:
        return f"E{told}"
    return f"For example at [{', '.join(map(str, place))}]: e{told}"


def _value(element) -> str:
    """An element of an array, a number to six digits."""
    if isinstance(element, np.inexact | np.integer):
        return f"{element:.6g}"
    return _told(element.item())


def _told(got) -> str:
    """`repr`, whatever the student's object makes of it, but not pages of it."""
    try:
        told = repr(_plain(got))
    except Exception:
        told = f"an object of type {type(got).__name__}"
    return told if len(told) <= 200 else f"{told[:200]}…"


def _plain(value):
    """The same in plain Python where it came from NumPy."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, tuple):
        return tuple(_plain(item) for item in value)
    return value


def _same(got, expected) -> bool:
    got, expected = _plain(got), _plain(expected)
    if isinstance(got, list | tuple) and isinstance(expected, list | tuple):
        return len(got) == len(expected) and all(map(_same, got, expected))
    if isinstance(got, int | float) and isinstance(expected, int | float):
        bools = isinstance(got, bool) + isinstance(expected, bool)
        return got == expected and bools != 1
    try:
        return type(got) is type(expected) and bool(got == expected)
    except Exception:  # what an object of the student's makes of ==
        return False


def _hint(got, mistakes: Mapping[str, object] | None) -> str:
    for hint, wrong in (mistakes or {}).items():
        if _same(got, wrong):
            return f" {_sentence(hint[0].upper() + hint[1:])}"
    return ""


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _without(shapes: list[tuple], others: list[tuple]) -> list[tuple]:
    """`shapes` less `others`, each as often as it occurs."""
    left = list(shapes)
    for other in others:
        if other in left:
            left.remove(other)
    return left


def _tuple(shape: Sequence[int | None]) -> str:
    """(28, 28, 1), with plain ints whatever NumPy made of them."""
    return str(tuple(None if n is None else int(n) for n in shape))
