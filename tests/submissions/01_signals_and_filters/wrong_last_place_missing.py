"""Wrong: range ends one place too early.

fails: test_cross_correlate_values, test_cross_correlate_stride, test_cross_correlate_padding, test_cross_correlate_together, test_find_spikes_ends
says: test_cross_correlate_values: shape (5,)
"""


# %% [cross_correlate]
def cross_correlate(x, k, stride=1, padding=0):
    x = np.pad(x, padding)
    starts = range(0, len(x) - len(k), stride)
    return np.array([x[start : start + len(k)] @ k for start in starts])
