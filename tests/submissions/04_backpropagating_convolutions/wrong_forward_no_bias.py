"""Wrong: the bias is not added.

fails: test_forward_values, test_forward_stride
says: test_forward_values: bias missing
"""


# %% [conv_forward]
def conv_forward(x, kernel, bias, stride):
    n, H, W, _ = x.shape
    height, width, _, filters = kernel.shape
    rows, columns = (H - height) // stride + 1, (W - width) // stride + 1
    patches = np.array([im2col(image, height, width, stride) for image in x])
    y = patches @ kernel.reshape(-1, filters)
    return y.reshape(n, rows, columns, filters)
