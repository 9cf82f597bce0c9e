"""Wrong: the twin leaves out the projections only.

fails: test_twin_plain
says: test_twin_plain: shortcut
with: shared/quickly_trained.py
"""


# %% [plain_twin]
def plain_twin(depth, filters=16, input_shape=(28, 28, 1)):
    layers = keras.layers

    def convolve(h, filters, stride=1):
        h = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)(h)
        return layers.BatchNormalization(momentum=0.9)(h)

    image = keras.Input(input_shape)
    h = layers.ReLU()(convolve(image, filters))
    for stage in range(3):
        for block in range((depth - 2) // 6):
            stride = 2 if stage > 0 and block == 0 else 1
            f = layers.ReLU()(convolve(h, filters * 2**stage, stride))
            f = convolve(f, filters * 2**stage)
            h = layers.ReLU()(f + h if f.shape == h.shape else f)
    h = layers.GlobalAveragePooling2D()(h)
    return keras.Model(image, layers.Dense(10, activation="softmax")(h))
