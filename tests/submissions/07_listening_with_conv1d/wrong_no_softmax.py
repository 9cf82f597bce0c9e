"""Wrong: no softmax: scores, on which the loss knows how to work.

fails: test_conv_probabilities
says: test_conv_probabilities: softmax
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
    model.add(keras.layers.Dense(3))
    return model


# %% [trained]
x_train, x_test = prepare(early_train), prepare(early_test)
model = conv1d_net(8_000)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(keras.optimizers.Adam(0.003), loss, jit_compile=False)
model.fit(x_train, clips.y_train, batch_size=32, epochs=10, verbose=0)
