"""Wrong: the maximum of each map.

fails: test_global_average
says: test_global_average: maximum
"""


# %% [global_average_pool]
def global_average_pool(x):
    return x.max(axis=(1, 2))
