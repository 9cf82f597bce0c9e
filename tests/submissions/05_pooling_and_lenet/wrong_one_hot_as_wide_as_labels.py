"""Wrong: no columns for classes beyond the largest label.

fails: test_one_hot
says: test_one_hot: column as well
"""


# %% [one_hot]
def one_hot(labels, classes):
    return np.eye(labels.max() + 1, dtype="float32")[labels]
