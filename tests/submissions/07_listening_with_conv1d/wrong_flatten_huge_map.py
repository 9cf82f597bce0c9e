"""Wrong: no pooling over time: the dense layer reads a huge feature map.

fails: test_conv_budget, test_conv_anywhere, test_style_accuracy, test_style_anywhere
says: test_conv_budget: over the budget
says: test_conv_anywhere: Flatten
"""


# %% [conv1d_net]
def conv1d_net(samples):
    model = keras.Sequential([keras.Input((samples, 1))])
    model.add(
        keras.layers.Conv1D(16, 64, strides=16, padding="same", activation="relu")
    )
    model.add(keras.layers.Conv1D(16, 8, activation="relu"))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(16, activation="relu"))
    model.add(keras.layers.Dense(3, activation="softmax"))
    return model


# %% [trained]
x_train, x_test = prepare(early_train), prepare(early_test)
model = conv1d_net(8_000)
model.compile(
    keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy", jit_compile=False
)
model.fit(x_train, clips.y_train, batch_size=32, epochs=1, verbose=0)
