"""Correct: what libraries offer: view_as_windows, jacobians, LinearRegression, ndimage.

fails: nothing
"""


# %% [feature_maps]
def feature_maps(model, image, layer_name):
    layer = model.get_layer(layer_name)
    part = keras.models.Model(inputs=[model.inputs[0]], outputs=[layer.output])
    return part([image[np.newaxis]])[0].numpy()


# %% [occlusion_map]
def occlusion_map(model, image, label, size, stride, fill):
    from skimage.util import view_as_windows

    places = np.arange(image[..., 0].size).reshape(image.shape[:2])
    windows = view_as_windows(places, (size, size), stride)
    batch = []
    for window in windows.reshape(-1, size * size):
        covered = image.reshape(-1, image.shape[-1]).copy()
        covered[window] = fill
        batch.append(covered.reshape(image.shape))
    scores = model(np.stack([image, *batch])).numpy()[:, label]
    return np.reshape(scores[0] - scores[1:], windows.shape[:2])


# %% [grad_cam]
def grad_cam(model, image, label, layer_name):
    layer = model.get_layer(layer_name)
    two = keras.Model(model.inputs[0], [layer.output, model.outputs[0]])
    with tf.GradientTape() as tape:
        maps, scores = two(image[None].astype("float32"))
    jacobian = tape.jacobian(scores, maps)[0, label, 0]  # (rows, columns, maps)
    alpha = jacobian.numpy().mean((0, 1))
    return sum(a * m for a, m in zip(alpha, np.moveaxis(maps[0].numpy(), -1, 0))).clip(
        0
    )


# %% [lime_weights]
def lime_weights(model, image, label, segments, masks):
    from sklearn.linear_model import LinearRegression

    trials = [np.where(mask[segments][..., None] > 0, image, 0) for mask in masks]
    scores = model(np.array(trials)).numpy()[:, label]
    return LinearRegression().fit(masks, scores).coef_


# %% [rotate_kernels]
def rotate_kernels(kernels):
    from scipy.ndimage import rotate

    turns = (0, 90, 180, 270)
    return np.array([rotate(kernels, a, (1, 0), reshape=False, order=0) for a in turns])
