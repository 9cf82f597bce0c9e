"""What lecture 03 shows in NumPy agrees with SciPy and Keras on random settings."""

import keras
import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import signal

from tests.lectures.random_settings import close, few, seeds, several, sizes, small
from tests.notebook_code import definitions

LECTURE = "lectures/03_convolution_arithmetic.ipynb"
CELLS = ("cross_correlate2d", "output_size", "z_loops", "conv2d", "count", "seen")
CELLS += ("receptive_field", "transposed", "transposed_size", "stamped")
lecture = definitions(LECTURE, *CELLS)


@several
@given(sizes, sizes, small, small, seeds)
def test_cross_correlate2d_is_scipys(height, width, rows, columns, seed):
    assume(rows <= height and columns <= width)
    rng = np.random.default_rng(seed)
    image, kernel = rng.normal(size=(height, width)), rng.normal(size=(rows, columns))
    expected = signal.correlate2d(image, kernel, mode="valid")
    close(lecture["cross_correlate2d"](image, kernel), expected)


@several
@given(st.integers(1, 30), st.integers(1, 7), small, st.integers(0, 6), small)
def test_output_size_is_keras(i, k, s, p, d):
    assume(d * (k - 1) + 1 <= i + 2 * p)
    assume(s == 1 or d == 1)  # Keras refuses both
    layer = keras.layers.Conv1D(1, k, strides=s, dilation_rate=d)
    _, size, _ = layer.compute_output_shape((None, i + 2 * p, 1))
    assert lecture["output_size"](i, k, s, p, d) == size


@several
@given(sizes, sizes, small, small, small, small, seeds)
def test_loops_are_scipys_summed(height, width, channels, filters, rows, columns, seed):
    assume(rows <= height and columns <= width)
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(channels, height, width))
    kernels = rng.normal(size=(filters, channels, rows, columns))
    expected = [signal.correlate(x, kernel, mode="valid")[0] for kernel in kernels]
    close(lecture["conv_loops"](x, kernels), expected)


@few
@given(sizes, sizes, small, small, small, small, small, st.integers(0, 3), seeds)
def test_conv2d_is_keras(height, width, channels, filters, rows, columns, s, p, seed):
    assume(rows <= height + 2 * p and columns <= width + 2 * p)
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(channels, height, width))
    kernels = rng.normal(size=(filters, channels, rows, columns))
    bias = rng.normal(size=filters)
    padded = np.pad(x, ((0, 0), (p, p), (p, p))).transpose(1, 2, 0)[np.newaxis]
    layer = keras.layers.Conv2D(filters, (rows, columns), strides=s, dtype="float64")
    layer.build(padded.shape)
    layer.set_weights([kernels.transpose(2, 3, 1, 0), bias])
    expected = keras.ops.convert_to_numpy(layer(padded))[0].transpose(2, 0, 1)
    close(lecture["conv2d"](x, kernels, bias, stride=s, padding=p), expected)
    counted = lecture["conv_parameters"](rows, columns, channels, filters)
    assert counted == layer.count_params()


@several
@given(st.lists(st.tuples(small, small, small), min_size=1, max_size=4))
def test_receptive_field_is_the_cells_seen(layers):
    """Each pixel that counts is found by an impulse at it."""
    field = lecture["receptive_field"](layers)
    reached = []
    for place in range(field + 1):
        x = np.zeros(field + 1)
        x[place] = 1
        for k, s, d in layers:
            taps = np.zeros(d * (k - 1) + 1)
            taps[::d] = 1
            x = np.correlate(x, taps, mode="valid")[::s]
        reached.append(x[0] > 0)
    assert np.flatnonzero(reached).tolist() == lecture["seen"](layers)
    assert reached[field - 1] and not reached[field]


@few
@given(sizes, st.integers(1, 6), small, seeds)
def test_transposed_is_keras(n, k, s, seed):
    rng = np.random.default_rng(seed)
    x, kernel = rng.normal(size=n), rng.normal(size=k)
    layer = keras.layers.Conv1DTranspose(1, k, strides=s, dtype="float64")
    layer.build((None, n, 1))
    layer.set_weights([kernel.reshape(k, 1, 1), np.zeros(1)])
    expected = keras.ops.convert_to_numpy(layer(x.reshape(1, n, 1))).ravel()
    got = lecture["transposed"](x, kernel, s)
    assert len(got) == lecture["transposed_size"](n, k, s)
    if k < s:  # Keras fills the last step up with zeros
        got = np.pad(got, (0, s - k))
    close(got, expected)


@several
@given(st.integers(1, 30), st.integers(1, 7), small, st.integers(0, 6))
def test_transposed_size_is_the_way_back(i, k, s, p):
    assume(k <= i + 2 * p)
    rest = (i + 2 * p - k) % s
    there = lecture["output_size"](i, k, s, p)
    assert lecture["transposed_size"](there, k, s, p, a=rest) == i


@several
@given(small, small, small, small, seeds)
def test_stamped_is_scipys(height, width, k, s, seed):
    image = np.random.default_rng(seed).normal(size=(height, width))
    spread = np.zeros(((height - 1) * s + 1, (width - 1) * s + 1))
    spread[::s, ::s] = image
    close(lecture["stamped"](image, k, s), signal.convolve2d(spread, np.ones((k, k))))
