"""Wrong: the shortcut is added before the second convolution.

fails: test_block_identity, test_block_projection, test_block_formula, test_resnet_skips
says: test_block_identity: too early
says: test_resnet_skips: shortcuts
with: shared/quickly_trained.py
"""


# %% [residual_block]
def residual_block(input_shape, filters, stride):
    layers = keras.layers
    x = keras.Input(input_shape)
    same_shape = stride == 1 and input_shape[-1] == filters
    shortcut = x if same_shape else projection(input_shape, filters, stride)(x)
    f = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)(x)
    f = layers.BatchNormalization(momentum=0.9)(f)
    f = layers.ReLU()(f) + shortcut
    f = layers.Conv2D(filters, 3, padding="same", use_bias=False)(f)
    f = layers.BatchNormalization(momentum=0.9)(f)
    return keras.Model(x, layers.ReLU()(f))
