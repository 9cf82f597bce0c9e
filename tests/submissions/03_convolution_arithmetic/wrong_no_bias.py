"""Wrong: the bias is forgotten, in the count, in conv2d and in two models.

fails: test_conv_parameters, test_conv2d_bias, test_keep_size, test_double_size
says: test_conv_parameters: bias missing
says: test_conv2d_bias: bias missing
says: test_keep_size: bias missing
"""


# %% [conv_parameters]
def conv_parameters(kernel_size, channels, filters, use_bias=True):
    return kernel_size[0] * kernel_size[1] * channels * filters


# %% [conv2d]
def conv2d(x, kernels, bias, stride=1, padding=0):
    x = np.pad(x, ((padding, padding), (padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], (0, 1))
    windows = windows[::stride, ::stride]
    return np.einsum("rscmn,mncf->rsf", windows, kernels)


# %% [keep_size]
def keep_size(input_shape, filters):
    conv = keras.layers.Conv2D(filters, 5, padding="same", use_bias=False)
    return keras.Sequential([keras.Input(input_shape), conv])


# %% [double_size]
def double_size(input_shape, filters):
    conv = keras.layers.Conv2DTranspose(
        filters, 4, strides=2, padding="same", use_bias=False
    )
    return keras.Sequential([keras.Input(input_shape), conv])
