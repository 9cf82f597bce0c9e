"""Wrong: shares of each row instead of counts.

fails: test_confusion_matrix, test_confusion_matrix_classes
says: test_confusion_matrix: counts
with: shared/quickly_trained.py
"""


# %% [confusion_matrix]
def confusion_matrix(y_true, y_pred, classes):
    matrix = np.zeros((classes, classes), dtype=int)
    for true, predicted in zip(y_true, y_pred):
        matrix[true, predicted] += 1
    return matrix / matrix.sum(axis=1, keepdims=True)
