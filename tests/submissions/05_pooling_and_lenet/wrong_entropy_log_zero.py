"""Wrong: the logarithm of zero.

with: shared/solved_at_once.py
fails: test_cross_entropy_zero
says: test_cross_entropy_zero: not a number
"""


# %% [cross_entropy]
def cross_entropy(y, p):
    with np.errstate(divide="ignore", invalid="ignore"):
        return -np.mean(np.sum(y * np.log(p), axis=1))
