"""Wrong: pads the signal, and so reports the middle of each spike.

fails: test_find_spikes_starts, test_find_spikes_one_each, test_find_spikes_threshold, test_find_spikes_ends
says: test_find_spikes_starts: the middle
"""


# %% [find_spikes]
def find_spikes(x, pattern, threshold):
    half = len(pattern) // 2
    r = cross_correlate(x, pattern, padding=half)
    walled = np.concatenate([[-np.inf], r, [-np.inf]])
    return np.flatnonzero((r > walled[:-2]) & (r > walled[2:]) & (r >= threshold))
