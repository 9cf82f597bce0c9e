"""Cells for mistakes that are not about training."""

# %% [trained]
# Another network, solved by least squares, and quickly: this mistake is not about it.
images, labels = mnist.train
x_train, y_train = images.reshape(-1, 28 * 28) / 255, np.eye(10)[labels]
kernel = np.random.default_rng(0).normal(0, 0.1, (28 * 28, 1_000))
features = np.maximum(x_train @ kernel, 0)
gram = features.T @ features + 30 * np.eye(1_000)
answers = np.linalg.solve(gram, features.T @ y_train)
model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten()])
model.add(keras.layers.Dense(1_000, activation="relu", use_bias=False))
model.add(keras.layers.Dense(10, activation="softmax", use_bias=False))
model.set_weights([kernel, 10 * answers])
losses = [2.3, 0.4]
