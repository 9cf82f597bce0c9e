"""Correct: models inside of models, a Sequential of blocks, another epsilon, the twin made
of plain blocks.

fails: nothing
"""


# %% [residual_block]
def branch(input_shape, filters, stride):
    layers = keras.layers
    options = {"kernel_size": (3, 3), "padding": "same", "use_bias": False}
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Conv2D(filters, strides=stride, **options),
            layers.BatchNormalization(momentum=0.9, epsilon=1e-5),
            layers.ReLU(),
            layers.Conv2D(filters, **options),
            layers.BatchNormalization(momentum=0.9, epsilon=1e-5),
        ]
    )


def residual_block(input_shape, filters, stride):
    x = keras.Input(input_shape)
    f = branch(input_shape, filters, stride)(x)
    way = x if f.shape == x.shape else projection(input_shape, filters, stride)(x)
    return keras.Model(x, keras.ops.relu(keras.ops.add(f, way)))


# %% [resnet]
def of_blocks(depth, filters, input_shape, make_block):
    layers = keras.layers
    model = keras.Sequential([keras.Input(input_shape)])
    model.add(layers.Conv2D(filters, 3, padding="same", use_bias=False))
    model.add(layers.BatchNormalization(momentum=0.9, epsilon=1e-5))
    model.add(layers.ReLU())
    for stage in (0, 1, 2):
        for i in range((depth - 2) // 6):
            stride = 2 if stage and not i else 1
            model.add(make_block(model.output_shape[1:], filters << stage, stride))
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(10, activation="softmax"))
    return model


def resnet(depth, filters=16, input_shape=(28, 28, 1)):
    return of_blocks(depth, filters, input_shape, residual_block)


# %% [plain_twin]
def plain_block(input_shape, filters, stride):
    layers = [keras.Input(input_shape), branch(input_shape, filters, stride)]
    return keras.Sequential([*layers, keras.layers.ReLU()])


def plain_twin(depth, filters=16, input_shape=(28, 28, 1)):
    return of_blocks(depth, filters, input_shape, plain_block)
