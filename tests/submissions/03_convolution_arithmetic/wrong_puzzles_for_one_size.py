"""Wrong: models for the example's shape, whatever shape is asked for.

fails: test_keep_size, test_halve, test_mix_channels, test_double_size
"""


# %% [keep_size]
def keep_size(input_shape, filters):
    conv = keras.layers.Conv2D(4, 5, padding="same")
    return keras.Sequential([keras.Input((12, 9, 2)), conv])


# %% [halve]
def halve(input_shape):
    conv = keras.layers.Conv2D(4, 3, strides=2, padding="same")
    return keras.Sequential([keras.Input((12, 9, 2)), conv])


# %% [mix_channels]
def mix_channels(input_shape, filters):
    conv = keras.layers.Conv2D(4, 1, use_bias=False)
    return keras.Sequential([keras.Input((12, 9, 2)), conv])


# %% [double_size]
def double_size(input_shape, filters):
    conv = keras.layers.Conv2DTranspose(4, 4, strides=2, padding="same")
    return keras.Sequential([keras.Input((12, 9, 2)), conv])
