"""Wrong: uphill, along the gradient.

fails: test_sgd_step, test_sgd_tree, test_train_update, test_accuracy
says: test_sgd_step: uphill
says: test_train_update: uphill
"""


# %% [sgd_update]
def sgd_update(weights, grads, learning_rate):
    return keras.tree.map_structure(lambda w, g: w + learning_rate * g, weights, grads)
