"""NumPy in lectures 01, 02 and 04 agrees with SciPy, scikit-image and TensorFlow."""

import keras
import numpy as np
import tensorflow as tf
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import signal
from skimage.feature import match_template

from tests.lectures.random_settings import close, few, seeds, several, sizes, small
from tests.notebook_code import definitions

CELLS_01 = ("respond", "cross_correlate", "length", "centred")
signals = definitions("lectures/01_signals_and_filters.ipynb", *CELLS_01)
CELLS_02 = ("correlate_loops", "correlate", "ncc", "correlate_fft")
images = definitions("lectures/02_finding_waldo.ipynb", *CELLS_02)
CELLS_04 = ("im2col", "patches_of", "forward", "col2im", "kernel_gradient")
CELLS_04 += ("bias_gradient", "input_gradient", "pool")
layers = definitions("lectures/04_backpropagating_convolutions.ipynb", *CELLS_04)

lengths = st.integers(1, 30)


# --- 01: one direction ---------------------------------------------------------------


@several
@given(lengths, small, seeds)
def test_respond_is_scipys_convolution(n, m, seed):
    rng = np.random.default_rng(seed)
    x, h = rng.normal(size=n), rng.normal(size=m)
    close(signals["respond"](x, h), signal.convolve(x, h, method="direct"))


@several
@given(lengths, sizes, small, st.integers(0, 5), seeds)
def test_cross_correlate_is_scipys(n, m, stride, padding, seed):
    assume(m <= n + 2 * padding)
    rng = np.random.default_rng(seed)
    x, k = rng.normal(size=n), rng.normal(size=m)
    padded = np.pad(x, padding)
    expected = signal.correlate(padded, k, mode="valid", method="direct")[::stride]
    close(signals["cross_correlate"](x, k, stride, padding), expected)
    assert signals["output_length"](n, m, stride, padding) == len(expected)


@several
@given(st.integers(7, 30), st.integers(0, 3), seeds)
def test_centred_is_scipys_same(n, m, seed):
    rng = np.random.default_rng(seed)
    x, k = rng.normal(size=n), rng.normal(size=2 * m + 1)
    expected = signal.convolve(x, k, mode="same", method="direct")
    close([signals["centred"](x, k, t) for t in range(n)], expected)


# --- 02: two directions --------------------------------------------------------------


@several
@given(sizes, sizes, small, small, seeds)
def test_three_ways_to_correlate_are_scipys(height, width, rows, columns, seed):
    assume(rows <= height and columns <= width)
    rng = np.random.default_rng(seed)
    image, kernel = rng.normal(size=(height, width)), rng.normal(size=(rows, columns))
    expected = signal.correlate2d(image, kernel, mode="valid")
    for name in ("correlate_loops", "correlate", "correlate_fft"):
        close(images[name](image, kernel), expected)


@several
@given(st.integers(8, 30), st.integers(8, 30), st.integers(2, 8), seeds)
def test_normalized_is_scikit_images(height, width, size, seed):
    rng = np.random.default_rng(seed)
    image, template = rng.normal(size=(height, width)), rng.normal(size=(size, size))
    close(images["normalized"](image, template), match_template(image, template))


# --- 04: layers, forward and backward ------------------------------------------------


@several
@given(sizes, sizes, small, small, seeds)
def test_im2col_and_col2im(height, width, rows, columns, seed):
    assume(rows <= height and columns <= width)
    rng = np.random.default_rng(seed)
    image, kernel = rng.normal(size=(height, width)), rng.normal(size=(rows, columns))
    expected = signal.correlate2d(image, kernel, mode="valid")
    matrix = layers["im2col"](image, rows, columns)
    close((matrix @ kernel.ravel()).reshape(expected.shape), expected)
    # col2im is the transpose of im2col.
    delta = rng.normal(size=expected.shape)
    back = layers["col2im"](np.outer(delta, kernel), image.shape, *kernel.shape)
    close(back, signal.convolve2d(delta, kernel))


@few
@given(sizes, sizes, small, small, small, small, small, seeds)
def test_layer_and_its_gradients_are_tensorflows(
    height, width, channels, filters, rows, columns, stride, seed
):
    assume(rows <= height and columns <= width)
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2, height, width, channels))
    kernel = rng.normal(size=(rows, columns, channels, filters))
    bias = rng.normal(size=filters)
    given_values = [tf.Variable(value) for value in (x, kernel, bias)]
    with tf.GradientTape() as tape:
        y = keras.ops.conv(*given_values[:2], stride, "valid") + given_values[2]
    delta = rng.normal(size=y.shape)
    close(layers["forward"](x, kernel, bias, stride), y)
    expected = tape.gradient(y, given_values, output_gradients=tf.constant(delta))
    close(layers["input_gradient"](delta, kernel, x.shape, stride), expected[0])
    close(layers["kernel_gradient"](x, delta, rows, columns, stride), expected[1])
    close(layers["bias_gradient"](delta), expected[2])


@few
@given(small, small, st.integers(2, 3), seeds)
def test_pool_backward_is_tensorflows(rows, columns, size, seed):
    rng = np.random.default_rng(seed)
    x = tf.Variable(rng.normal(size=(1, rows * size, columns * size, 1)))
    delta = rng.normal(size=(rows, columns))
    with tf.GradientTape() as tape:
        y = tf.nn.max_pool2d(x, size, size, "VALID")
    arriving = tf.constant(delta[np.newaxis, :, :, np.newaxis])
    expected = tape.gradient(y, x, output_gradients=arriving)[0, :, :, 0]
    close(layers["pool_backward"](delta, x.numpy()[0, :, :, 0], size), expected)
