"""Wrong: averages over columns and channels, as if channels came first.

with: shared/solved_at_once.py
fails: test_global_average
says: test_global_average: only rows and columns
"""


# %% [global_average_pool]
def global_average_pool(x):
    return x.mean(axis=(2, 3))
