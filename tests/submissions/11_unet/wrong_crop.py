"""Wrong: the skip is cropped at one corner and padded at the other, so it is a pixel off.

with: shared/quickly_trained.py
with: shared/plain_unet.py
fails: test_up_places
says: test_up_places: reach of the skip
"""


# %% [up_block]
def up_block(input_shape, skip_shape, filters):
    below, skip = keras.Input(input_shape), keras.Input(skip_shape)
    x = keras.layers.Conv2DTranspose(filters, 2, strides=2)(below)
    cropped = keras.layers.Cropping2D(((1, 0), (1, 0)))(skip)
    cropped = keras.layers.ZeroPadding2D(((0, 1), (0, 1)))(cropped)
    x = keras.layers.Concatenate()([cropped, x])
    for _ in range(2):
        x = keras.layers.Conv2D(
            filters,
            3,
            padding="same",
            activation="relu",
            kernel_initializer="he_normal",
        )(x)
    return keras.Model([below, skip], x)
