"""Wrong: targets in beats a minute, which the network does not reach in time.

fails: test_tempo_scale, test_tempo_accuracy
says: test_tempo_scale: beats a minute
"""


# %% [tempo]
def to_target(tempos):
    return tempos


def to_tempo(answers):
    return answers[:, 0]


def tempo_net(samples):
    model = keras.Sequential([keras.Input((samples, 1))])
    model.add(keras.layers.Conv1D(16, 64, strides=16, activation="relu"))
    model.add(keras.layers.MaxPooling1D(4))
    model.add(keras.layers.Conv1D(16, 32, activation="relu"))
    model.add(keras.layers.GlobalMaxPooling1D())
    model.add(keras.layers.Dense(1))
    return model
