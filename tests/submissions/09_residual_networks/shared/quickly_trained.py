"""Cells for mistakes that are not about accuracy."""

# %% [trained]
# Trained in another way, and quickly: this mistake is not about accuracy.
layers = [keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
model = keras.Sequential([keras.Input((14, 14, 1)), *layers])
adam = keras.optimizers.Adam(0.01)
model.compile(adam, "sparse_categorical_crossentropy", jit_compile=False)
model.fit(x_train, y_train, epochs=10, batch_size=50, verbose=0)
