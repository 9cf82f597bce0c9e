"""Record what a residual network reaches on Fashion-MNIST with a larger budget.

    python -m tests.measure.resnet_run     # 45 minutes on two quiet cores

writes `data/resnet_run.json`, which lecture 09 shows at its end. A run that was
interrupted goes on where its last epoch ended. The test images are looked at after
every epoch, to draw the curve, and choose nothing: the schedule is fixed beforehand,
and the record is of the last epoch.

Of its ideas, the residual blocks and batch normalisation are lecture 09's. The layout
(three times a convolution, a maximum and a block) is close to David Page's ResNet-9,
<https://myrtle.ai/learn/how-to-train-your-resnet/>, at half its width; so are the rate
that rises and falls and the smoothed labels. Pictures are mirrored, moved by up to two
pixels, and in part erased (Zhong et al. 2017, *Random erasing data augmentation*).
"""

import json
import os
import shutil
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from tests.measure.deck_run import circumstances, real_images

EPOCHS, BATCH_SIZE, SEED = 30, 256, 0
RATE, WARM_UP, DECAY, SMOOTHING = 0.2, 5, 5e-3, 0.1
WIDTHS = (32, 64, 128, 256)
MOVES = [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0)]  # of the views that vote, in pixels
ROOT = Path(__file__).parents[2]
RECORD = ROOT / "data" / "resnet_run.json"
UNFINISHED = ROOT / "build" / "resnet_run"


class FusedNormalization(layers.BatchNormalization):
    """Keras's own, over TensorFlow's fused kernel, which works in bfloat16.

    Keras computes in float32 by several passes over the maps; in a network of this
    kind that takes longer than the convolutions.
    """

    def call(self, inputs, training=None, mask=None):
        known = {"scale": self.gamma.value, "offset": self.beta.value}
        known |= {"epsilon": self.epsilon, "is_training": bool(training)}
        if not training:
            averages = (self.moving_mean.value, self.moving_variance.value)
            known |= dict(zip(("mean", "variance"), averages, strict=True))
            return tf.raw_ops.FusedBatchNormV3(x=inputs, **known)[0]
        none = tf.zeros([0])
        y, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs, mean=none, variance=none, **known
        )
        for average, new in (
            (self.moving_mean, mean),
            (self.moving_variance, variance),
        ):
            average.assign(average * self.momentum + new * (1 - self.momentum))
        return y


def convolution(filters: int) -> layers.Layer:
    options = {"padding": "same", "use_bias": False}
    return layers.Conv2D(filters, 3, kernel_initializer="he_normal", **options)


def normalized(x):
    return layers.ReLU()(FusedNormalization(momentum=0.9)(x))


def smaller(x, filters: int):
    """A convolution, and of each four of its pixels the largest."""
    return normalized(layers.MaxPooling2D(2)(convolution(filters)(x)))


def residual(x):
    """x + f(x), f being two convolutions, each normalised and rectified."""
    f = x
    for _ in range(2):
        f = normalized(convolution(x.shape[-1])(f))
    return x + f


def network() -> keras.Model:
    """(28, 28, 1) -> the logarithms of 10 probabilities, but for a constant."""
    image = keras.Input((28, 28, 1))
    first, second, third, fourth = WIDTHS
    x = normalized(convolution(first)(image))
    x = residual(smaller(x, second))
    x = residual(smaller(x, third))
    x = residual(smaller(x, fourth))
    x = layers.GlobalMaxPooling2D()(x)
    logits = layers.Dense(10, use_bias=False, dtype="float32")(x)
    return keras.Model(image, logits * 0.125)


def batches(x: np.ndarray, y: np.ndarray) -> tf.data.Dataset:
    """Batches of changed images and of smoothed one-hot labels, shuffled anew."""
    far, black, white = 2 / 28, float(x.min()), float(x.max())
    change = [
        layers.RandomFlip("horizontal"),
        layers.RandomTranslation(far, far, "constant", "nearest", fill_value=black),
        layers.RandomErasing(0.5, (0.05, 0.2), black, value_range=(black, white)),
    ]

    def changed(images, labels):
        for layer in change:
            images = layer(images, training=True)
        return images, labels

    labels = (1 - SMOOTHING) * keras.utils.to_categorical(y, 10) + SMOOTHING / 10
    dataset = tf.data.Dataset.from_tensor_slices((x, labels.astype("float32")))
    dataset = dataset.shuffle(len(x), SEED).batch(BATCH_SIZE, drop_remainder=True)
    return dataset.map(changed, tf.data.AUTOTUNE).prefetch(4)


class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """Up in a straight line for WARM_UP epochs, down to 0 for the rest."""

    def __init__(self, steps: int):
        self.steps = steps  # of one epoch

    def __call__(self, step):
        epoch = keras.ops.cast(step, "float32") / self.steps
        down = (EPOCHS - epoch) / (EPOCHS - WARM_UP)
        return RATE * keras.ops.maximum(keras.ops.minimum(epoch / WARM_UP, down), 0)


def votes(model: keras.Model, x: np.ndarray) -> np.ndarray:
    """(n, 10): mean probabilities over each image moved by a pixel, and mirrored."""
    total = np.zeros((len(x), 10))
    for down, right in MOVES:
        moved = np.roll(x, (down, right), axis=(1, 2))  # the edges are nearly empty
        for view in (moved, moved[:, :, ::-1]):
            logits = model.predict(view, batch_size=500, verbose=0)
            total += np.asarray(keras.ops.softmax(logits))
    return total / (2 * len(MOVES))


class Clock(keras.callbacks.Callback):
    """Seconds of processor time of each epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.process_time()

    def on_epoch_end(self, epoch, logs=None):
        logs["cpu_seconds"] = round(time.process_time() - self.start, 1)


def main() -> None:
    data, x_train, x_test = real_images()
    mean, spread = x_train.mean(), x_train.std()
    x_train, x_test = (x_train - mean) / spread, (x_test - mean) / spread
    keras.utils.set_random_seed(SEED)
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    model = network()
    rate = OneCycle(len(x_train) // BATCH_SIZE)
    optimizer = keras.optimizers.SGD(rate, 0.9, nesterov=True, weight_decay=DECAY)
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta"])
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(optimizer, loss, metrics=["accuracy"], jit_compile=False)
    UNFINISHED.mkdir(parents=True, exist_ok=True)
    log = UNFINISHED / "epochs.csv"
    y_test = keras.utils.to_categorical(data.y_test, 10)
    model.fit(
        batches(x_train, data.y_train),
        validation_data=(x_test, y_test),
        validation_batch_size=500,
        epochs=EPOCHS,
        verbose=2,
        callbacks=[
            Clock(),
            keras.callbacks.CSVLogger(log, append=True),
            keras.callbacks.BackupAndRestore(UNFINISHED / "backup"),
        ],
    )
    table = np.genfromtxt(log, delimiter=",", names=True)
    p = votes(model, x_test)
    record = {
        "what": "a residual network on Fashion-MNIST, 60,000 images",
        "command": "python -m tests.measure.resnet_run",
        **circumstances(),
        "parameters": model.count_params(),
        "batch_size": BATCH_SIZE,
        "cpu_seconds": round(float(table["cpu_seconds"].sum())),
        "accuracy": [round(v, 4) for v in table["accuracy"].tolist()],
        "test_accuracy": [round(v, 4) for v in table["val_accuracy"].tolist()],
        "test_accuracy_of_votes": round(float(np.mean(p.argmax(1) == data.y_test)), 4),
    }
    RECORD.write_text(json.dumps(record, indent=1) + "\n")
    shutil.rmtree(UNFINISHED)  # the next run begins anew


if __name__ == "__main__":
    main()
