"""Wrong: the maximum is taken over the channels, too.

with: shared/solved_at_once.py
fails: test_max_pool_values, test_max_pool_stride, test_max_pool_negative
says: test_max_pool_values: shape
"""


# %% [max_pool2d]
def max_pool2d(x, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows[:, ::stride, ::stride].max(axis=(-3, -2, -1))
