"""Correct: Keras' own operations, early stopping by a shrinking list, rescue by a callback and L2.

fails: nothing
"""


# %% [batch_norm_train]
def batch_norm_train(
    x, gamma, beta, running_mean, running_var, momentum=0.99, epsilon=1e-3
):
    axes = list(range(x.ndim - 1))
    mean, var = keras.ops.moments(keras.ops.convert_to_tensor(x, "float64"), axes)
    mean, var = (keras.ops.convert_to_numpy(value) for value in (mean, var))
    y = np.divide(x - mean, (var + epsilon) ** 0.5) * gamma + beta
    averages = np.stack([running_mean, running_var])
    new = averages * momentum + np.stack([mean, var]) * (1 - momentum)
    return [y, *new]


# %% [batch_norm_infer]
def batch_norm_infer(x, gamma, beta, running_mean, running_var, epsilon=1e-3):
    return np.divide(x - running_mean, (running_var + epsilon) ** 0.5) * gamma + beta


# %% [dropout]
def dropout(x, rate, uniform, training):
    keep = np.where(uniform >= rate, 1 / (1 - rate), 0.0)
    return x * keep if training else x


# %% [early_stopping]
def early_stopping(val_losses, patience):
    def hopeless(epoch):
        recent, before = val_losses[epoch - patience : epoch], val_losses
        return epoch > patience and min(recent) >= min(before[: epoch - patience])

    epochs = range(1, len(val_losses) + 1)
    stop = next((epoch for epoch in epochs if hopeless(epoch)), len(val_losses))
    seen = list(val_losses[:stop])
    return [stop, seen.index(min(seen)) + 1]


# %% [rescue]
def rescue(x_train, y_train, x_val, y_val):
    penalty = keras.regularizers.L2(0.001)
    options = {"padding": "same", "activation": "relu", "kernel_regularizer": penalty}
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.RandomTranslation(0.1, 0.1, fill_mode="constant"),
            keras.layers.Conv2D(8, 5, strides=2, **options),
            keras.layers.Conv2D(16, 3, strides=2, **options),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.25),
            keras.layers.Dense(128, activation="relu", kernel_regularizer=penalty),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    loss = "sparse_categorical_crossentropy"
    model.compile(keras.optimizers.Adam(0.003), loss, jit_compile=False)
    stop = keras.callbacks.EarlyStopping(patience=8, restore_best_weights=True)
    model.fit(
        x_train,
        y_train,
        validation_data=(x_val, y_val),
        epochs=16,
        batch_size=50,
        callbacks=[stop],
        verbose=0,
    )
    return model
