"""Wrong: every place above the threshold, and not the peaks alone.

fails: test_find_spikes_one_each
says: test_find_spikes_one_each: all places above
"""


# %% [find_spikes]
def find_spikes(x, pattern, threshold):
    return np.flatnonzero(cross_correlate(x, pattern) >= threshold)
