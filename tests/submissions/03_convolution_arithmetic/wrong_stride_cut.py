"""Wrong: the output is made smaller by cutting, not by skipping.

fails: test_conv2d_stride, test_conv2d_padding
says: test_conv2d_stride: skip
"""


# %% [conv2d]
def conv2d(x, kernels, bias, stride=1, padding=0):
    x = np.pad(x, ((padding, padding), (padding, padding), (0, 0)))
    high, wide, _, filters = kernels.shape
    rows, columns = (x.shape[0] - high) // stride + 1, (x.shape[1] - wide) // stride + 1
    out = np.zeros((rows, columns, filters))
    for i in range(rows):
        for j in range(columns):
            window = x[i : i + high, j : j + wide]
            out[i, j] = np.tensordot(window, kernels, axes=3) + bias
    return out
