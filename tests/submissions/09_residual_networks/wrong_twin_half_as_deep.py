"""Wrong: the twin has one convolution in each block instead of two.

fails: test_twin_kernels
says: test_twin_kernels: missing
with: shared/quickly_trained.py
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
