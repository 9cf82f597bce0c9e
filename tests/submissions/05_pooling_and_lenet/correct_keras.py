"""Correct: leaves the arithmetic to Keras and its operations.

fails: nothing
"""


# %% [max_pool2d]
def max_pool2d(x, size, stride):
    x = np.asarray(x, dtype="float32")
    return keras.ops.max_pool(x, size, strides=stride, padding="valid").numpy()


# %% [global_average_pool]
def global_average_pool(x):
    return np.asarray(keras.ops.mean(np.asarray(x, dtype="float32"), axis=[1, 2]))


# %% [make_batches]
def make_batches(x, y, batch_size, seed):
    order = np.arange(len(x))
    np.random.default_rng(seed).shuffle(order)
    count = -(-len(x) // batch_size)
    batches = []
    for i in range(count):
        some = order[i * batch_size : (i + 1) * batch_size]
        batches.append((np.take(x, some, axis=0), np.take(y, some, axis=0)))
    return batches


# %% [one_hot]
def one_hot(labels, classes):
    return keras.utils.to_categorical(labels, classes)


# %% [cross_entropy]
def cross_entropy(y, p):
    y, p = np.asarray(y, "float32"), np.asarray(p, "float32")
    return float(keras.ops.mean(keras.losses.categorical_crossentropy(y, p)))


# %% [sgd_update]
def sgd_update(weights, grads, learning_rate):
    def update(weight, grad):
        return np.subtract(weight, np.multiply(learning_rate, grad))

    return keras.tree.map_structure(update, weights, grads)


# %% [train]
def train(model, x, y, epochs, batch_size, learning_rate):
    def step(batch):
        loss, grads = loss_and_grads(model, *batch)
        model.set_weights(sgd_update(model.get_weights(), grads, learning_rate))
        return loss

    return [
        step(batch)
        for epoch in range(epochs)
        for batch in make_batches(x, y, batch_size, epoch)
    ]
