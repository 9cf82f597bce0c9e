"""Wrong: counts the epochs from 0 up to and including the number asked for.

with: shared/solved_at_once.py
fails: test_train_steps, test_train_update
"""


# %% [train]
def train(model, x, y, epochs, batch_size, learning_rate):
    losses = []
    for epoch in range(epochs + 1):
        for images, labels in make_batches(x, y, batch_size, seed=epoch):
            loss, grads = loss_and_grads(model, images, labels)
            model.set_weights(sgd_update(model.get_weights(), grads, learning_rate))
            losses.append(loss)
    return losses
