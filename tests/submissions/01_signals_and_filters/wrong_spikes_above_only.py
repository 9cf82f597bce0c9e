"""Wrong: a response of exactly the threshold does not count.

fails: test_find_spikes_threshold
"""


# %% [find_spikes]
def find_spikes(x, pattern, threshold):
    r = cross_correlate(x, pattern)
    walled = np.concatenate([[-np.inf], r, [-np.inf]])
    return np.flatnonzero((r > walled[:-2]) & (r > walled[2:]) & (r > threshold))
