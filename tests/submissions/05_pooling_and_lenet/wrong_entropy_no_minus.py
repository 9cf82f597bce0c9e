"""Wrong: the minus sign is missing.

fails: test_cross_entropy_values, test_cross_entropy_zero
says: test_cross_entropy_values: minus sign
"""


# %% [cross_entropy]
def cross_entropy(y, p):
    return np.mean(np.sum(y * np.log(np.maximum(p, 1e-7)), axis=1))
