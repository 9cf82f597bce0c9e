"""Wrong: the sum over the images.

with: shared/solved_at_once.py
fails: test_cross_entropy_values, test_cross_entropy_zero
says: test_cross_entropy_values: sum over the images
"""


# %% [cross_entropy]
def cross_entropy(y, p):
    return -np.sum(y * np.log(np.maximum(p, 1e-7)))
