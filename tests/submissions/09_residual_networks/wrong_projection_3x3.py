"""Wrong: the projection is a convolution 3×3.

fails: test_projection_shape, test_projection_values, test_block_parameters, test_block_projection, test_block_formula, test_resnet_kernels, test_resnet_parameters, test_resnet_skips
says: test_projection_shape: 3×3
says: test_block_parameters: 3×3
with: shared/quickly_trained.py
"""


# %% [projection]
def projection(input_shape, filters, stride):
    layer = keras.layers.Conv2D(
        filters, 3, strides=stride, padding="same", use_bias=False
    )
    return keras.Sequential([keras.Input(input_shape), layer])
