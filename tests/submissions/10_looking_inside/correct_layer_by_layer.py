"""Correct: no model is made of parts; the layers are called one after the other.

fails: nothing
"""


# %% [feature_maps]
def run(model, x, first, last):
    """Send x through the layers from first to last, both included."""
    names = [layer.name for layer in model.layers]
    for layer in model.layers[names.index(first) : names.index(last) + 1]:
        if not isinstance(layer, keras.layers.InputLayer):
            x = layer(x)
    return x


def feature_maps(model, image, layer_name):
    x = keras.ops.convert_to_tensor(image[None], "float32")
    return keras.ops.convert_to_numpy(
        run(model, x, model.layers[0].name, layer_name)[0]
    )


# %% [occlusion_map]
def occlusion_map(model, image, label, size, stride, fill):
    def score(picture):
        return float(model(picture[None])[0, label])

    whole = score(image)
    rows = []
    for top in range(0, image.shape[0] - size + 1, stride):
        row = []
        for left in range(0, image.shape[1] - size + 1, stride):
            covered = np.array(image)
            covered[top : top + size, left : left + size, :] = fill
            row.append(whole - score(covered))
        rows.append(row)
    return np.array(rows)


# %% [grad_cam]
def grad_cam(model, image, label, layer_name):
    maps = tf.convert_to_tensor(feature_maps(model, image, layer_name)[None])
    names = [layer.name for layer in model.layers]
    rest = names[names.index(layer_name) + 1 :]
    with tf.GradientTape() as tape:
        tape.watch(maps)
        score = run(model, maps, rest[0], rest[-1])[0, label]
    alpha = tf.reduce_mean(tape.gradient(score, maps), axis=(1, 2))[0]
    return tf.nn.relu(tf.reduce_sum(alpha * maps[0], axis=-1)).numpy()


# %% [lime_weights]
def lime_weights(model, image, label, segments, masks):
    scores = []
    for mask in masks:
        trial = image.copy()
        for segment, on in enumerate(mask):
            if not on:
                trial[segments == segment] = 0
        scores.append(float(model(trial[None])[0, label]))
    ones = np.ones((len(masks), 1))
    matrix = np.concatenate([masks, ones], axis=1)
    return (np.linalg.pinv(matrix) @ scores)[:-1]


# %% [rotate_kernels]
def rotate_kernels(kernels):
    k = len(kernels)
    stack = [kernels]
    for _ in range(3):
        turned = np.zeros_like(kernels)
        for i in range(k):
            for j in range(k):
                turned[k - 1 - j, i] = stack[-1][i, j]
        stack.append(turned)
    return np.array(stack)
