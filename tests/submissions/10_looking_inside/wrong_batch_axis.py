"""Wrong: the feature maps keep the batch axis; LIME has no constant.

fails: test_feature_maps_shape, test_feature_maps_values, test_feature_maps_deep, test_lime_constant
says: test_feature_maps_shape: batch axis
says: test_lime_constant: constant
"""


# %% [feature_maps]
def feature_maps(model, image, layer_name):
    part = keras.Model(model.inputs[0], model.get_layer(layer_name).output)
    return np.asarray(part(image[np.newaxis]))


# %% [lime_weights]
def lime_weights(model, image, label, segments, masks):
    trials = image * masks[:, segments][..., np.newaxis]
    scores = np.asarray(model(trials))[:, label]
    return np.linalg.lstsq(masks, scores, rcond=None)[0]
