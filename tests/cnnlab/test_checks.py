"""The checks pass what is right, refuse what is wrong, and say why in one line."""

import collections

import keras
import numpy as np
import pytest
import tensorflow as tf

from cnnlab import checks


def refusal(check, *arguments, **options) -> str:
    """Return what a check says; it must refuse, by AssertionError alone."""
    with pytest.raises(AssertionError) as caught:
        check(*arguments, **options)
    return str(caught.value)


# --- right answers, in whatever form -------------------------------------------------


class Size(collections.namedtuple("Size", "height width")):
    """A tuple of another name."""


@pytest.mark.parametrize(
    ("check", "answer", "expected"),
    [
        (checks.shape, np.zeros((2, 3)), (2, 3)),
        (checks.shape, np.zeros((2, 3)), (None, 3)),
        (checks.shape, [[1, 2, 3], [4, 5, 6]], [2, 3]),
        (checks.shape, tf.zeros((2, 3)), np.array([2, 3])),
        (checks.shape, 5, ()),
        (checks.dtype, np.zeros(2, "float32"), "float32"),
        (checks.dtype, tf.zeros(2), "float32"),
        (checks.close, [1, 2], np.array([1.0, 2.0])),
        (checks.close, np.array([1, 2], np.uint8), [1, 2]),
        (checks.close, (0.1, 0.2), np.array([0.1, 0.2], "float32")),
        (checks.close, np.float32(1) / 3, 1 / 3),
        (checks.close, tf.constant([0.5]), [0.5]),
        (checks.close, [True, False], [1, 0]),
        (checks.close, ["a", "b"], np.array(["a", "b"])),
        (checks.close, np.zeros((2, 0)), np.zeros((2, 0))),
        (checks.close, [np.inf], [np.inf]),
        (checks.close, 1 + 1j, 1 + 1j),
        (checks.equal, "same", "same"),
        (checks.equal, np.str_("same"), "same"),
        (checks.equal, np.int64(3), 3),
        (checks.equal, 3, np.int32(3)),
        (checks.equal, 3.0, 3),
        (checks.equal, np.True_, True),
        (checks.equal, [14, 14], (14, 14)),
        (checks.equal, (np.int64(14), 14), (14, 14)),
        (checks.equal, np.array([14, 14]), (14, 14)),
        (checks.equal, Size(14, 14), (14, 14)),
        (checks.count, 3, 3),
        (checks.count, np.int64(3), 3),
        (checks.count, np.float32(3), 3),
        (checks.count, np.array([3]), 3),
        (checks.count, tf.constant(3), 3),
        (checks.at_least, 0.9, 0.9),
        (checks.at_least, np.float32(0.95), 0.9),
        (checks.at_least, tf.constant(0.95), 0.9),
        (checks.at_least, 1, 0.9),
        (checks.keys, {"a": 1, "b": 2}, ["a"]),
        (checks.keys, collections.defaultdict(list, a=[]), ["a"]),
    ],
)
def test_right_answers_pass(check, answer, expected):
    check(answer, expected, "answer")


def test_rounding_in_float32_passes():
    """The same sum in another order and precision, as students' loops give it."""
    rng = np.random.default_rng(0)
    image, kernel = rng.random((200, 9)), rng.random(9)
    loops = np.zeros(200, "float32")
    for i in range(9):
        loops += (image[:, i] * kernel[i]).astype("float32")
    checks.close(loops, image @ kernel, "response")


# --- wrong answers, and what is said -------------------------------------------------


@pytest.mark.parametrize(
    ("check", "answer", "expected", "told"),
    [
        (checks.shape, np.zeros((2, 3)), (3, 2), ["(3, 2)", "(2, 3)"]),
        (checks.shape, np.zeros(2), (2, 1), ["(2, 1)", "(2,)"]),
        (checks.shape, np.zeros((2, 3)), (None, 4), ["(None, 4)", "(2, 3)"]),
        (checks.dtype, np.zeros(2), "float32", ["float32", "float64"]),
        (checks.close, np.zeros((2, 3)), np.zeros((3, 2)), ["(3, 2)", "(2, 3)"]),
        (checks.close, [1, 2, 4], [1, 2, 3], ["[2]", "expected 3", "got 4"]),
        (checks.close, [[1.0, 2.5]], [[1.0, 2.0]], ["[0, 1]", "2.5"]),
        (checks.close, [1.0, np.nan], [1.0, 2.0], ["[1]", "got nan"]),
        (checks.close, 0.5, 0.25, ["Expected 0.25", "got 0.5"]),
        (checks.close, 2, 3, ["Expected 3", "got 2"]),
        (checks.close, [True, True], [True, False], ["[1]", "False", "True"]),
        (checks.close, ["a", "c"], ["a", "b"], ["[1]", "'b'", "'c'"]),
        (checks.close, ["1"], [1], ["[0]", "expected 1", "got '1'"]),
        (checks.equal, "valid", "same", ["'same'", "'valid'"]),
        (checks.equal, True, 1, ["1", "True"]),
        (checks.equal, 0, False, ["False", "0"]),
        (checks.equal, (1, 2), (2, 1), ["(2, 1)", "(1, 2)"]),
        (checks.equal, [1], (1, 2), ["(1, 2)", "[1]"]),
        (checks.equal, "3", 3, ["expected 3", "got '3'"]),
        (checks.equal, np.float64(0.5), 1, ["expected 1", "got 0.5."]),
        (checks.count, 1_352, 1_320, ["1,320", "1,352", "(+32)"]),
        (checks.count, np.int64(10), 12, ["12", "10", "(-2)"]),
        (checks.count, 2.5, 3, ["3", "2.5"]),
        (checks.count, np.nan, 3, ["3", "nan"]),
        (checks.at_least, 0.5, 0.9, ["0.9", "0.5"]),
        (checks.at_least, np.nan, 0.9, ["0.9", "nan"]),
        (checks.keys, {"acc": []}, ["accuracy"], ["'accuracy'", "'acc'"]),
        (checks.keys, {}, ["accuracy"], ["nothing"]),
        (checks.keys, [1], ["accuracy"], ["dictionary", "list"]),
    ],
)
def test_wrong_answers_are_explained(check, answer, expected, told):
    message = refusal(check, answer, expected, "my answer")
    assert message.startswith("my answer: ")
    assert message.endswith(".")
    for words in told:
        assert words in message


def test_shown_place_is_one_that_differs():
    """The example lies beyond the tolerance that was asked for."""
    expected = np.array([1.0, 1.0, 1.0])
    message = refusal(checks.close, [1.001, 1.0, 2.0], expected, "x", rtol=0.01)
    assert "[2]" in message
    message = refusal(checks.close, [1 + 1e-7, 1, 1], expected, "x", None, 0, 0)
    assert "[0]" in message


HINTS = {"is the bias missing?": 10, "the kernel is flipped": 20}


@pytest.mark.parametrize(
    ("check", "expected"), [(checks.count, 42), (checks.equal, 42), (checks.close, 42)]
)
@pytest.mark.parametrize("form", [int, np.int64, float])
def test_known_mistakes_get_their_hint(check, expected, form):
    assert "s the bias missing? " in refusal(check, form(10), 42, "x", HINTS) + " "
    assert "he kernel is flipped. " in refusal(check, form(20), 42, "x", HINTS) + " "
    message = refusal(check, form(30), 42, "x", HINTS)
    assert "flipped" not in message
    assert "bias" not in message
    check(form(42), 42, "x", HINTS)


def test_hint_on_an_array_comes_with_the_difference():
    image = np.arange(4.0)
    mistakes = {"this is the flipped kernel's result": image[::-1]}
    message = refusal(checks.close, image[::-1], image, "response", mistakes)
    assert message == (
        "response: this is the flipped kernel's result. "
        "For example at [0]: expected 0, but got 3."
    )


def test_hints_of_other_shapes_are_passed_over():
    mistakes = {"other": np.zeros((3, 3)), "zeros": np.zeros(2)}
    assert "zeros" in refusal(checks.close, [0, 0], [1, 2], "x", mistakes)


# --- models --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dense():
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])


def test_right_models_pass(dense):
    checks.keras_model(dense, (3,), (2,), "model")
    checks.weight_shapes(dense, [(3, 2)], "model")
    image = keras.Input((None, None, 1))
    anywhere = keras.Model(image, keras.layers.Conv2D(4, 3)(image))
    checks.keras_model(anywhere, (None, None, 1), [None, None, 4], "model")
    checks.weight_shapes(anywhere, [[3, 3, 1, 4]], "model")


def test_wrong_model_shapes(dense):
    message = refusal(checks.keras_model, dense, (4,), (2,), "build()")
    assert message == "build(): expected input shape (None, 4), but got (None, 3)."
    message = refusal(checks.keras_model, dense, (3,), (5,), "build()")
    assert message == "build(): expected output shape (None, 5), but got (None, 2)."


def test_wrong_kernels(dense):
    message = refusal(checks.weight_shapes, dense, [(3, 2), (3, 2)], "build()")
    assert message.startswith("build(): ")
    assert "missing [(3, 2)]" in message
    assert "unexpected" not in message
    message = refusal(checks.weight_shapes, dense, [], "build()")
    assert "unexpected [(3, 2)]" in message


class Subclassed(keras.Model):
    """A model that has no shapes until asked with data."""

    def __init__(self):
        super().__init__()
        self.layer = keras.layers.Dense(2)

    def call(self, x):
        return self.layer(x)


def test_models_without_shapes_are_told_to_begin_with_input():
    subclassed = Subclassed()
    subclassed(np.zeros((1, 3)))
    for model in (keras.Sequential([keras.layers.Dense(2)]), subclassed):
        assert "keras.Input" in refusal(checks.keras_model, model, (3,), (2,), "m")


def test_models_with_several_inputs_or_outputs(dense):
    one, two = keras.Input((3,)), keras.Input((3,))
    for model in (
        keras.Model([one, two], keras.layers.Add()([one, two])),
        keras.Model(one, [dense(one), one]),
    ):
        message = refusal(checks.keras_model, model, (3,), (2,), "m")
        assert "(None, 3)" in message


# --- answers that are no answers -----------------------------------------------------


class Surly:
    """An object that answers every question with an error."""

    def _refuse(self, *_, **__):
        raise RuntimeError("no")

    __array__ = __eq__ = __repr__ = __len__ = __bool__ = __float__ = _refuse
    __hash__ = None


class Flatterer:
    """An object that is equal to everything."""

    def __eq__(self, other):
        return True

    __hash__ = None


ODD = {
    "None": None,
    "string": "seven",
    "number in a string": "7",
    "bytes": b"7",
    "ragged list": [[1, 2], [3]],
    "list of None": [None, 7],
    "mixed list": [7, "a"],
    "dict": {"a": 7},
    "set": {7, 8},
    "generator": (i for i in range(2)),
    "function": lambda: 7,
    "class": int,
    "object": object(),
    "surly object": Surly(),
    "flatterer": Flatterer(),
    "NaN": float("nan"),
    "complex": 1j,
    "huge int": 10**400,
    "bool": True,
    "int": 8,
    "empty array": np.zeros((2, 0)),
    "array": np.array([1, 2]),
    "array of None": np.array(None),
    "masked array": np.ma.array([1, 2], mask=[0, 1]),
    "date": np.datetime64("2020-01-01"),
    "tensor": tf.constant([1.0, 2.0]),
    "ragged tensor": tf.ragged.constant([[1], [1, 2]]),
    "sparse tensor": tf.sparse.from_dense([[1, 0]]),
    "symbolic tensor": keras.Input((3,)),
    "layer": keras.layers.Dense(2),
    "model": keras.Sequential([keras.layers.Dense(2)]),
}
CHECKS = {
    "shape": lambda odd: checks.shape(odd, (7, 7), "x"),
    "dtype": lambda odd: checks.dtype(odd, "int16", "x"),
    "close to a number": lambda odd: checks.close(odd, 7.5, "x", {"h": 6.5}),
    "close to an array": lambda odd: checks.close(odd, [7.5, 6], "x", {"h": [5, 5]}),
    "close to flags": lambda odd: checks.close(odd, [False, False], "x"),
    "close to words": lambda odd: checks.close(odd, ["p", "q"], "x"),
    "equal to a word": lambda odd: checks.equal(odd, "same", "x", {"h": "valid"}),
    "equal to a tuple": lambda odd: checks.equal(odd, (7, 7), "x", {"h": (6, 6)}),
    "equal to a dict": lambda odd: checks.equal(odd, {"b": 1}, "x", {"h": 1j}),
    "count": lambda odd: checks.count(odd, 77, "x", {"h": 66}),
    "at_least": lambda odd: checks.at_least(odd, 77.5, "x"),
    "keys": lambda odd: checks.keys(odd, ["b"], "x"),
    "keras_model": lambda odd: checks.keras_model(odd, (7,), (7,), "x"),
    "weight_shapes": lambda odd: checks.weight_shapes(odd, [(7, 7)], "x"),
}


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_answers_get_a_clean_refusal(check, odd):
    message = refusal(check, odd)
    assert message.startswith("x: ")
    assert len(message) < 500
    if odd is None:
        assert "return" in message


def test_long_answers_are_cut_short():
    message = refusal(checks.equal, list(range(10_000)), 1, "x")
    assert len(message) < 400


def test_all_checks_are_listed():
    assert {name.split()[0] for name in CHECKS} == set(checks.__all__)
