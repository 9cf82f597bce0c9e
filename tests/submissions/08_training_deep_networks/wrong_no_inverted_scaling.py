"""Wrong: what is kept is not scaled.

fails: test_dropout_scaling
says: test_dropout_scaling: missing
"""


# %% [dropout]
def dropout(x, rate, uniform, training):
    return np.where(uniform < rate, 0, x) if training else x
