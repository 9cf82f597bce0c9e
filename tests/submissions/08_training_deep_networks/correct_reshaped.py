"""Correct: features as rows, running averages by steps, Functional API, own loop of epochs.

fails: nothing
"""


# %% [batch_norm_train]
def batch_norm_train(
    x, gamma, beta, running_mean, running_var, momentum=0.99, epsilon=1e-3
):
    rows = np.reshape(x, (-1, np.shape(x)[-1]))
    mean = np.sum(rows, axis=0) / len(rows)
    var = np.sum(rows**2, axis=0) / len(rows) - mean**2
    y = beta + gamma * (rows - mean) * (var + epsilon) ** -0.5
    step = 1 - momentum
    return (
        y.reshape(x.shape),
        running_mean + step * (mean - running_mean),
        running_var + step * (var - running_var),
    )


# %% [batch_norm_infer]
def batch_norm_infer(x, gamma, beta, running_mean, running_var, epsilon=1e-3):
    scale = gamma / np.sqrt(running_var + epsilon)
    return x * scale + (beta - running_mean * scale)


# %% [dropout]
def dropout(x, rate, uniform, training):
    if training:
        return x * (uniform >= rate) / (1.0 - rate)
    return x


# %% [early_stopping]
def early_stopping(val_losses, patience):
    for stop in range(1, len(val_losses) + 1):
        best = int(np.argmin(val_losses[:stop])) + 1
        if stop - best >= patience:
            break
    return stop, best


# %% [rescue]
def rescue(x_train, y_train, x_val, y_val):
    image = keras.Input((28, 28, 1))
    h = keras.layers.RandomTranslation(0.1, 0.1, fill_mode="constant")(image)
    for filters, size in ((8, 5), (16, 3)):
        h = keras.layers.Conv2D(filters, size, strides=2, padding="same")(h)
        h = keras.layers.ReLU()(h)
    h = keras.layers.Flatten()(h)
    h = keras.layers.Dropout(0.25)(h)
    h = keras.layers.Dense(128, activation="relu")(h)
    h = keras.layers.Dropout(0.25)(h)
    scores = keras.layers.Dense(10)(h)
    model = keras.Model(image, keras.layers.Softmax()(scores))
    optimizer = keras.optimizers.Adam(0.003)
    loss = keras.losses.SparseCategoricalCrossentropy()
    model.compile(optimizer, loss, jit_compile=False)
    model.fit(x_train, y_train, epochs=16, batch_size=50, verbose=0)
    return model
