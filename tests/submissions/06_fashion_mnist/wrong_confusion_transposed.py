"""Wrong: rows are predicted classes, columns true ones.

fails: test_confusion_matrix, test_confusion_matrix_classes
says: test_confusion_matrix: exchanged
with: shared/quickly_trained.py
"""


# %% [confusion_matrix]
def confusion_matrix(y_true, y_pred, classes):
    matrix = np.zeros((classes, classes), dtype=int)
    for true, predicted in zip(y_true, y_pred):
        matrix[predicted, true] += 1
    return matrix
