"""Wrong: batch normalisation alone, which speeds up learning by heart.

fails: test_rescue_gap
"""


# %% [rescue]
def rescue(x_train, y_train, x_val, y_val):
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for filters, size in ((8, 5), (16, 3)):
        model.add(keras.layers.Conv2D(filters, size, strides=2, padding="same"))
        model.add(keras.layers.BatchNormalization(momentum=0.9))
        model.add(keras.layers.ReLU())
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(128))
    model.add(keras.layers.BatchNormalization(momentum=0.9))
    model.add(keras.layers.ReLU())
    model.add(keras.layers.Dense(10, activation="softmax"))
    loss = "sparse_categorical_crossentropy"
    model.compile(keras.optimizers.Adam(0.003), loss, jit_compile=False)
    model.fit(x_train, y_train, epochs=20, batch_size=50, verbose=0)
    return model
