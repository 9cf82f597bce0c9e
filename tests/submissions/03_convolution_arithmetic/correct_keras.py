"""Correct: Keras does the work, also where NumPy would.

fails: nothing
"""


# %% [conv_parameters]
def conv_parameters(kernel_size, channels, filters, use_bias=True):
    layer = keras.layers.Conv2D(filters, kernel_size, use_bias=use_bias)
    layer.build((None, None, None, channels))
    return layer.count_params()


# %% [conv2d]
def conv2d(x, kernels, bias, stride=1, padding=0):
    x = np.pad(x, ((padding, padding), (padding, padding), (0, 0)))
    out = keras.ops.conv(x[None], kernels, strides=stride, padding="valid")
    return keras.ops.convert_to_numpy(out)[0] + bias


# %% [mix_channels]
def mix_channels(input_shape, filters):
    dense = keras.layers.Dense(filters, use_bias=False)
    return keras.Sequential([keras.Input(input_shape), dense])


# %% [double_size]
def double_size(input_shape, filters):
    image = keras.Input(input_shape)
    wide = keras.layers.Conv2DTranspose(filters, 4, strides=2)(image)
    return keras.Model(image, keras.layers.Cropping2D(1)(wide))


# %% [transposed_conv2d]
def transposed_conv2d(x, kernel, stride):
    out = keras.ops.conv_transpose(
        x[None, :, :, None], kernel[:, :, None, None], strides=stride, padding="valid"
    )
    high = (x.shape[0] - 1) * stride + kernel.shape[0]
    wide = (x.shape[1] - 1) * stride + kernel.shape[1]
    return keras.ops.convert_to_numpy(out)[0, :high, :wide, 0]
