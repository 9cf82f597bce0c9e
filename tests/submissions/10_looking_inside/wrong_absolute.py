"""Wrong: Grad-CAM's absolute value; LIME by means with and without a segment.

fails: test_grad_cam_mean, test_grad_cam_positive, test_grad_cam_layer, test_grad_cam_evidence, test_lime_values, test_lime_constant
says: test_grad_cam_positive: absolute
says: test_lime_values: others
"""


# %% [grad_cam]
def grad_cam(model, image, label, layer_name):
    both = [model.get_layer(layer_name).output, model.outputs[0]]
    part = keras.Model(model.inputs[0], both)
    with tf.GradientTape() as tape:
        maps, scores = part(image[np.newaxis])
        score = scores[0, label]
    gradient = tape.gradient(score, maps)[0].numpy()
    return np.abs(maps[0].numpy() @ gradient.mean(axis=(0, 1)))


# %% [lime_weights]
def lime_weights(model, image, label, segments, masks):
    trials = image * masks[:, segments][..., np.newaxis]
    scores = np.asarray(model(trials))[:, label]
    return np.array([scores[m == 1].mean() - scores[m == 0].mean() for m in masks.T])
