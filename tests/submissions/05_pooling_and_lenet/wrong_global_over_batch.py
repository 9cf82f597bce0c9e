"""Wrong: the images are averaged as well.

with: shared/solved_at_once.py
fails: test_global_average
says: test_global_average: only rows and columns
"""


# %% [global_average_pool]
def global_average_pool(x):
    return x.mean(axis=(0, 1, 2))
