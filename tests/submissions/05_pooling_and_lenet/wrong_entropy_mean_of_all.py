"""Wrong: the mean over images and classes.

with: shared/solved_at_once.py
fails: test_cross_entropy_values, test_cross_entropy_zero
says: test_cross_entropy_values: over the classes
"""


# %% [cross_entropy]
def cross_entropy(y, p):
    return -np.mean(y * np.log(np.maximum(p, 1e-7)))
