"""Wrong: rows and columns of the kernel are exchanged on the way back.

fails: test_backward_input, test_backward_stride
says: test_backward_input: transposed
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
        top, left = row * stride, column * stride
        for a, b in np.ndindex(width, height):
            d_x[n, top + b, left + a] += (
                kernel[a % height, b % width] @ (d_output[n, row, column])
            )
    return d_x, d_kernel, d_bias
