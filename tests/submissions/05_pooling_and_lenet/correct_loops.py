"""Correct: plain loops wherever they will do.

fails: nothing
"""


# %% [max_pool2d]
def max_pool2d(x, size, stride):
    n, height, width, channels = x.shape
    rows = (height - size) // stride + 1
    columns = (width - size) // stride + 1
    y = np.empty((n, rows, columns, channels), dtype=x.dtype)
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            window = x[:, top : top + size, left : left + size, :]
            y[:, i, j, :] = window.max(axis=(1, 2))
    return y


# %% [global_average_pool]
def global_average_pool(x):
    n, height, width, channels = x.shape
    total = np.zeros((n, channels))
    for i in range(height):
        for j in range(width):
            total += x[:, i, j]
    return total / (height * width)


# %% [make_batches]
def make_batches(x, y, batch_size, seed):
    rng = np.random.default_rng(seed)
    places = list(range(len(x)))
    rng.shuffle(places)
    batches = []
    while places:
        now, places = places[:batch_size], places[batch_size:]
        batches.append((x[now], y[now]))
    return batches


# %% [one_hot]
def one_hot(labels, classes):
    rows = np.zeros((len(labels), classes))
    for row, label in zip(rows, labels):
        row[label] = 1
    return rows


# %% [cross_entropy]
def cross_entropy(y, p):
    total = 0.0
    for row, probabilities in zip(y, p):
        right = probabilities[int(np.argmax(row))]
        total -= np.log(max(right, 1e-7))
    return total / len(y)


# %% [sgd_update]
def sgd_update(weights, grads, learning_rate):
    if isinstance(weights, dict):
        return {k: sgd_update(weights[k], grads[k], learning_rate) for k in weights}
    if isinstance(weights, list):
        return [
            sgd_update(w, g, learning_rate) for w, g in zip(weights, grads, strict=True)
        ]
    return weights - learning_rate * grads
