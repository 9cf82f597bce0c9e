"""Wrong: compares the samples with the threshold, and not their likeness to the pattern.

fails: test_find_spikes_starts, test_find_spikes_one_each, test_find_spikes_threshold, test_find_spikes_ends
says: test_find_spikes_starts: loud samples
"""


# %% [find_spikes]
def find_spikes(x, pattern, threshold):
    return np.flatnonzero(x >= threshold)
