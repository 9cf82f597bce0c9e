"""Correct: blocks as models of their own, normalisation before the ReLU, an epoch at a
time.

fails: nothing
"""


# %% [preprocess]
def preprocess(images, labels):
    x = np.divide(images, 255, dtype="float32").reshape(-1, 28, 28, 1)
    return x, (labels[:, None] == np.arange(10)).astype("float32")


# %% [build_model]
def block(channels, filters, size):
    layers = [keras.Input((size, size, channels))]
    for _ in range(2):
        layers.append(keras.layers.Conv2D(filters, 3, padding="same"))
        layers.append(keras.layers.BatchNormalization())
        layers.append(keras.layers.Activation("relu"))
    return keras.Sequential([*layers, keras.layers.MaxPooling2D(2)])


def head():
    return keras.Sequential(
        [
            keras.Input((7, 7, 64)),
            keras.layers.Flatten(),
            keras.layers.Dense(512),
            keras.layers.BatchNormalization(),
            keras.layers.Activation("relu"),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def build_model():
    parts = [block(1, 32, 28), block(32, 64, 14), head()]
    return keras.Sequential([keras.Input((28, 28, 1)), *parts])


# %% [train]
def train(model, x_train, y_train, x_val, y_val, epochs, batch_size):
    record = {}
    for _ in range(epochs):
        model.fit(x_train, y_train, batch_size=batch_size, verbose=0)
        result = model.history.history
        loss, accuracy = model.evaluate(x_val, y_val, verbose=0)
        result |= {"val_loss": [loss], "val_accuracy": [accuracy]}
        for name, values in result.items():
            record.setdefault(name, []).extend(values)
    return record
