"""Wrong: the channels are filtered one by one, each with the bias.

fails: test_forward_values, test_forward_stride
says: test_forward_values: once for each channel
"""


# %% [conv_forward]
def conv_forward(x, kernel, bias, stride):
    height, width, channels, filters = kernel.shape
    rows = (x.shape[1] - height) // stride + 1
    columns = (x.shape[2] - width) // stride + 1
    y = np.zeros((len(x), rows, columns, filters))
    for n, c in np.ndindex(len(x), channels):
        patches = im2col(x[n, :, :, c : c + 1], height, width, stride)
        product = patches @ kernel[:, :, c].reshape(-1, filters) + bias
        y[n] += product.reshape(rows, columns, filters)
    return y
