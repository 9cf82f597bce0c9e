"""Wrong: changes one row in place and appends it again and again, so that all are the last.

fails: test_toeplitz_product
"""


# %% [toeplitz_matrix]
def toeplitz_matrix(k, n):
    row, rows = np.zeros(n), []
    for start in range(n - len(k) + 1):
        row[:] = 0
        row[start : start + len(k)] = k
        rows.append(row)
    return np.array(rows)
