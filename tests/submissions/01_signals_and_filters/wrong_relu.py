"""Wrong: negative results are set to zero.

fails: test_cross_correlate_values, test_cross_correlate_stride, test_cross_correlate_padding, test_cross_correlate_together, test_cross_correlate_linear
says: test_cross_correlate_values: set to zero
"""


# %% [cross_correlate]
def cross_correlate(x, k, stride=1, padding=0):
    x = np.pad(x, padding)
    starts = range(0, len(x) - len(k) + 1, stride)
    return np.array([max(0, x[start : start + len(k)] @ k) for start in starts])
