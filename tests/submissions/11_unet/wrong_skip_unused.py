"""Wrong: what comes from below is joined with itself; the skip is an idle input.

fails: test_up_kernels, test_up_places, test_unet_skip
says: test_up_places: carries nothing
says: test_unet_skip: no skip connection
"""


# %% [up_block]
def up_block(input_shape, skip_shape, filters):
    below, skip = keras.Input(input_shape), keras.Input(skip_shape)
    x = keras.layers.Conv2DTranspose(filters, 2, strides=2)(below)
    x = keras.layers.Concatenate()([x, x])
    for _ in range(2):
        x = keras.layers.Conv2D(
            filters,
            3,
            padding="same",
            activation="relu",
            kernel_initializer="he_normal",
        )(x)
    return keras.Model([below, skip], x)


# %% [trained]
# A whole network: how well one without skips does is a matter of luck.
def whole_unet(size, base, depth):
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
    return keras.Model(image, keras.layers.Conv2D(1, 1, activation="sigmoid")(x))


x_train, y_train = (crops(part) for part in prepare(*slices.train))
model = whole_unet(64, 8, 2)
adam = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.006, 96))
model.compile(adam, "binary_crossentropy", jit_compile=False)
history = model.fit(x_train, y_train, batch_size=8, epochs=6, verbose=2).history
