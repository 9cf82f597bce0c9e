"""Wrong: the kernel is flipped, a true convolution.

fails: test_forward_values, test_forward_stride
says: test_forward_values: flipped
says: test_forward_stride: flipped
"""


# %% [conv_forward]
def conv_forward(x, kernel, bias, stride):
    height, width, _, filters = kernel.shape
    kernel = kernel[::-1, ::-1]
    rows = range(0, x.shape[1] - height + 1, stride)
    columns = range(0, x.shape[2] - width + 1, stride)
    y = np.zeros((len(x), len(rows), len(columns), filters))
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            patch = x[:, top : top + height, left : left + width]
            y[:, i, j] = np.tensordot(patch, kernel, 3) + bias
    return y
