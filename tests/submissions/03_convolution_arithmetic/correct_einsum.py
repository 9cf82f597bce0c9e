"""Correct: sliding windows and einsum, the transpose as a matrix, arrays returned.

fails: nothing
"""


# %% [output_shape]
def output_shape(
    input_shape, filters, kernel_size, stride=(1, 1), padding=(0, 0), dilation=(1, 1)
):
    i, k, s = np.array(input_shape[:2]), np.array(kernel_size), np.array(stride)
    p, d = np.array(padding), np.array(dilation)
    rows, columns = (i + 2 * p - d * (k - 1) - 1) // s + 1
    return rows, columns, filters


# %% [conv_parameters]
def conv_parameters(kernel_size, channels, filters, use_bias=True):
    weights = np.prod([*kernel_size, channels, filters])
    return weights + filters if use_bias else weights


# %% [conv2d]
def conv2d(x, kernels, bias, stride=1, padding=0):
    x = np.pad(x, [(padding, padding)] * 2 + [(0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], (0, 1))
    windows = windows[::stride, ::stride]
    return np.einsum("rscmn,mncf->rsf", windows, kernels, optimize=True) + bias


# %% [receptive_field]
def receptive_field(layers):
    kernel, stride, dilation = np.array(layers).T
    jump = np.cumprod(np.concatenate([[1], stride[:-1]]))
    return 1 + np.sum(dilation * (kernel - 1) * jump)


# %% [transposed_conv2d]
def transposed_conv2d(x, kernel, stride):
    high = (x.shape[0] - 1) * stride + kernel.shape[0]
    wide = (x.shape[1] - 1) * stride + kernel.shape[1]
    matrix = np.zeros((x.shape[0], x.shape[1], high, wide))
    for i, j in np.ndindex(x.shape):
        rows = slice(i * stride, i * stride + kernel.shape[0])
        columns = slice(j * stride, j * stride + kernel.shape[1])
        matrix[i, j, rows, columns] = kernel
    return (matrix.reshape(x.size, -1).T @ x.ravel()).reshape(high, wide)
