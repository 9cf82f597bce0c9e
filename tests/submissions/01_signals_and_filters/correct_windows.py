"""Correct: vectorised, by sliding windows, einsum and index arithmetic.

fails: nothing
"""


# %% [cross_correlate]
def cross_correlate(x, k, stride=1, padding=0):
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, padding), len(k))
    return np.einsum("tm,m->t", windows[::stride], k)


# %% [convolve]
def convolve(x, h):
    return cross_correlate(x, h[::-1], padding=len(h) - 1)


# %% [output_length]
def output_length(n, k, stride=1, padding=0):
    return len(range(0, n + 2 * padding - k + 1, stride))


# %% [toeplitz_matrix]
def toeplitz_matrix(k, n):
    rows = n - len(k) + 1
    offset = np.arange(n) - np.arange(rows)[:, None]
    inside = (offset >= 0) & (offset < len(k))
    return np.where(inside, k[np.clip(offset, 0, len(k) - 1)], 0)


# %% [find_spikes]
def find_spikes(x, pattern, threshold):
    r = cross_correlate(x, pattern).astype(float)
    r = np.pad(r, 1, constant_values=-np.inf)
    rises = np.diff(r) > 0
    falls = np.diff(r) < 0
    return np.flatnonzero(rises[:-1] & falls[1:] & (r[1:-1] >= threshold))
