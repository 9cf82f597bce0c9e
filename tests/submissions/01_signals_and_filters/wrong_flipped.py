"""Wrong: cross_correlate flips the kernel; find_spikes, built on it, misses the spikes.

fails: test_cross_correlate_values, test_cross_correlate_stride, test_cross_correlate_padding, test_cross_correlate_together, test_find_spikes_starts, test_find_spikes_threshold
says: test_cross_correlate_values: flipped kernel
says: test_cross_correlate_stride: flipped
says: test_cross_correlate_padding: flipped
says: test_find_spikes_starts: flipped
"""


# %% [cross_correlate]
def cross_correlate(x, k, stride=1, padding=0):
    x = np.pad(x, padding)
    k = k[::-1]
    starts = range(0, len(x) - len(k) + 1, stride)
    return np.array([x[start : start + len(k)] @ k for start in starts])
