"""Wrong: no rows and columns for classes that don't occur.

fails: test_confusion_matrix_classes
with: shared/quickly_trained.py
"""


# %% [confusion_matrix]
def confusion_matrix(y_true, y_pred, classes):
    classes = len(set(y_true) | set(y_pred))
    matrix = np.zeros((classes, classes), dtype=int)
    for true, predicted in zip(y_true, y_pred):
        matrix[true, predicted] += 1
    return matrix
