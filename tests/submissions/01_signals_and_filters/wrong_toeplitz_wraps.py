"""Wrong: a row for each sample; at the end the kernel wraps around.

fails: test_toeplitz_shape, test_toeplitz_product
says: test_toeplitz_shape: wrap
"""


# %% [toeplitz_matrix]
def toeplitz_matrix(k, n):
    first = np.concatenate([k, np.zeros(n - len(k))])
    return np.array([np.roll(first, i) for i in range(n)])
