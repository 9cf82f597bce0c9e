"""Wrong: brackets forgotten in the standardisation.

fails: test_tempo_scale, test_tempo_accuracy
says: test_tempo_scale: brackets
"""


# %% [tempo]
def to_target(tempos):
    return tempos - 135 / 26


def to_tempo(answers):
    return answers[:, 0] * 26 + 135


def tempo_net(samples):
    model = keras.Sequential([keras.Input((samples, 1))])
    model.add(keras.layers.Conv1D(16, 64, strides=16, activation="relu"))
    model.add(keras.layers.MaxPooling1D(4))
    model.add(keras.layers.Conv1D(16, 32, activation="relu"))
    model.add(keras.layers.GlobalMaxPooling1D())
    model.add(keras.layers.Dense(1))
    return model
