"""Wrong: the amplitudes stay 16-bit numbers, too large to train on.

fails: test_prepare_values, test_style_accuracy, test_style_anywhere, test_tempo_accuracy
says: test_prepare_values: divide
"""


# %% [prepare]
def prepare(clips):
    return clips[..., np.newaxis].astype("float32")
