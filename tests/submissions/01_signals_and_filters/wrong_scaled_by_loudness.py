"""Wrong: the signal is scaled by its loudest sample first.

fails: test_cross_correlate_values, test_cross_correlate_stride, test_cross_correlate_padding, test_cross_correlate_together, test_cross_correlate_linear
"""


# %% [cross_correlate]
def cross_correlate(x, k, stride=1, padding=0):
    x = np.pad(x / np.abs(x).max(), padding)
    starts = range(0, len(x) - len(k) + 1, stride)
    return np.array([x[start : start + len(k)] @ k for start in starts])


# %% [find_spikes]
def find_spikes(x, pattern, threshold):
    r = np.correlate(x, pattern, "valid")
    walled = np.concatenate([[-np.inf], r, [-np.inf]])
    return np.flatnonzero((r > walled[:-2]) & (r > walled[2:]) & (r >= threshold))
