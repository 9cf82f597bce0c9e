"""Wrong: the way back is cut to rows times stride.

fails: test_transposed_shape, test_transposed_values
says: test_transposed_shape: rows times stride
"""


# %% [transposed_conv2d]
def transposed_conv2d(x, kernel, stride):
    (rows, columns), (high, wide) = x.shape, kernel.shape
    out = np.zeros(((rows - 1) * stride + high, (columns - 1) * stride + wide))
    for i, j in np.ndindex(x.shape):
        top, left = i * stride, j * stride
        out[top : top + high, left : left + wide] += x[i, j] * kernel
    return out[: rows * stride, : columns * stride]
