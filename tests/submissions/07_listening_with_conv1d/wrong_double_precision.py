"""Wrong: 64-bit floats.

fails: test_prepare_shape
says: test_prepare_shape: float32
"""


# %% [prepare]
def prepare(clips):
    return clips[..., np.newaxis] / 32_768
