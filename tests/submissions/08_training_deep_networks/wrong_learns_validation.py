"""Wrong: the validation images are trained on as well.

fails: test_rescue_fair
says: test_rescue_fair: validation
"""


# %% [rescue]
def rescue(x_train, y_train, x_val, y_val):
    x, y = np.concatenate([x_train, x_val]), np.concatenate([y_train, y_val])
    model = keras.Sequential([keras.Input((28, 28, 1))])
    model.add(keras.layers.RandomTranslation(0.1, 0.1, "constant"))
    model.add(keras.layers.Conv2D(8, 5, strides=2, padding="same", activation="relu"))
    model.add(keras.layers.Conv2D(16, 3, strides=2, padding="same", activation="relu"))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dropout(0.3))
    model.add(keras.layers.Dense(128, activation="relu"))
    model.add(keras.layers.Dropout(0.3))
    model.add(keras.layers.Dense(10, activation="softmax"))
    model.compile(
        keras.optimizers.AdamW(0.003, weight_decay=0.1),
        "sparse_categorical_crossentropy",
        jit_compile=False,
    )
    model.fit(x, y, epochs=12, batch_size=50, verbose=0)
    return model
