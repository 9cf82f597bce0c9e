"""Wrong: the axis of the channel is missing. Keras puts up with it in training.

fails: test_prepare_shape
says: test_prepare_shape: shape
"""


# %% [prepare]
def prepare(clips):
    return clips.astype("float32") / 32_768
