"""Wrong: the kernel is flipped along its other diagonal.

fails: test_conv2d_one_channel, test_conv2d_channels, test_conv2d_bias, test_conv2d_stride, test_conv2d_padding
says: test_conv2d_one_channel: anti-transposed
"""


# %% [conv2d]
def conv2d(x, kernels, bias, stride=1, padding=0):
    x = np.pad(x, ((padding, padding), (padding, padding), (0, 0)))
    kernels = kernels[::-1, ::-1].transpose(1, 0, 2, 3)
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], (0, 1))
    windows = windows[::stride, ::stride]
    return np.einsum("rscmn,mncf->rsf", windows, kernels) + bias
