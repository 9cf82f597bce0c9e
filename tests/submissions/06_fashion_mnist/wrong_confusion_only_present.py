"""Wrong: no rows and columns for classes that don't occur.

fails: test_confusion_matrix_classes
"""


# %% [confusion_matrix]
def confusion_matrix(y_true, y_pred, classes):
    classes = len(set(y_true) | set(y_pred))
    matrix = np.zeros((classes, classes), dtype=int)
    for true, predicted in zip(y_true, y_pred):
        matrix[true, predicted] += 1
    return matrix


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
