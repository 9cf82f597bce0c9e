"""Wrong: cross_correlate prints its result and returns nothing.

fails: test_cross_correlate_values, test_cross_correlate_stride, test_cross_correlate_padding, test_cross_correlate_together, test_cross_correlate_linear, test_cross_correlate_equivariant, test_find_spikes_starts, test_find_spikes_one_each, test_find_spikes_threshold, test_find_spikes_ends
says: test_cross_correlate_values: return
"""


# %% [cross_correlate]
def cross_correlate(x, k, stride=1, padding=0):
    x = np.pad(x, padding)
    starts = range(0, len(x) - len(k) + 1, stride)
    print(np.array([x[start : start + len(k)] @ k for start in starts])[:10])
