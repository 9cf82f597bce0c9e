"""Wrong: the projection ignores its stride, so that the shapes don't fit.

fails: test_projection_shape, test_projection_values, test_block_shape, test_block_parameters, test_block_projection, test_block_formula, test_block_batch_norm, test_resnet_shape, test_resnet_kernels, test_resnet_parameters, test_resnet_skips
says: test_projection_shape: output shape
with: shared/quickly_trained.py
"""


# %% [projection]
def projection(input_shape, filters, stride):
    layer = keras.layers.Conv2D(filters, 1, use_bias=False)
    return keras.Sequential([keras.Input(input_shape), layer])
