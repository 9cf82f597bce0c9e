"""Wrong: a stamp replaces what lies beneath it.

fails: test_transposed_values
says: test_transposed_values: replaces
"""


# %% [transposed_conv2d]
def transposed_conv2d(x, kernel, stride):
    (rows, columns), (high, wide) = x.shape, kernel.shape
    out = np.zeros(((rows - 1) * stride + high, (columns - 1) * stride + wide))
    for i, j in np.ndindex(x.shape):
        top, left = i * stride, j * stride
        out[top : top + high, left : left + wide] = x[i, j] * kernel
    return out
