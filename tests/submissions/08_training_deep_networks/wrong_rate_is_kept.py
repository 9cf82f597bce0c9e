"""Wrong: the rate is taken for the probability to keep.

fails: test_dropout_which, test_dropout_scaling
says: test_dropout_which: share to drop
says: test_dropout_scaling: that is kept
"""


# %% [dropout]
def dropout(x, rate, uniform, training):
    return np.where(uniform < rate, x / rate, 0) if training else x
