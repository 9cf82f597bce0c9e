"""Wrong: rows and columns of the kernel are exchanged.

fails: test_forward_values, test_forward_stride
says: test_forward_values: transposed
"""


# %% [conv_forward]
def conv_forward(x, kernel, bias, stride):
    height, width, channels, filters = kernel.shape
    rows = (x.shape[1] - height) // stride + 1
    columns = (x.shape[2] - width) // stride + 1
    y = np.zeros((len(x), rows, columns, filters)) + bias
    for i, j in np.ndindex(rows, columns):
        for a, b in np.ndindex(height, width):
            y[:, i, j] += x[:, i * stride + b, j * stride + a] @ kernel[a, b]
    return y
