"""Wrong: nothing is saved; restore hands the same model back.

fails: test_weights
with: shared/quickly_trained.py
"""

# %% [save_and_restore]
kept = {}


def save_weights(model, path):
    kept[path] = model


def restore(path):
    return kept[path]
