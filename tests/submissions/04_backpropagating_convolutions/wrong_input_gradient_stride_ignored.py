"""Wrong: on the way back patches are put side by side in steps of one pixel.

fails: test_backward_stride
says: test_backward_stride: d_x
"""


# %% [conv_backward]
def conv_backward(d_output, x, kernel, stride):
    height, width, _, filters = kernel.shape
    d_rows = d_output.reshape(-1, filters)  # (n * positions, filters)
    patches = np.concatenate([im2col(image, height, width, stride) for image in x])
    d_kernel = (patches.T @ d_rows).reshape(kernel.shape)
    d_bias = d_rows.sum(axis=0)
    d_x = np.zeros(x.shape)
    for n, row, column in np.ndindex(d_output.shape[:3]):
        top, left = row, column
        d_patch = kernel @ d_output[n, row, column]  # (height, width, channels)
        d_x[n, top : top + height, left : left + width] += d_patch
    return d_x, d_kernel, d_bias
