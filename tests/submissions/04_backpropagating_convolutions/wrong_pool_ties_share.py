"""Wrong: equal maxima share the gradient.

fails: test_pool_ties
says: test_pool_ties: share
"""


# %% [max_pool_backward]
def max_pool_backward(d_output, x, size):
    rows, columns, channels = d_output.shape
    blocks = x.reshape(rows, size, columns, size, channels)
    largest = blocks == blocks.max(axis=(1, 3), keepdims=True)
    largest = largest / largest.sum(axis=(1, 3), keepdims=True)
    return (largest * d_output[:, None, :, None, :]).reshape(x.shape)
