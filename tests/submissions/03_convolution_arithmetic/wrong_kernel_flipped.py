"""Wrong: the kernel is flipped, true convolution, also in the way back.

fails: test_conv2d_one_channel, test_conv2d_channels, test_conv2d_bias, test_conv2d_stride, test_conv2d_padding, test_transposed_values
says: test_conv2d_one_channel: flipped
says: test_transposed_values: flipped
"""


# %% [conv2d]
def conv2d(x, kernels, bias, stride=1, padding=0):
    x = np.pad(x, ((padding, padding), (padding, padding), (0, 0)))
    kernels = kernels[::-1, ::-1]
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], (0, 1))
    windows = windows[::stride, ::stride]
    return np.einsum("rscmn,mncf->rsf", windows, kernels) + bias


# %% [transposed_conv2d]
def transposed_conv2d(x, kernel, stride):
    (rows, columns), (high, wide) = x.shape, kernel.shape
    out = np.zeros(((rows - 1) * stride + high, (columns - 1) * stride + wide))
    for i, j in np.ndindex(x.shape):
        top, left = i * stride, j * stride
        out[top : top + high, left : left + wide] += x[i, j] * kernel[::-1, ::-1]
    return out
