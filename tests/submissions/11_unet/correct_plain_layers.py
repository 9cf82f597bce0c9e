"""Correct: the network from plain layers, other orders, activations as layers, and a dense
layer at each pixel for the convolution 1×1.

fails: nothing
"""


# %% [overlap]
def counts(target, p):
    a, b = np.asarray(target, dtype=bool), ~(np.asarray(p) < 0.5)
    return np.count_nonzero(a & b), np.count_nonzero(a), np.count_nonzero(b)


def dice(target, p, smooth=1.0):
    both, a, b = counts(target, p)
    return 1 - (a + b - 2 * both) / (a + b + smooth)


def iou(target, p, smooth=1.0):
    both, a, b = counts(target, p)
    return float((both + smooth) / (a + b - both + smooth))


# %% [prepare]
def prepare(images, labels):
    from skimage.transform import downscale_local_mean

    x = downscale_local_mean(images.astype("float32"), (1, 2, 2))
    y = downscale_local_mean(labels.astype("float32"), (1, 2, 2))
    return (x[..., None] / 64 - 2).astype("float32"), np.float32(y[..., None] > 128)


# %% [down_block]
def double_convolution(x, filters):
    for _ in range(2):
        x = keras.layers.Conv2D(
            filters,
            (3, 3),
            padding="same",
            kernel_initializer=keras.initializers.HeNormal(),
        )(x)
        x = keras.layers.ReLU()(x)
    return x


def down_block(input_shape, filters):
    block = keras.Input(input_shape)
    features = double_convolution(block, filters)
    pooled = keras.layers.MaxPool2D((2, 2), strides=2, padding="same")(features)
    return keras.Model(inputs=block, outputs=(features, pooled))


# %% [up_block]
def join(below, skip, filters):
    x = keras.layers.Conv2DTranspose(filters, 2, strides=2, padding="same")(below)
    return double_convolution(keras.layers.concatenate([x, skip]), filters)


def up_block(input_shape, skip_shape, filters):
    below, skip = keras.Input(input_shape), keras.Input(skip_shape)
    return keras.Model((below, skip), join(below, skip, filters))


# %% [unet]
def unet(size, base, depth):
    def level(x, filters, left):
        x = double_convolution(x, filters)
        if left == 0:
            return x
        return join(
            level(keras.layers.MaxPooling2D()(x), 2 * filters, left - 1), x, filters
        )

    image = keras.Input((size, size, 1))
    x = level(image, base, depth)
    # A dense layer reads the channels of each pixel, as a convolution 1×1 does.
    return keras.Model(image, keras.layers.Dense(1, activation="sigmoid")(x))
