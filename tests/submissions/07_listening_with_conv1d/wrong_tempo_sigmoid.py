"""Wrong: a sigmoid after the last layer keeps answers between 0 and 1.

fails: test_tempo_net_linear, test_tempo_accuracy
says: test_tempo_net_linear: sigmoid
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
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    return model
