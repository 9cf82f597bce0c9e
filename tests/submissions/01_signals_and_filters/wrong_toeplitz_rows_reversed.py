"""Wrong: the kernel begins at the right and moves to the left.

fails: test_toeplitz_product
"""


# %% [toeplitz_matrix]
def toeplitz_matrix(k, n):
    matrix = np.zeros((n - len(k) + 1, n))
    for row in range(len(matrix)):
        matrix[-1 - row, row : row + len(k)] = k
    return matrix
