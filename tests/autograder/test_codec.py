"""Plain data crosses as what it is, and what is read can't run or ask for memory."""

import io
import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from autograder.codec import Decoder, Encoder, NotPlain, Unreadable, read_npy


def refuse(encoder, value, depth):
    raise NotPlain(f"it is a {type(value).__name__}")


def read(coded, *blobs):
    return Decoder([memoryview(blob) for blob in blobs], unknown)(coded)


def unknown(decoder, tag, rest):
    raise Unreadable(f"the tag {tag}")


def crossed(value):
    encoder = Encoder(refuse)
    coded = encoder(value)
    return read(coded, *encoder.blobs)


def same(one, two) -> bool:
    """Equal to the last bit, with equal types at all depths."""
    if type(one) is not type(two):
        return False
    if isinstance(one, np.ndarray | np.generic):
        if one.dtype == object:
            pairs = zip(one.ravel(), two.ravel(), strict=True)
            return one.shape == two.shape and all(same(*pair) for pair in pairs)
        equal = one.dtype == two.dtype and one.shape == two.shape
        return equal and one.tobytes() == two.tobytes()
    if isinstance(one, float):
        return repr(one) == repr(two)
    if isinstance(one, complex):
        return same([one.real, one.imag], [two.real, two.imag])
    if isinstance(one, list | tuple):
        pairs = zip(one, two, strict=False)
        return len(one) == len(two) and all(same(*pair) for pair in pairs)
    if isinstance(one, dict):
        return same(list(one.items()), list(two.items()))
    return one == two


keys = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.tuples(inner, inner),
    max_leaves=4,
)
arrays = npst.arrays(
    npst.scalar_dtypes(), npst.array_shapes(min_dims=0, max_dims=3, min_side=0)
)
scalars = arrays.filter(lambda a: a.size).map(lambda a: a.flat[0])
plain = st.recursive(
    keys | st.complex_numbers() | arrays | scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(keys, inner, max_size=4)
        | st.tuples(inner, inner)
    ),
    max_leaves=8,
)


@given(plain)
def test_plain_data_keeps_type_and_value(value):
    assert same(crossed(value), value)


@pytest.mark.parametrize(
    "value",
    [
        *(2**53, -(2**53), 1 << 20_000, float("nan"), -0.0, float("-inf"), 1j - 0.0),
        *("\ud800 \0 ü", b"\xff", bytearray(b"a"), {1, (2, 3)}, frozenset({"a"})),
        *(range(3, 20, 4), Fraction(1, 3), np.float32(0.1), np.bool(True)),
        *(np.datetime64("2026-01-01"), np.str_("word"), np.longdouble(1) / 3),
        np.array([[1, "a"], [None, [2]]], dtype=object),
        np.zeros((2, 3), order="F"),
        np.array([(1, 2.0)], dtype=[("n", "i4"), ("x", "f8")]),
        np.zeros((0, 3)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_special_values(value):
    assert same(crossed(value), value)


def test_floats_of_keras():
    ml_dtypes = pytest.importorskip("ml_dtypes")
    value = np.array([1.5, -2], ml_dtypes.bfloat16)
    assert same(crossed(value), value)


class Liar(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__

    def __index__(self):
        return 7


def test_subclasses_cross_as_their_base():
    class Masked(np.ndarray):
        pass

    class Row(list):
        def __iter__(self):
            return iter("liar")

    assert same(crossed(Liar(3)), 3)
    assert same(crossed(np.arange(3).view(Masked)), np.arange(3))
    assert same(crossed(Row([1, 2])), [1, 2])


def test_what_is_not_plain_says_why():
    endless = []
    endless.append(endless)
    for value, word in [
        (endless, "nested"),
        ([0] * 3_000_001, "parts"),
        (object(), "object"),
        (np.array([(1,)], dtype=[("x", object)]), "objects"),
    ]:
        with pytest.raises(NotPlain, match=word):
            Encoder(refuse)(value)


class Runs:
    def __reduce__(self):
        return print, ("this ran",)


def npy(shape, dtype="<f8", data=b"") -> bytes:
    file = io.BytesIO()
    header = {"descr": dtype, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
    return file.getvalue() + data


def test_arrays_are_as_large_as_they_say(capsys):
    pickled = io.BytesIO()
    np.save(pickled, np.array([Runs()], dtype=object), allow_pickle=True)
    bad = [
        npy((10**10,)),
        npy((-2, -4), data=bytes(64)),
        npy((10**18,), "<U0"),
        npy((1,), "|O", bytes(8)),
        pickled.getvalue(),
        pickle.dumps(Runs()),
        b"",
        npy((3,), data=bytes(24))[:40],
    ]
    for blob in bad:
        with pytest.raises(Unreadable):
            read_npy(memoryview(blob))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "coded",
    [
        *([], ["x"], ["i", "zz"], ["i"], ["a", 0], ["a", "b"], {"a": 1}, [["l"]]),
        *(["d", [[["l", []], 1]]], ["n", "|O8", "00"], ["n", "<f8", "00"], ["l", 5]),
        *(["o", [2], [1]], ["r", ["l", ["a", 1, 2]]], ["q", ["l", [1, 0]]]),
        *(["w", "object", 1], ["c", ["l", []]], ["f", "x"]),
    ],
)
def test_nonsense_is_unreadable(coded):
    with pytest.raises(Unreadable):
        read(coded)


def test_deep_nonsense_is_unreadable():
    coded = 1
    for _ in range(100_000):
        coded = ["l", [coded]]
    with pytest.raises(Unreadable):
        read(coded)
