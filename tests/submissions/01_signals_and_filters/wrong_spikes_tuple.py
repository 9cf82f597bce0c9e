"""Wrong: returns what np.where returns, a tuple with the array in it.

fails: test_find_spikes_starts, test_find_spikes_one_each, test_find_spikes_threshold, test_find_spikes_ends
says: test_find_spikes_starts: expected shape
"""


# %% [find_spikes]
def find_spikes(x, pattern, threshold):
    r = cross_correlate(x, pattern)
    walled = np.concatenate([[-np.inf], r, [-np.inf]])
    return np.where((r > walled[:-2]) & (r > walled[2:]) & (r >= threshold))
