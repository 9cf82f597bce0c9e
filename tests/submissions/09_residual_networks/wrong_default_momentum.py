"""Wrong: the averages of batch normalisation follow too slowly for so few steps.

fails: test_block_batch_norm, test_accuracy
says: test_block_batch_norm: 0.99
"""


# %% [residual_block]
def residual_block(input_shape, filters, stride):
    layers = keras.layers
    x = keras.Input(input_shape)
    f = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)(x)
    f = layers.BatchNormalization()(f)
    f = layers.ReLU()(f)
    f = layers.Conv2D(filters, 3, padding="same", use_bias=False)(f)
    f = layers.BatchNormalization()(f)
    same_shape = stride == 1 and input_shape[-1] == filters
    shortcut = x if same_shape else projection(input_shape, filters, stride)(x)
    return keras.Model(x, layers.ReLU()(f + shortcut))
