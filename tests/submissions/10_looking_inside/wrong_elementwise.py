"""Wrong: each place of a map has its own gradient as a weight.

fails: test_grad_cam_mean, test_grad_cam_layer
says: test_grad_cam_mean: of its own
"""


# %% [grad_cam]
def grad_cam(model, image, label, layer_name):
    both = [model.get_layer(layer_name).output, model.outputs[0]]
    part = keras.Model(model.inputs[0], both)
    with tf.GradientTape() as tape:
        maps, scores = part(image[np.newaxis])
        score = scores[0, label]
    gradient = tape.gradient(score, maps)[0].numpy()
    return np.maximum((maps[0].numpy() * gradient).sum(axis=-1), 0)
