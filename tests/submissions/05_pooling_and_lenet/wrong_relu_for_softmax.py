"""Wrong: ReLU in the last layer instead of softmax.

fails: test_lenet_layers, test_lenet_probabilities, test_accuracy
says: test_lenet_probabilities: sum of the probabilities
"""


# %% [lenet]
def lenet():
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(16, 5, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(120, activation="relu"),
            layers.Dense(84, activation="relu"),
            layers.Dense(10, activation="relu"),
        ]
    )
