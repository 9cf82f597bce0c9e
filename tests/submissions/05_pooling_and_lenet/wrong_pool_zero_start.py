"""Wrong: the maximum starts from zero, which beats all negative numbers.

with: shared/solved_at_once.py
fails: test_max_pool_negative
says: test_max_pool_negative: a zero takes part
"""


# %% [max_pool2d]
def max_pool2d(x, size, stride):
    rows = (x.shape[1] - size) // stride + 1
    columns = (x.shape[2] - size) // stride + 1
    y = np.zeros((x.shape[0], rows, columns, x.shape[3]))
    for i in range(rows):
        for j in range(columns):
            for a in range(size):
                for b in range(size):
                    pixel = x[:, i * stride + a, j * stride + b]
                    y[:, i, j] = np.maximum(y[:, i, j], pixel)
    return y
