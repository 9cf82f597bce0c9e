"""Wrong: the shortcut is built, but not added, so that `model` is as plain as its twin.

fails: test_block_parameters, test_block_identity, test_block_projection, test_block_formula, test_resnet_kernels, test_resnet_parameters, test_resnet_skips, test_accuracy
says: test_block_parameters: not connected
says: test_block_identity: not connected
says: test_block_formula: not added
"""


# %% [residual_block]
def residual_block(input_shape, filters, stride):
    layers = keras.layers
    x = keras.Input(input_shape)
    f = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)(x)
    f = layers.BatchNormalization(momentum=0.9)(f)
    f = layers.ReLU()(f)
    f = layers.Conv2D(filters, 3, padding="same", use_bias=False)(f)
    f = layers.BatchNormalization(momentum=0.9)(f)
    same_shape = stride == 1 and input_shape[-1] == filters
    shortcut = x if same_shape else projection(input_shape, filters, stride)(x)
    y = f
    shortcut = y + shortcut
    return keras.Model(x, layers.ReLU()(y))
