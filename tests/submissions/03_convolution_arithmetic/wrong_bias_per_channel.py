"""Wrong: the bias is added anew for each input channel, and counted so.

fails: test_conv_parameters, test_conv2d_bias
says: test_conv_parameters: not one for each input channel
says: test_conv2d_bias: once for each channel
"""


# %% [conv_parameters]
def conv_parameters(kernel_size, channels, filters, use_bias=True):
    return (kernel_size[0] * kernel_size[1] + use_bias) * channels * filters


# %% [conv2d]
def conv2d(x, kernels, bias, stride=1, padding=0):
    x = np.pad(x, ((padding, padding), (padding, padding), (0, 0)))
    out = 0
    for c in range(x.shape[2]):
        windows = np.lib.stride_tricks.sliding_window_view(
            x[:, :, c], kernels.shape[:2]
        )[::stride, ::stride]
        out = out + np.einsum("rsmn,mnf->rsf", windows, kernels[:, :, c]) + bias
    return out
