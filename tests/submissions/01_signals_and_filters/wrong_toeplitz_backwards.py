"""Wrong: the kernel lies backwards in the rows, as for a true convolution.

fails: test_toeplitz_product
says: test_toeplitz_product: backwards
"""


# %% [toeplitz_matrix]
def toeplitz_matrix(k, n):
    matrix = np.zeros((n - len(k) + 1, n))
    for row in range(len(matrix)):
        matrix[row, row : row + len(k)] = k[::-1]
    return matrix
