"""Wrong: the search for the maximum begins from 0, and negative pixels lose it.

fails: test_pool_channels, test_pool_ties
"""


# %% [max_pool_backward]
def max_pool_backward(d_output, x, size):
    d_x = np.zeros(x.shape)
    for i, j, c in np.ndindex(d_output.shape):
        best, place = 0, None
        for a, b in np.ndindex(size, size):
            if x[i * size + a, j * size + b, c] > best:
                place = i * size + a, j * size + b, c
                best = x[place]
        if place:
            d_x[place] = d_output[i, j, c]
    return d_x
