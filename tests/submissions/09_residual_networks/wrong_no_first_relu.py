"""Wrong: what enters the first block has passed no ReLU.

fails: test_resnet_skips
says: test_resnet_skips: ReLU after the first
with: shared/quickly_trained.py
"""


# %% [resnet]
def resnet(depth, filters=16, input_shape=(28, 28, 1)):
    layers = keras.layers
    image = keras.Input(input_shape)
    h = layers.Conv2D(filters, 3, padding="same", use_bias=False)(image)
    h = layers.BatchNormalization(momentum=0.9)(h)
    for stage in range(3):
        for block in range((depth - 2) // 6):
            stride = 2 if stage > 0 and block == 0 else 1
            h = residual_block(h.shape[1:], filters * 2**stage, stride)(h)
    h = layers.GlobalAveragePooling2D()(h)
    return keras.Model(image, layers.Dense(10, activation="softmax")(h))
