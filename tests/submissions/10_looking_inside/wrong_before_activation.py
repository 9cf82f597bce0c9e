"""Wrong: the maps before the activation; patches are covered with black.

fails: test_feature_maps_values, test_feature_maps_deep, test_occlusion_fill
says: test_feature_maps_values: before the activation
says: test_feature_maps_deep: before the activation
says: test_occlusion_fill: covered with 0
"""


# %% [feature_maps]
def feature_maps(model, image, layer_name):
    layer = model.get_layer(layer_name)
    x = keras.Model(model.inputs[0], layer.input)(image[np.newaxis])
    if isinstance(layer, keras.layers.Conv2D):
        padding = layer.padding
        return np.asarray(
            keras.ops.conv(x, layer.kernel, padding=padding) + layer.bias
        )[0]
    return np.asarray(layer(x))[0]


# %% [occlusion_map]
def occlusion_map(model, image, label, size, stride, fill):
    rows = range(0, image.shape[0] - size + 1, stride)
    columns = range(0, image.shape[1] - size + 1, stride)
    batch = [image]
    for top in rows:
        for left in columns:
            covered = image.copy()
            covered[top : top + size, left : left + size] = 0
            batch.append(covered)
    scores = np.asarray(model(np.array(batch)))[:, label]
    return (scores[0] - scores[1:]).reshape(len(rows), len(columns))
