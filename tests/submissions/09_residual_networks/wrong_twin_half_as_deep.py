"""Wrong: the twin has one convolution in each block instead of two.

fails: test_twin_kernels
says: test_twin_kernels: missing
"""


# %% [plain_twin]
def plain_twin(depth, filters=16, input_shape=(28, 28, 1)):
    layers = keras.layers
    twin = keras.Sequential([keras.Input(input_shape)])

    def convolve(filters, stride):
        twin.add(layers.Conv2D(filters, 3, stride, padding="same", use_bias=False))
        twin.add(layers.BatchNormalization(momentum=0.9))
        twin.add(layers.ReLU())

    convolve(filters, 1)
    for stage in range(3):
        for number in range((depth - 2) // 6):
            stride = 2 if stage > 0 and number == 0 else 1
            convolve(filters * 2**stage, stride)
    twin.add(layers.GlobalAveragePooling2D())
    twin.add(layers.Dense(10, activation="softmax"))
    return twin


# %% [trained]
# Trained in another way, and quickly: this mistake is not about accuracy.
model, twin = (
    keras.Sequential(
        [
            keras.Input((14, 14, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    for _ in range(2)
)
model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
model.fit(x_train, y_train, epochs=10, batch_size=50, verbose=0)
