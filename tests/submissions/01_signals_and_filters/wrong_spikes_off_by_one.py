"""Wrong: slices off the ends to compare neighbours, and forgets to count from there.

fails: test_find_spikes_starts, test_find_spikes_one_each, test_find_spikes_threshold, test_find_spikes_ends
"""


# %% [find_spikes]
def find_spikes(x, pattern, threshold):
    r = cross_correlate(x, pattern)
    peak = (r[1:-1] > r[:-2]) & (r[1:-1] > r[2:]) & (r[1:-1] >= threshold)
    return np.flatnonzero(peak)
