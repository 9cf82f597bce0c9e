"""Wrong: convolutions and dense layers without bias.

with: shared/solved_at_once.py
fails: test_lenet_parameters
says: test_lenet_parameters: no bias
"""


# %% [lenet]
def lenet():
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, 5, padding="same", activation="relu", use_bias=False),
            layers.MaxPooling2D(2),
            layers.Conv2D(16, 5, activation="relu", use_bias=False),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(120, activation="relu", use_bias=False),
            layers.Dense(84, activation="relu", use_bias=False),
            layers.Dense(10, activation="softmax", use_bias=False),
        ]
    )
