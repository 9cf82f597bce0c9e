"""Wrong: the mean of each square instead of its maximum.

with: shared/quickly_trained.py
with: shared/plain_unet.py
fails: test_down_pooled
says: test_down_pooled: average
"""


# %% [down_block]
def down_block(input_shape, filters):
    inputs = x = keras.Input(input_shape)
    for _ in range(2):
        x = keras.layers.Conv2D(
            filters,
            3,
            padding="same",
            activation="relu",
            kernel_initializer="he_normal",
        )(x)
    return keras.Model(inputs, [x, keras.layers.AveragePooling2D(2)(x)])
