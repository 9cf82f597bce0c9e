"""Wrong: one ReLU too many, before the addition.

fails: test_block_formula
says: test_block_formula: too many
with: shared/quickly_trained.py
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
    return keras.Model(x, layers.ReLU()(layers.ReLU()(f) + shortcut))
