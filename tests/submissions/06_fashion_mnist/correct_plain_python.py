"""Correct: plain loops and lists, a tf.data pipeline, a file written under the hood.

fails: nothing
"""


# %% [preprocess]
def preprocess(images, labels):
    x = np.zeros((len(images), 28, 28, 1), dtype="float32")
    y = np.zeros((len(images), 10))
    for i, (image, label) in enumerate(zip(images, labels)):
        x[i, :, :, 0] = image / 255
        y[i, label] = 1
    return x, y


# %% [train]
import tensorflow as tf


def train(model, x_train, y_train, x_val, y_val, epochs, batch_size):
    pairs = tf.data.Dataset.from_tensor_slices((x_train, y_train))
    batches = pairs.shuffle(len(x_train)).batch(batch_size)
    held_out = tf.data.Dataset.from_tensor_slices((x_val, y_val)).batch(200)
    history = model.fit(batches, validation_data=held_out, epochs=epochs, verbose=0)
    return {
        name: [float(v) for v in values] for name, values in history.history.items()
    }


# %% [confusion_matrix]
def confusion_matrix(y_true, y_pred, classes):
    rows = [[0] * classes for _ in range(classes)]
    for i in range(len(y_true)):
        rows[int(y_true[i])][int(y_pred[i])] += 1
    return rows


# %% [save_and_restore]
def save_weights(model, path):
    model.save_weights(str(path), overwrite=True)


def restore(path):
    model = build_model()
    twin = build_model()
    twin.load_weights(path)
    model.set_weights(twin.get_weights())
    return model
