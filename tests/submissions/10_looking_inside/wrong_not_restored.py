"""Wrong: the image is covered patch after patch; Grad-CAM of the last convolution only.

fails: test_occlusion_values, test_occlusion_fill, test_occlusion_evidence, test_grad_cam_layer
says: test_occlusion_values: still covered
says: test_grad_cam_layer: layer_name
"""


# %% [occlusion_map]
def occlusion_map(model, image, label, size, stride, fill):
    rows = range(0, image.shape[0] - size + 1, stride)
    columns = range(0, image.shape[1] - size + 1, stride)
    whole = np.asarray(model(image[np.newaxis]))[0, label]
    covered = image.copy()
    drop = np.zeros((len(rows), len(columns)))
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            covered[top : top + size, left : left + size] = fill
            drop[i, j] = whole - np.asarray(model(covered[np.newaxis]))[0, label]
    return drop


# %% [grad_cam]
def grad_cam(model, image, label, layer_name):
    last = [x for x in model.layers if isinstance(x, keras.layers.Conv2D)][-1]
    both = [last.output, model.outputs[0]]
    part = keras.Model(model.inputs[0], both)
    with tf.GradientTape() as tape:
        maps, scores = part(image[np.newaxis])
        score = scores[0, label]
    gradient = tape.gradient(score, maps)[0].numpy()
    return np.maximum(maps[0].numpy() @ gradient.mean(axis=(0, 1)), 0)
