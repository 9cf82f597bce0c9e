"""Wrong: pooling halves, and rounds down; and 3×3 mixes the channels.

fails: test_halve, test_mix_channels
says: test_halve: rounded up
says: test_mix_channels: neighbours
"""


# %% [halve]
def halve(input_shape):
    conv = keras.layers.Conv2D(2 * input_shape[-1], 3, padding="same")
    pool = keras.layers.MaxPooling2D(2)
    return keras.Sequential([keras.Input(input_shape), conv, pool])


# %% [mix_channels]
def mix_channels(input_shape, filters):
    conv = keras.layers.Conv2D(filters, 3, padding="same", use_bias=False)
    return keras.Sequential([keras.Input(input_shape), conv])
