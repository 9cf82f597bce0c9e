"""Wrong: the transposed convolution keeps as many channels as come in.

with: shared/quickly_trained.py
fails: test_up_kernels, test_unet_parameters
says: test_up_kernels: as many filters as channels come in
"""


# %% [up_block]
def up_block(input_shape, skip_shape, filters):
    below, skip = keras.Input(input_shape), keras.Input(skip_shape)
    x = keras.layers.Conv2DTranspose(input_shape[-1], 2, strides=2)(below)
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
