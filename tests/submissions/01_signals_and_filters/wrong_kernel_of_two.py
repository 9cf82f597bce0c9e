"""Wrong: written for a kernel of two numbers, as in the example.

fails: test_cross_correlate_values, test_cross_correlate_stride, test_cross_correlate_padding, test_cross_correlate_together
"""


# %% [cross_correlate]
def cross_correlate(x, k, stride=1, padding=0):
    x = np.pad(x, padding)
    return (x[:-1] * k[0] + x[1:] * k[1])[::stride]


# %% [find_spikes]
def find_spikes(x, pattern, threshold):
    r = np.correlate(x, pattern, "valid")
    walled = np.concatenate([[-np.inf], r, [-np.inf]])
    return np.flatnonzero((r > walled[:-2]) & (r > walled[2:]) & (r >= threshold))
