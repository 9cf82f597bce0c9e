"""Wrong: dropout is not switched off.

fails: test_dropout_inference
says: test_dropout_inference: left on
"""


# %% [dropout]
def dropout(x, rate, uniform, training):
    return np.where(uniform < rate, 0, x / (1 - rate))
