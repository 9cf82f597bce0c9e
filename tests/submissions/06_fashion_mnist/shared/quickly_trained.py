"""Cells for mistakes that are not about accuracy."""

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
