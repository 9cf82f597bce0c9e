"""Wrong: only trained weights are restored; the averages are lost.

fails: test_weights
says: test_weights: as they were saved
"""


# %% [save_and_restore]
def save_weights(model, path):
    model.save_weights(path)


def restore(path):
    model, saved = build_model(), build_model()
    saved.load_weights(path)
    for weight, value in zip(model.trainable_weights, saved.trainable_weights):
        weight.assign(value)
    return model
