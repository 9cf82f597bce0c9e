"""Wrong: the new weights are computed, but never put into the model.

fails: test_train_update, test_accuracy
says: test_train_update: as before
"""


# %% [train]
def train(model, x, y, epochs, batch_size, learning_rate):
    losses = []
    for epoch in range(epochs):
        for images, labels in make_batches(x, y, batch_size, seed=epoch):
            loss, grads = loss_and_grads(model, images, labels)
            weights = sgd_update(model.get_weights(), grads, learning_rate)
            losses.append(loss)
    return losses
