"""Wrong: what comes from below is joined with itself; the skip is an idle input.

with: shared/quickly_trained.py
fails: test_up_kernels, test_up_places, test_unet_skip
says: test_up_places: carries nothing
says: test_unet_skip: no skip connection
"""


# %% [up_block]
def up_block(input_shape, skip_shape, filters):
    below, skip = keras.Input(input_shape), keras.Input(skip_shape)
    x = keras.layers.Conv2DTranspose(filters, 2, strides=2)(below)
    x = keras.layers.Concatenate()([x, x])
    for _ in range(2):
        x = keras.layers.Conv2D(
            filters,
            3,
            padding="same",
            activation="relu",
            kernel_initializer="he_normal",
        )(x)
    return keras.Model([below, skip], x)
