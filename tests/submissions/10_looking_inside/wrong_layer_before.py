"""Wrong: what goes into the layer, not what comes out; kernels mirrored, not turned.

fails: test_feature_maps_shape, test_feature_maps_values, test_feature_maps_deep, test_rotate_values, test_rotate_channels, test_rotate_equivariance
says: test_feature_maps_deep: goes into
says: test_rotate_values: mirrored
"""


# %% [feature_maps]
def feature_maps(model, image, layer_name):
    part = keras.Model(model.inputs[0], model.get_layer(layer_name).input)
    return np.asarray(part(image[np.newaxis]))[0]


# %% [rotate_kernels]
def rotate_kernels(kernels):
    both = kernels[::-1, ::-1]
    return np.stack([kernels, kernels[::-1], both, kernels[:, ::-1]])
