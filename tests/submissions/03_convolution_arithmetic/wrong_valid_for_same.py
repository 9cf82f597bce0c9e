"""Wrong: Keras' default padding, "valid", where the size is to be kept.

fails: test_keep_size, test_halve, test_double_size
says: test_keep_size: valid
says: test_halve: valid
says: test_double_size: too many
"""


# %% [keep_size]
def keep_size(input_shape, filters):
    return keras.Sequential([keras.Input(input_shape), keras.layers.Conv2D(filters, 5)])


# %% [halve]
def halve(input_shape):
    conv = keras.layers.Conv2D(2 * input_shape[-1], 3, strides=2)
    return keras.Sequential([keras.Input(input_shape), conv])


# %% [double_size]
def double_size(input_shape, filters):
    conv = keras.layers.Conv2DTranspose(filters, 4, strides=2)
    return keras.Sequential([keras.Input(input_shape), conv])
