"""Wrong: Grad-CAM without the ReLU.

fails: test_grad_cam_mean, test_grad_cam_positive, test_grad_cam_layer
says: test_grad_cam_mean: speaks against
says: test_grad_cam_positive: ReLU
"""


# %% [grad_cam]
def grad_cam(model, image, label, layer_name):
    both = [model.get_layer(layer_name).output, model.outputs[0]]
    part = keras.Model(model.inputs[0], both)
    with tf.GradientTape() as tape:
        maps, scores = part(image[np.newaxis])
        score = scores[0, label]
    gradient = tape.gradient(score, maps)[0].numpy()
    return maps[0].numpy() @ gradient.mean(axis=(0, 1))
