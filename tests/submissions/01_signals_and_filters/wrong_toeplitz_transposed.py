"""Wrong: the kernel runs down the columns.

fails: test_toeplitz_shape, test_toeplitz_product
says: test_toeplitz_shape: exchanged
"""


# %% [toeplitz_matrix]
def toeplitz_matrix(k, n):
    matrix = np.zeros((n, n - len(k) + 1))
    for column in range(n - len(k) + 1):
        matrix[column : column + len(k), column] = k
    return matrix
