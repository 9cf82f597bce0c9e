"""Wrong: finds one spike, the highest.

fails: test_find_spikes_starts, test_find_spikes_one_each, test_find_spikes_threshold, test_find_spikes_ends
says: test_find_spikes_one_each: only the highest
"""


# %% [find_spikes]
def find_spikes(x, pattern, threshold):
    r = cross_correlate(x, pattern)
    return np.array([np.argmax(r)]) if r.max() >= threshold else np.array([])
