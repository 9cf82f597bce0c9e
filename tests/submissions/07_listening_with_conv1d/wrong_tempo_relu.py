"""Wrong: a ReLU after the last layer: no tempo below the mean.

fails: test_tempo_net_linear, test_tempo_accuracy
says: test_tempo_net_linear: ReLU
"""


# %% [tempo_net]
def tempo_net(samples):
    model = keras.Sequential([keras.Input((samples, 1))])
    model.add(
        keras.layers.Conv1D(16, 64, strides=16, padding="same", activation="relu")
    )
    model.add(keras.layers.MaxPooling1D(4))
    model.add(keras.layers.Conv1D(16, 32, padding="same", activation="relu"))
    model.add(keras.layers.GlobalMaxPooling1D())
    model.add(keras.layers.Dense(1, activation="relu"))
    return model
