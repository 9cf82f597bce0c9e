"""Wrong: the kernel's rows and columns are exchanged, in shapes and in conv2d.

fails: test_output_shape_padding, test_output_shape_stride, test_output_shape_dilation, test_conv2d_one_channel, test_conv2d_channels, test_conv2d_bias, test_conv2d_stride, test_conv2d_padding
says: test_output_shape_padding: exchanged
says: test_conv2d_one_channel: transposed
"""


# %% [output_shape]
def output_shape(
    input_shape, filters, kernel_size, stride=(1, 1), padding=(0, 0), dilation=(1, 1)
):
    sizes = []
    for i, k, s, p, d in zip(input_shape, kernel_size[::-1], stride, padding, dilation):
        sizes.append((i + 2 * p - d * (k - 1) - 1) // s + 1)
    return (*sizes, filters)


# %% [conv2d]
def conv2d(x, kernels, bias, stride=1, padding=0):
    x = np.pad(x, ((padding, padding), (padding, padding), (0, 0)))
    kernels = kernels.transpose(1, 0, 2, 3)
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], (0, 1))
    windows = windows[::stride, ::stride]
    return np.einsum("rscmn,mncf->rsf", windows, kernels) + bias
