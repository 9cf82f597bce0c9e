"""Wrong: the kernel's gradient meets the patches in steps of one pixel.

fails: test_backward_stride
says: test_backward_stride: d_kernel
"""


# %% [conv_backward]
def conv_backward(d_output, x, kernel, stride):
    d_kernel, d_x = np.zeros(kernel.shape), np.zeros(x.shape)
    rows, columns = d_output.shape[1:3]
    for a, b in np.ndindex(kernel.shape[:2]):
        seen = x[:, a : a + rows, b : b + columns]
        d_kernel[a, b] = np.einsum("nijc,nijf->cf", seen, d_output)
        down = slice(a, a + rows * stride, stride)
        right = slice(b, b + columns * stride, stride)
        d_x[:, down, right] += d_output @ kernel[a, b].T
    return d_x, d_kernel, d_output.sum(axis=(0, 1, 2))
