"""Wrong: no scaling in training but at inference, as the paper first had it.

fails: test_dropout_scaling, test_dropout_inference
says: test_dropout_inference: inference needs none
"""


# %% [dropout]
def dropout(x, rate, uniform, training):
    if training:
        return np.where(uniform < rate, 0, x)
    return x * (1 - rate)
