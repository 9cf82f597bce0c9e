"""Wrong: as many strides as stamps, so the output ends in zeros.

fails: test_transposed_shape, test_transposed_values
says: test_transposed_shape: not n
"""


# %% [transposed_conv2d]
def transposed_conv2d(x, kernel, stride):
    (rows, columns), (high, wide) = x.shape, kernel.shape
    out = np.zeros((rows * stride + high, columns * stride + wide))
    for i, j in np.ndindex(x.shape):
        top, left = i * stride, j * stride
        out[top : top + high, left : left + wide] += x[i, j] * kernel
    return out
