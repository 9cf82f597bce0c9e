"""Correct: SciPy's signals, FFT for the channels, other dilations and sigmoids in the wide
view.

fails: nothing
"""

# %% [output_shape]
from math import floor


def output_shape(
    input_shape, filters, kernel_size, stride=(1, 1), padding=(0, 0), dilation=(1, 1)
):
    def size(i, k, s, p, d):
        k = k + (k - 1) * (d - 1)
        return floor((i + 2 * p - k) / s + 1)

    rows, columns, _ = input_shape
    return (
        size(rows, kernel_size[0], stride[0], padding[0], dilation[0]),
        size(columns, kernel_size[1], stride[1], padding[1], dilation[1]),
        filters,
    )


# %% [conv2d]
from scipy.signal import fftconvolve


def conv2d(x, kernels, bias, stride=1, padding=0):
    x = np.pad(x, ((padding, padding), (padding, padding), (0, 0)))
    maps = []
    for f in range(kernels.shape[3]):
        flipped = kernels[::-1, ::-1, :, f]
        parts = fftconvolve(x, flipped, mode="valid", axes=(0, 1))
        maps.append(parts.sum(axis=2)[::stride, ::stride] + bias[f])
    return np.stack(maps, axis=-1)


# %% [receptive_field]
def receptive_field(layers):
    field = 1
    for kernel, stride, dilation in layers[::-1]:
        field = (field - 1) * stride + dilation * (kernel - 1) + 1
    return field


# %% [wide_view]
def wide_view(input_shape):
    layers = [keras.Input(input_shape)]
    for d in (3, 2, 2):
        conv = keras.layers.Conv2D(1, 3, dilation_rate=(d, d), activation="sigmoid")
        layers.append(conv)
    return keras.Sequential(layers)


# %% [transposed_conv2d]
from scipy.signal import convolve2d


def transposed_conv2d(x, kernel, stride):
    spread = np.kron(x, np.eye(1, stride * stride).reshape(stride, stride))
    if stride > 1:
        spread = spread[: 1 - stride, : 1 - stride]
    return convolve2d(spread, kernel, mode="full")
