"""Correct: loops in plain Python, strided slices, a sequential helper in the blocks.

fails: nothing
"""


# %% [overlap]
def dice(target, p, smooth=1.0):
    both = size = 0
    for t, q in zip(np.ravel(target), np.ravel(p)):
        guess = q >= 0.5
        both += bool(t) and bool(guess)
        size += int(t > 0) + int(guess)
    return (2 * both + smooth) / (size + smooth)


def iou(target, p, smooth=1.0):
    both = either = 0
    for t, q in zip(np.ravel(target), np.ravel(p)):
        both += t > 0 and q >= 0.5
        either += t > 0 or q >= 0.5
    return (both + smooth) / (either + smooth)


# %% [prepare]
def prepare(images, labels):
    def mean(maps):
        maps = maps.astype("float32")
        upper, lower = maps[:, ::2], maps[:, 1::2]
        four = (
            upper[:, :, ::2] + upper[:, :, 1::2] + lower[:, :, ::2] + lower[:, :, 1::2]
        )
        return np.expand_dims(four / 4, -1)

    x = (mean(images) - 128) / 64
    y = np.where(mean(labels) / 255 > 0.5, 1.0, 0.0)
    return x, y.astype(np.float32)


# %% [down_block]
def two(shape, filters):
    settings = {"padding": "same", "kernel_initializer": "he_normal"}
    model = keras.Sequential([keras.Input(shape)])
    model.add(keras.layers.Conv2D(filters, 3, activation="relu", **settings))
    model.add(keras.layers.Conv2D(filters, 3, activation="relu", **settings))
    return model


def down_block(input_shape, filters):
    inputs = keras.Input(input_shape)
    features = two(input_shape, filters)(inputs)
    return keras.Model(inputs, [features, keras.layers.MaxPooling2D(2)(features)])


# %% [up_block]
def up_block(input_shape, skip_shape, filters):
    below, skip = keras.Input(input_shape), keras.Input(skip_shape)
    x = keras.layers.Conv2DTranspose(filters, (2, 2), (2, 2))(below)
    x = keras.layers.Concatenate(axis=3)([x, skip])
    return keras.Model([below, skip], two(x.shape[1:], filters)(x))
