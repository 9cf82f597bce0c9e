"""Correct: the functional API, activations as layers, NumPy's own splitting.

fails: nothing
"""


# %% [max_pool2d]
def max_pool2d(x, size, stride):
    rows = (x.shape[1] - size) // stride + 1
    columns = (x.shape[2] - size) // stride + 1
    shifted = [
        x[:, i : i + (rows - 1) * stride + 1 : stride][
            :, :, j : j + (columns - 1) * stride + 1 : stride
        ]
        for i in range(size)
        for j in range(size)
    ]
    return np.maximum.reduce(shifted)


# %% [global_average_pool]
def global_average_pool(x):
    return np.einsum("nhwc->nc", x) / (x.shape[1] * x.shape[2])


# %% [make_batches]
def make_batches(x, y, batch_size, seed):
    order = np.random.default_rng(seed).permutation(len(x))
    cuts = np.arange(batch_size, len(x), batch_size)
    return list(zip(np.split(x[order], cuts), np.split(y[order], cuts)))


# %% [one_hot]
def one_hot(labels, classes):
    return (np.asarray(labels)[:, None] == np.arange(classes)).astype(np.float32)


# %% [cross_entropy]
def cross_entropy(y, p):
    return float(-(y * np.log(np.clip(p, 1e-7, 1.0))).sum() / len(y))


# %% [lenet]
def lenet():
    image = keras.Input(shape=(28, 28, 1), name="digit")
    x = keras.layers.ZeroPadding2D(2, name="margin")(image)
    for name, filters in (("c1", 6), ("c3", 16)):
        x = keras.layers.Conv2D(filters, (5, 5), name=name)(x)
        x = keras.layers.ReLU()(x)
        x = keras.layers.MaxPool2D()(x)
    x = keras.layers.Flatten()(x)
    for units in (120, 84):
        x = keras.layers.ReLU()(keras.layers.Dense(units)(x))
    return keras.Model(image, keras.layers.Softmax()(keras.layers.Dense(10)(x)))
