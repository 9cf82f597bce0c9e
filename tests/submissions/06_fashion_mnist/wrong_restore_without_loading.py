"""Wrong: restore builds the network and forgets to load.

fails: test_weights
says: test_weights: as they were saved
with: shared/quickly_trained.py
"""


# %% [save_and_restore]
def save_weights(model, path):
    model.save_weights(path)


def restore(path):
    return build_model()
