"""Wrong: softmax over a single channel, which is always 1, trained or not.

fails: test_unet_sigmoid, test_unet_skip, test_iou_both
says: test_unet_sigmoid: always 1
"""


# %% [unet]
def unet(size, base, depth):
    def twice(x, filters):
        for _ in range(2):
            x = keras.layers.Conv2D(
                filters,
                3,
                padding="same",
                activation="relu",
                kernel_initializer="he_normal",
            )(x)
        return x

    image = x = keras.Input((size, size, 1))
    skips = []
    for level in range(depth):
        skips.append(twice(x, base * 2**level))
        x = keras.layers.MaxPooling2D(2)(skips[-1])
    x = twice(x, base * 2**depth)
    for skip in skips[::-1]:
        x = keras.layers.Conv2DTranspose(skip.shape[-1], 2, strides=2)(x)
        x = twice(keras.layers.Concatenate()([skip, x]), skip.shape[-1])
    return keras.Model(image, keras.layers.Conv2D(1, 1, activation="softmax")(x))


# %% [trained]
# Keras knows what goes into the softmax and lets even this loss fall.
model = unet(64, 8, 2)
history = {"loss": [0.5, 0.45, 0.42, 0.4, 0.39, 0.38]}
