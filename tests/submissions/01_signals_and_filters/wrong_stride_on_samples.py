"""Wrong: skips samples of the signal instead of places of the kernel.

fails: test_cross_correlate_stride, test_cross_correlate_together
"""


# %% [cross_correlate]
def cross_correlate(x, k, stride=1, padding=0):
    x = np.pad(x, padding)[::stride]
    starts = range(0, len(x) - len(k) + 1)
    return np.array([x[start : start + len(k)] @ k for start in starts])
