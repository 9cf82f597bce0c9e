"""Wrong: dropout stays on in inference.

fails: test_model_dropout
says: test_model_dropout: left on
"""


# %% [build_model]
def build_model():
    image = x = keras.Input((28, 28, 1))
    for filters in (32, 64):
        for _ in range(2):
            x = keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
            x = keras.layers.BatchNormalization()(x)
        x = keras.layers.MaxPooling2D(2)(x)
    x = keras.layers.Dense(512, activation="relu")(keras.layers.Flatten()(x))
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.Dropout(0.5)(x, training=True)
    return keras.Model(image, keras.layers.Dense(10, activation="softmax")(x))


# %% [trained]
# Trained in another way, and quickly: this mistake is not about accuracy.
x_train, x_val = (
    x[..., None] / np.float32(255) for x in (fashion.x_train, fashion.x_test)
)
y_train, y_val = (np.eye(10)[y] for y in (fashion.y_train, fashion.y_test))
layers = [keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
model = keras.Sequential([keras.Input((28, 28, 1)), *layers])
quick = {"metrics": ["accuracy"], "jit_compile": False}
model.compile("adam", "categorical_crossentropy", **quick)
held_out = (x_val, y_val)
history = model.fit(
    x_train, y_train, validation_data=held_out, epochs=10, batch_size=32, verbose=2
).history
