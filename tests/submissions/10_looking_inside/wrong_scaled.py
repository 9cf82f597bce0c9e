"""Wrong: Grad-CAM scaled to 1; the stack begins with the kernels turned once.

fails: test_grad_cam_values, test_grad_cam_mean, test_grad_cam_positive, test_grad_cam_layer, test_rotate_values, test_rotate_channels
says: test_grad_cam_values: scaled
says: test_rotate_values: copy 0
"""


# %% [grad_cam]
def grad_cam(model, image, label, layer_name):
    both = [model.get_layer(layer_name).output, model.outputs[0]]
    part = keras.Model(model.inputs[0], both)
    with tf.GradientTape() as tape:
        maps, scores = part(image[np.newaxis])
        score = scores[0, label]
    gradient = tape.gradient(score, maps)[0].numpy()
    cam = np.maximum(maps[0].numpy() @ gradient.mean(axis=(0, 1)), 0)
    return cam / max(cam.max(), 1e-12)


# %% [rotate_kernels]
def rotate_kernels(kernels):
    return np.stack([np.rot90(kernels, turns, axes=(0, 1)) for turns in (1, 2, 3, 4)])
