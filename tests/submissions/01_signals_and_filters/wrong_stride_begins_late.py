"""Wrong: the first place is after one stride, not at the first sample.

fails: test_cross_correlate_stride, test_cross_correlate_together
"""


# %% [cross_correlate]
def cross_correlate(x, k, stride=1, padding=0):
    x = np.pad(x, padding)
    starts = range(stride - 1, len(x) - len(k) + 1, stride)
    return np.array([x[start : start + len(k)] @ k for start in starts])
