"""Wrong: 1 where the maximum was, without the gradient that arrives.

fails: test_pool_argmax, test_pool_channels, test_pool_ties
says: test_pool_argmax: multiply
"""


# %% [max_pool_backward]
def max_pool_backward(d_output, x, size):
    d_x = np.zeros(x.shape)
    for row, column, channel in np.ndindex(d_output.shape):
        top, left = row * size, column * size
        window = x[top : top + size, left : left + size, channel]
        i, j = np.unravel_index(window.argmax(), window.shape)
        d_x[top + i, left + j, channel] = 1
    return d_x
