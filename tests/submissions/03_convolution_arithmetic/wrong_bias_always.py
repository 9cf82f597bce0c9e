"""Wrong: biases are counted and added whether asked for or not.

fails: test_conv_parameters_without_bias, test_mix_channels
says: test_conv_parameters_without_bias: all the same
says: test_mix_channels: too much
"""


# %% [conv_parameters]
def conv_parameters(kernel_size, channels, filters, use_bias=True):
    return (kernel_size[0] * kernel_size[1] * channels + 1) * filters


# %% [mix_channels]
def mix_channels(input_shape, filters):
    conv = keras.layers.Conv2D(filters, 1)
    return keras.Sequential([keras.Input(input_shape), conv])
