"""Wrong: the stride is never used.

fails: test_cross_correlate_stride, test_cross_correlate_together, test_cross_correlate_equivariant
says: test_cross_correlate_stride: stride ignored
"""


# %% [cross_correlate]
def cross_correlate(x, k, stride=1, padding=0):
    x = np.pad(x, padding)
    return np.array([x[i : i + len(k)] @ k for i in range(len(x) - len(k) + 1)])
