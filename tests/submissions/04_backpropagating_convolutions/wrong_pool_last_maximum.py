"""Wrong: the last of several equal maxima gets the gradient (>= instead of >).

fails: test_pool_ties
says: test_pool_ties: last
"""


# %% [max_pool_backward]
def max_pool_backward(d_output, x, size):
    d_x = np.zeros(x.shape)
    for i, j, c in np.ndindex(d_output.shape):
        best, place = -np.inf, None
        for a, b in np.ndindex(size, size):
            if x[i * size + a, j * size + b, c] >= best:
                place = i * size + a, j * size + b, c
                best = x[place]
        d_x[place] = d_output[i, j, c]
    return d_x
