"""Wrong: zeros at the beginning only.

fails: test_cross_correlate_padding, test_cross_correlate_together
says: test_cross_correlate_padding: one end
"""


# %% [cross_correlate]
def cross_correlate(x, k, stride=1, padding=0):
    x = np.concatenate([np.zeros(padding), x])
    starts = range(0, len(x) - len(k) + 1, stride)
    return np.array([x[start : start + len(k)] @ k for start in starts])
