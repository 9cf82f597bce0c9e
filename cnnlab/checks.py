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
    for hint, wrong in (mistakes or {}).items():
        if _agree(got, np.asarray(wrong), rtol, atol):
            raise AssertionError(f"{what}: {hint}.{_first_difference(got, expected)}")
    raise AssertionError(f"{what}: wrong values.{_first_difference(got, expected)}")


def equal(
    got, expected, what: str, mistakes: Mapping[str, object] | None = None
) -> None:
    """Check a single value, such as a name, a flag or a tuple."""
    _not_none(got, what)
    if type(got) is type(expected) and got == expected:
        return
    message = f"{what}: expected {expected!r}, but got {got!r}."
    raise AssertionError(message + _hint(got, mistakes))


def count(
    got, expected: int, what: str, mistakes: Mapping[str, int] | None = None
) -> None:
    """Check a whole number, such as a parameter count, and say how far off it is."""
    _not_none(got, what)
    if got == expected:
        return
    off = f" ({got - expected:+,})" if isinstance(got, int | np.integer) else ""
    told = f"{got:,}" if isinstance(got, int | float) else repr(got)
    message = f"{what}: expected {expected:,}, but got {told}{off}."
    raise AssertionError(message + _hint(got, mistakes))


def at_least(got: float, gate: float, what: str) -> None:
    """Check a measured quantity, such as an accuracy, against the value to reach."""
    _not_none(got, what)
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
    _not_none(got, what)
    assert isinstance(got, keras.Model), (
        f"{what}: expected a Keras model, but got {type(got).__name__}."
    )
    assert got.built, (
        f"{what}: the model doesn't know its input shape yet. "
        "Begin it with keras.Input(shape)."
    )
    for got_shape, expected, side in (
        (got.input_shape, input_shape, "input"),
        (got.output_shape, output_shape, "output"),
    ):
        assert got_shape == (None, *expected), (
            f"{what}: expected {side} shape {_tuple((None, *expected))}, "
            f"but got {_tuple(got_shape)}."
        )


def weight_shapes(model, expected: Sequence[Sequence[int]], what: str) -> None:
    """Check the shapes of all kernels (weights of two axes or more), in any order."""
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
    except (TypeError, ValueError):
        array = None
    if array is None or array.dtype == object:
        raise AssertionError(
            f"{what}: expected an array of numbers, but got {type(got).__name__}."
        )
    return array


def _agree(got: np.ndarray, expected: np.ndarray, rtol: float, atol: float) -> bool:
    if got.shape != expected.shape:
        return False
    if not np.issubdtype(got.dtype, np.number) and got.dtype != bool:
        return bool(np.array_equal(got, expected))
    return bool(np.allclose(got, expected, rtol=rtol, atol=atol))


def _first_difference(got: np.ndarray, expected: np.ndarray) -> str:
    if got.ndim == 0:
        return f" Expected {expected:.6g}, but got {got:.6g}."
    different = ~np.isclose(got, expected, rtol=1e-5, atol=1e-6)
    if not different.any():
        return ""
    place = tuple(int(i) for i in np.argwhere(different)[0])
    index = ", ".join(map(str, place))
    return (
        f" For example at [{index}]: expected {expected[place]:.6g}, "
        f"but got {got[place]:.6g}."
    )


def _hint(got, mistakes: Mapping[str, object] | None) -> str:
    for hint, wrong in (mistakes or {}).items():
        if got == wrong:
            return f" {hint[0].upper()}{hint[1:]}."
    return ""


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
