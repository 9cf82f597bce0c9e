"""Wrong: the first place above the threshold, and not the peak.

fails: test_find_spikes_one_each
says: test_find_spikes_one_each: first places
"""


# %% [find_spikes]
def find_spikes(x, pattern, threshold):
    above = cross_correlate(x, pattern) >= threshold
    return np.flatnonzero(above & ~np.concatenate([[False], above[:-1]]))
