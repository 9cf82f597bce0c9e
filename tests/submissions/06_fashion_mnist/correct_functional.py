"""Correct: the functional API, layers with names, losses and metrics as objects.

fails: nothing
"""


# %% [preprocess]
def preprocess(images, labels):
    x = np.expand_dims(np.asarray(images, dtype=np.float32) / 255.0, -1)
    return x, np.eye(10, dtype="float32")[labels]


# %% [build_model]
def build_model():
    image = keras.Input(shape=(28, 28, 1), name="image")
    x = image
    for stack, filters in enumerate([32, 64]):
        for i in range(2):
            x = keras.layers.Conv2D(
                filters, (3, 3), padding="same", name=f"conv_{stack}_{i}"
            )(x)
            x = keras.layers.ReLU(name=f"relu_{stack}_{i}")(x)
            x = keras.layers.BatchNormalization(name=f"norm_{stack}_{i}")(x)
        x = keras.layers.MaxPool2D(name=f"pool_{stack}")(x)
    x = keras.layers.Flatten(name="flat")(x)
    x = keras.layers.Dense(512, "relu", name="hidden")(x)
    x = keras.layers.BatchNormalization(name="norm")(x)
    x = keras.layers.Dropout(0.5, name="drop")(x)
    scores = keras.layers.Dense(10, name="scores")(x)
    return keras.Model(image, keras.layers.Softmax(name="probabilities")(scores))


# %% [compile_model]
def compile_model(model, learning_rate):
    model.compile(
        keras.optimizers.SGD(learning_rate=learning_rate, momentum=0.9),
        keras.losses.CategoricalCrossentropy(),
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
    )
    return model


# %% [confusion_matrix]
def confusion_matrix(y_true, y_pred, classes):
    pairs = np.asarray(y_true).astype(int) * classes + np.asarray(y_pred).astype(int)
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)
