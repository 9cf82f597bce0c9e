"""Wrong: conv_forward always takes steps of one pixel.

fails: test_forward_stride
says: test_forward_stride: stride ignored
"""


# %% [conv_forward]
def conv_forward(x, kernel, bias, stride):
    n, H, W, _ = x.shape
    height, width, _, filters = kernel.shape
    rows, columns = H - height + 1, W - width + 1
    patches = np.array([im2col(image, height, width, 1) for image in x])
    y = patches @ kernel.reshape(-1, filters) + bias
    return y.reshape(n, rows, columns, filters)
