"""Wrong: the transposed convolution has stride 1; the skip doesn't fit its result.

Tasks 5 and 6 build on the block, as the text says.

fails: test_up_shape, test_up_kernels, test_up_places, test_unet_shape, test_unet_parameters, test_unet_sigmoid, test_unet_skip, test_history, test_iou_both
"""


# %% [up_block]
def up_block(input_shape, skip_shape, filters):
    below, skip = keras.Input(input_shape), keras.Input(skip_shape)
    x = keras.layers.Conv2DTranspose(filters, 2, strides=1, padding="same")(below)
    x = keras.layers.Concatenate()([skip, x])
    for _ in range(2):
        x = keras.layers.Conv2D(
            filters,
            3,
            padding="same",
            activation="relu",
            kernel_initializer="he_normal",
        )(x)
    return keras.Model([below, skip], x)
