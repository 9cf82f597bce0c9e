"""Wrong: the second convolution on the way down is missing.

with: shared/quickly_trained.py
with: shared/plain_unet.py
fails: test_down_shapes, test_down_features
says: test_down_shapes: missing
says: test_down_features: convolutions in the block
"""


# %% [down_block]
def down_block(input_shape, filters):
    inputs = x = keras.Input(input_shape)
    for _ in range(1):
        x = keras.layers.Conv2D(
            filters,
            3,
            padding="same",
            activation="relu",
            kernel_initializer="he_normal",
        )(x)
    return keras.Model(inputs, [x, keras.layers.MaxPooling2D(2)(x)])
