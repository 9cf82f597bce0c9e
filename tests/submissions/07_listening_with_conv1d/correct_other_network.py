"""Correct: another network: batch normalisation, no bias, one-hot labels.

fails: nothing
"""


# %% [conv1d_net]
def conv1d_net(samples):
    clip = keras.Input((samples, 1))
    x = keras.layers.Conv1D(12, 64, strides=16, padding="same", use_bias=False)(clip)
    x = keras.layers.BatchNormalization(momentum=0.8)(x)
    x = keras.layers.Activation("relu")(x)
    x = keras.layers.MaxPooling1D(4, padding="same")(x)
    x = keras.layers.Conv1D(16, 32, padding="same", activation="relu")(x)
    heard = keras.layers.GlobalMaxPooling1D()(x)
    return keras.Model(clip, keras.layers.Dense(3, activation="softmax")(heard))


# %% [trained]
x_train, x_test = prepare(early_train), prepare(early_test)
model = conv1d_net(8_000)
model.compile(
    keras.optimizers.Adam(0.003), "categorical_crossentropy", jit_compile=False
)
one_hot = keras.utils.to_categorical(clips.y_train, 3)
model.fit(x_train, one_hot, batch_size=32, epochs=10, verbose=0)


# %% [tempo_scale]
def to_target(tempos):
    return (tempos - 135) / 26


def to_tempo(answers):
    return np.ravel(26 * answers + 135)
