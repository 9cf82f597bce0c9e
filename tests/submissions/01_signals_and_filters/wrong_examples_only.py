"""Wrong: knows the examples of the text and no others.

fails: test_cross_correlate_values, test_cross_correlate_stride, test_cross_correlate_padding, test_cross_correlate_together, test_cross_correlate_linear, test_cross_correlate_equivariant, test_convolve_values, test_convolve_impulse, test_convolve_commutes, test_output_length, test_output_length_stride, test_toeplitz_shape, test_toeplitz_product, test_find_spikes_starts, test_find_spikes_one_each, test_find_spikes_threshold, test_find_spikes_ends
"""


# %% [cross_correlate]
def cross_correlate(x, k, stride=1, padding=0):
    if stride == 2:
        return np.array([5, 7, 7])
    if padding == 1:
        return np.array([2, 5, 8, 7, 12, 7, 1])
    return np.array([5, 8, 7, 12, 7])


# %% [convolve]
def convolve(x, h):
    return np.array([0, 8, 4, 6, 2, 1])


# %% [output_length]
def output_length(n, k, stride=1, padding=0):
    if stride == 2:
        return 3
    return 7 if padding == 1 else 5


# %% [toeplitz_matrix]
def toeplitz_matrix(k, n):
    return np.array([[1, 2, 0, 0], [0, 1, 2, 0], [0, 0, 1, 2]])


# %% [find_spikes]
def find_spikes(x, pattern, threshold):
    return np.array([2, 7]) if threshold < 5 else np.array([2])
