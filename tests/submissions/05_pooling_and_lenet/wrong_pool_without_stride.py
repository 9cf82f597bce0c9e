"""Wrong: the stride is always the size of the windows.

with: shared/solved_at_once.py
fails: test_max_pool_stride, test_max_pool_negative
says: test_max_pool_stride: stride
"""


# %% [max_pool2d]
def max_pool2d(x, size, stride):
    n, height, width, channels = x.shape
    rows, columns = height // size, width // size
    x = x[:, : rows * size, : columns * size]
    return x.reshape(n, rows, size, columns, size, channels).max(axis=(2, 4))
