"""Wrong: convolutions without padding on the way down, as in the paper.

with: shared/quickly_trained.py
with: shared/plain_unet.py
fails: test_down_shapes, test_down_features, test_down_pooled
says: test_down_shapes: padding
"""


# %% [down_block]
def down_block(input_shape, filters):
    inputs = x = keras.Input(input_shape)
    for _ in range(2):
        x = keras.layers.Conv2D(
            filters, 3, activation="relu", kernel_initializer="he_normal"
        )(x)
    return keras.Model(inputs, [x, keras.layers.MaxPooling2D(2)(x)])
