"""Wrong: the mean is not added again.

fails: test_tempo_scale
says: test_tempo_scale: mean
"""


# %% [tempo]
def to_target(tempos):
    return (tempos - 135) / 26


def to_tempo(answers):
    return answers[:, 0] * 26


def tempo_net(samples):
    model = keras.Sequential([keras.Input((samples, 1))])
    model.add(keras.layers.Conv1D(16, 64, strides=16, activation="relu"))
    model.add(keras.layers.MaxPooling1D(4))
    model.add(keras.layers.Conv1D(16, 32, activation="relu"))
    model.add(keras.layers.GlobalMaxPooling1D())
    model.add(keras.layers.Dense(1))
    return model
