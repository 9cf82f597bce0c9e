"""Wrong: the learning rate is forgotten.

fails: test_sgd_step, test_sgd_tree, test_train_update, test_accuracy
says: test_sgd_step: forgotten
says: test_train_update: forgotten
"""


# %% [sgd_update]
def sgd_update(weights, grads, learning_rate):
    return keras.tree.map_structure(lambda w, g: w - g, weights, grads)
