"""Correct: arrays instead of loops, model.predict, a model of two outputs.

fails: nothing
"""


# %% [feature_maps]
def feature_maps(model, image, layer_name):
    part = keras.Model(model.inputs[0], model.get_layer(name=layer_name).output)
    return part.predict(image[np.newaxis], verbose=0)[0]


# %% [occlusion_map]
def occlusion_map(model, image, label, size, stride, fill):
    height, width = image.shape[:2]
    tops = np.arange(0, height - size + 1, stride)[:, None, None, None]
    lefts = np.arange(0, width - size + 1, stride)[None, :, None, None]
    y, x = np.arange(height)[:, None], np.arange(width)[None, :]
    inside = (y >= tops) & (y < tops + size) & (x >= lefts) & (x < lefts + size)
    covered = np.where(inside[..., None], np.float32(fill), image)
    batch = covered.reshape(-1, *image.shape)
    scores = model.predict(batch, verbose=0)[:, label]
    whole = model.predict(image[None], verbose=0)[0, label]
    return whole - scores.reshape(inside.shape[:2])


# %% [grad_cam]
def grad_cam(model, image, label, layer_name):
    outputs = {"maps": model.get_layer(layer_name).output, "scores": model.outputs[0]}
    both = keras.Model(model.inputs[0], outputs)
    x = tf.constant(image[np.newaxis])
    with tf.GradientTape() as tape:
        tape.watch(x)
        found = both(x)
        score = tf.gather(found["scores"], label, axis=1)
    gradient = tape.gradient(score, found["maps"])
    weights = keras.ops.mean(gradient, axis=(1, 2))
    return keras.ops.relu(
        keras.ops.einsum("nrck,nk->rc", found["maps"], weights)
    ).numpy()


# %% [lime_weights]
def lime_weights(model, image, label, segments, masks):
    kept = np.take(np.asarray(masks, dtype="float32"), segments, axis=1)
    scores = model.predict(kept[..., None] * image, verbose=0)[:, label]
    m, s = masks - masks.mean(axis=0), scores - scores.mean()
    return np.linalg.solve(m.T @ m, m.T @ s)


# %% [rotate_kernels]
def rotate_kernels(kernels):
    transposed = kernels.swapaxes(0, 1)
    return np.stack(
        [kernels, transposed[::-1], kernels[::-1, ::-1], transposed[:, ::-1]]
    )
