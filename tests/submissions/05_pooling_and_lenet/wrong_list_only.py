"""Wrong: takes every tree for a flat list.

with: shared/solved_at_once.py
fails: test_sgd_tree
"""


# %% [sgd_update]
def sgd_update(weights, grads, learning_rate):
    return [w - learning_rate * g for w, g in zip(weights, grads)]
