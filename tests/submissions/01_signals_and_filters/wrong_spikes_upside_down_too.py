"""Wrong: takes the absolute value, so that spikes upside down count.

fails: test_find_spikes_threshold
says: test_find_spikes_threshold: upside down
"""


# %% [find_spikes]
def find_spikes(x, pattern, threshold):
    r = np.abs(cross_correlate(x, pattern))
    walled = np.concatenate([[-np.inf], r, [-np.inf]])
    return np.flatnonzero((r > walled[:-2]) & (r > walled[2:]) & (r >= threshold))
