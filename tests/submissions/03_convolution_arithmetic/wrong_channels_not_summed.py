"""Wrong: the last channel overwrites the others.

fails: test_conv2d_channels, test_conv2d_bias, test_conv2d_stride, test_conv2d_padding
says: test_conv2d_channels: overwritten
"""


# %% [conv2d]
def conv2d(x, kernels, bias, stride=1, padding=0):
    x = np.pad(x, ((padding, padding), (padding, padding), (0, 0)))
    for c in range(x.shape[2]):
        windows = np.lib.stride_tricks.sliding_window_view(
            x[:, :, c], kernels.shape[:2]
        )[::stride, ::stride]
        out = np.einsum("rsmn,mnf->rsf", windows, kernels[:, :, c]) + bias
    return out
