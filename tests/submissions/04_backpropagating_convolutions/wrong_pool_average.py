"""Wrong: the gradient is spread over the window, as in average pooling.

fails: test_pool_argmax, test_pool_channels, test_pool_ties
says: test_pool_argmax: average
"""


# %% [max_pool_backward]
def max_pool_backward(d_output, x, size):
    return np.kron(d_output, np.ones((size, size, 1))) / size**2
