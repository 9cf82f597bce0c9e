"""Wrong: one bias for the whole layer, and the first filter's added to all.

fails: test_conv_parameters, test_conv2d_bias
says: test_conv_parameters: of its own
says: test_conv2d_bias: not the first
"""


# %% [conv_parameters]
def conv_parameters(kernel_size, channels, filters, use_bias=True):
    return kernel_size[0] * kernel_size[1] * channels * filters + use_bias


# %% [conv2d]
def conv2d(x, kernels, bias, stride=1, padding=0):
    x = np.pad(x, ((padding, padding), (padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], (0, 1))
    windows = windows[::stride, ::stride]
    return np.einsum("rscmn,mncf->rsf", windows, kernels) + bias[0]
