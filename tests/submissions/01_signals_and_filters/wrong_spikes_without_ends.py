"""Wrong: slices off the ends to compare neighbours.

fails: test_find_spikes_ends
says: test_find_spikes_ends: one neighbour
"""


# %% [find_spikes]
def find_spikes(x, pattern, threshold):
    r = cross_correlate(x, pattern)
    peak = (r[1:-1] > r[:-2]) & (r[1:-1] > r[2:]) & (r[1:-1] >= threshold)
    return 1 + np.flatnonzero(peak)
