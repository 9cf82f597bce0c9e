"""Wrong: a column for each label.

fails: test_one_hot, test_accuracy
says: test_one_hot: exchanged
"""


# %% [one_hot]
def one_hot(labels, classes):
    return np.eye(classes, dtype="float32")[:, labels]
