"""Wrong: the class with the highest score, whatever label is asked for.

fails: test_occlusion_values, test_occlusion_evidence, test_grad_cam_values, test_grad_cam_mean, test_grad_cam_positive, test_grad_cam_layer, test_grad_cam_evidence, test_lime_values, test_lime_evidence
says: test_occlusion_values: highest score
says: test_grad_cam_values: highest score
"""


# %% [occlusion_map]
def occlusion_map(model, image, label, size, stride, fill):
    rows = range(0, image.shape[0] - size + 1, stride)
    columns = range(0, image.shape[1] - size + 1, stride)
    batch = [image]
    for top in rows:
        for left in columns:
            covered = image.copy()
            covered[top : top + size, left : left + size] = fill
            batch.append(covered)
    scores = np.asarray(model(np.array(batch)))
    scores = scores[:, scores[0].argmax()]
    return (scores[0] - scores[1:]).reshape(len(rows), len(columns))


# %% [grad_cam]
def grad_cam(model, image, label, layer_name):
    both = [model.get_layer(layer_name).output, model.outputs[0]]
    part = keras.Model(model.inputs[0], both)
    with tf.GradientTape() as tape:
        maps, scores = part(image[np.newaxis])
        score = tf.reduce_max(scores[0])
    gradient = tape.gradient(score, maps)[0].numpy()
    return np.maximum(maps[0].numpy() @ gradient.mean(axis=(0, 1)), 0)


# %% [lime_weights]
def lime_weights(model, image, label, segments, masks):
    label = np.asarray(model(image[np.newaxis]))[0].argmax()
    trials = image * masks[:, segments][..., np.newaxis]
    scores = np.asarray(model(trials))[:, label]
    matrix = np.column_stack([np.ones(len(masks)), masks])
    return np.linalg.lstsq(matrix, scores, rcond=None)[0][1:]
