"""Wrong: the padding counts once, not at both ends, in conv2d below and right only.

fails: test_output_shape_padding, test_output_shape_dilation, test_conv2d_padding
says: test_output_shape_padding: counted once
"""


# %% [output_shape]
def output_shape(
    input_shape, filters, kernel_size, stride=(1, 1), padding=(0, 0), dilation=(1, 1)
):
    sizes = []
    for i, k, s, p, d in zip(input_shape, kernel_size, stride, padding, dilation):
        sizes.append((i + p - d * (k - 1) - 1) // s + 1)
    return (*sizes, filters)


# %% [conv2d]
def conv2d(x, kernels, bias, stride=1, padding=0):
    x = np.pad(x, ((0, padding), (0, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], (0, 1))
    windows = windows[::stride, ::stride]
    return np.einsum("rscmn,mncf->rsf", windows, kernels) + bias
