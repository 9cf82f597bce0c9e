"""Record 25 epochs of the deck's network on all of Fashion-MNIST.

    python -m tests.measure.deck_run            # about 25 minutes on two cores

writes `data/deck_run.json`, which lecture 06 plots beside its own recipe. The deck
gives neither batch size nor learning rate; we take what listings like it usually have:
batches of 32, and 0.01 with the old `decay = rate / epochs`.
"""

import json
import os
import platform
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras import layers

from cnnlab import datasets

EPOCHS, BATCH_SIZE, RATE, SEED = 25, 32, 0.01, 0
RECORD = Path(__file__).parents[2] / "data" / "deck_run.json"


def deck_network() -> keras.Model:
    """The network of the deck's tutorial: (28, 28, 1) -> 10 probabilities."""
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for filters in (32, 64):
        for _ in range(2):
            model.add(layers.Conv2D(filters, 3, padding="same"))
            model.add(layers.Activation("relu"))
            model.add(layers.BatchNormalization())
        model.add(layers.MaxPooling2D(2))
    model.add(layers.Flatten())
    model.add(layers.Dense(512))
    model.add(layers.Activation("relu"))
    model.add(layers.BatchNormalization())
    model.add(layers.Dropout(0.5))
    model.add(layers.Dense(10))
    model.add(layers.Activation("softmax"))
    return model


class Clock(keras.callbacks.Callback):
    """Seconds of training in each epoch, the validation left out."""

    def on_train_begin(self, logs=None):
        self.epoch_seconds = []

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_test_begin(self, logs=None):
        self.epoch_seconds.append(round(time.perf_counter() - self.start, 2))


def real_images() -> tuple[datasets.ImageData, np.ndarray, np.ndarray]:
    """Fashion-MNIST, and its images as (n, 28, 28, 1) floats from 0 to 1.

    Raises SystemExit where there is a stand-in only.
    """
    data = datasets.fashion_mnist()
    if data.source != "fashion-mnist":
        raise SystemExit("The record is of the real Fashion-MNIST: set CNNLAB_DATA.")
    x_train, x_test = (
        x[..., np.newaxis].astype("float32") / 255 for x in (data.x_train, data.x_test)
    )
    return data, x_train, x_test


def circumstances() -> dict:
    """What a record tells of the programs and the computer that made it."""
    return {
        "keras": keras.__version__,
        "backend": keras.backend.backend(),
        "python": platform.python_version(),
        "cores": len(os.sched_getaffinity(0)),
    }


def main() -> None:
    data, x_train, x_test = real_images()
    keras.utils.set_random_seed(SEED)
    model, clock = deck_network(), Clock()
    # What `SGD(lr=…, decay=…)` of the slide meant: rate / (1 + decay · step).
    rate = keras.optimizers.schedules.InverseTimeDecay(RATE, 1, RATE / EPOCHS)
    model.compile(
        keras.optimizers.SGD(rate, momentum=0.9),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,  # twice as fast on a CPU as the default, which asks XLA
    )
    history = model.fit(
        *(x_train, data.y_train),
        validation_data=(x_test, data.y_test),
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        verbose=2,
        callbacks=[clock],
    ).history
    record = {
        "what": "the deck's network on Fashion-MNIST, 60,000 images, 2 cores",
        "command": "python -m tests.measure.deck_run",
        **circumstances(),
        "parameters": model.count_params(),
        "batch_size": BATCH_SIZE,
        "epoch_seconds": clock.epoch_seconds,
        "loss": [round(v, 5) for v in history["loss"]],
        "accuracy": [round(v, 5) for v in history["accuracy"]],
        "val_loss": [round(v, 5) for v in history["val_loss"]],
        "val_accuracy": [round(v, 5) for v in history["val_accuracy"]],
    }
    RECORD.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
