"""Wrong: one unit with a sigmoid, as for two classes.

fails: test_conv_shape, test_conv_probabilities, test_style_accuracy, test_style_anywhere
says: test_conv_shape: output shape
"""


# %% [conv1d_net]
def conv1d_net(samples):
    model = keras.Sequential([keras.Input((samples, 1))])
    model.add(
        keras.layers.Conv1D(16, 64, strides=16, padding="same", activation="relu")
    )
    model.add(keras.layers.MaxPooling1D(4))
    model.add(keras.layers.Conv1D(16, 32, padding="same", activation="relu"))
    model.add(keras.layers.GlobalMaxPooling1D())
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    return model


# %% [trained]
x_train, x_test = prepare(early_train), prepare(early_test)
model = conv1d_net(8_000)
model.compile(keras.optimizers.Adam(0.003), "binary_crossentropy", jit_compile=False)
model.fit(x_train, clips.y_train, batch_size=32, epochs=2, verbose=0)
