"""Wrong: so much dropout that nothing gets through.

fails: test_rescue_accuracy
"""


# %% [rescue]
def rescue(x_train, y_train, x_val, y_val):
    model = keras.Sequential([keras.Input((28, 28, 1))])
    model.add(keras.layers.Conv2D(8, 5, strides=2, padding="same", activation="relu"))
    model.add(keras.layers.Conv2D(16, 3, strides=2, padding="same", activation="relu"))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dropout(0.95))
    model.add(keras.layers.Dense(128, activation="relu"))
    model.add(keras.layers.Dropout(0.95))
    model.add(keras.layers.Dense(10, activation="softmax"))
    model.compile(
        keras.optimizers.Adam(0.003),
        "sparse_categorical_crossentropy",
        jit_compile=False,
    )
    model.fit(x_train, y_train, epochs=20, batch_size=50, verbose=0)
    return model
