"""Wrong: no ReLU after the convolutions.

with: shared/solved_at_once.py
fails: test_lenet_layers
says: test_lenet_layers: no ReLU
"""


# %% [lenet]
def lenet():
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, 5, padding="same"),
            layers.MaxPooling2D(2),
            layers.Conv2D(16, 5),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(120, activation="relu"),
            layers.Dense(84, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
