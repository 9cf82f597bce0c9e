"""Measure how hard the drawn slices are, beside the real ones of ISBI 2012.

    python -m tests.measure.membranes           # about four minutes on two cores

finds the best threshold on brightness, with and without smoothing, trains a small
U-Net, and writes how well each does on the six test slices to `data/membranes.json`,
which `data/README.md` quotes. Without the real data only the drawn slices are measured.
Run it after every change of `data/membranes.py`.
"""

import hashlib
import json
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from cnnlab.data import membranes
from keras import layers
from scipy import ndimage

from cnnlab import datasets

RECORD = Path(__file__).parents[2] / "data" / "membranes.json"
EPOCHS, RATE, BATCH_SIZE, CROP, SEED = 12, 0.005, 16, 64, 0
SMOOTH = 1.5  # pixels: the width at which a threshold does best on the real slices


def fingerprint(slices: int = 3) -> str:
    """The SHA-256 of the first slices and their labels."""
    digest = hashlib.sha256()
    for seed in range(slices):
        for array in membranes.draw(seed):
            digest.update(array.tobytes())
    return digest.hexdigest()


def scores(inside: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Pixel accuracy, and intersection over union of either class, of two masks."""
    both, neither = np.sum(inside & truth), np.sum(~inside & ~truth)
    wrong = truth.size - both - neither
    return {
        "accuracy": round(float((both + neither) / truth.size), 3),
        "iou_inside": round(float(both / (both + wrong)), 3),
        "iou_membrane": round(float(neither / (neither + wrong)), 3),
    }


def best_threshold(data: datasets.SliceData, sigma: float) -> dict[str, float]:
    """Scores of the grey value that is best for membranes on the training slices."""
    x_train, x_test = (
        np.stack([ndimage.gaussian_filter(s.astype(np.float32), sigma) for s in x])
        for x in (data.x_train, data.x_test)
    )
    of = {
        grey: scores(x_train >= grey, data.y_train == membranes.INSIDE)
        for grey in range(50, 151, 5)
    }
    grey = max(of, key=lambda grey: of[grey]["iou_membrane"])
    return scores(x_test >= grey, data.y_test == membranes.INSIDE)


def unet(size: int) -> keras.Model:
    """The U-Net of lecture 11."""

    def twice(x, filters: int):
        for _ in range(2):
            x = layers.Conv2D(
                *(filters, 3),
                **{"padding": "same", "activation": "relu"},
                kernel_initializer="he_normal",
            )(x)
        return x

    image = x = keras.Input((size, size, 1))
    skips = []
    for filters in (8, 16, 32):
        skips.append(twice(x, filters))
        x = layers.MaxPooling2D(2)(skips[-1])
    x = twice(x, 64)
    for filters in (32, 16, 8):
        x = layers.Conv2DTranspose(filters, 2, strides=2)(x)
        x = twice(layers.Concatenate()([skips.pop(), x]), filters)
    return keras.Model(image, layers.Conv2D(1, 1, activation="sigmoid")(x))


def halved(slices: np.ndarray) -> np.ndarray:
    """Means of 2 x 2 pixels: (n, 512, 512) -> (n, 256, 256, 1), float32 in 0..1."""
    return slices.reshape(-1, 256, 2, 256, 2, 1).mean((2, 4), dtype=np.float32) / 255


def trained(data: datasets.SliceData) -> dict[str, float]:
    """Scores of the U-Net after a short training, at half the resolution."""
    n = 256 // CROP
    x, y = (
        part.reshape(-1, n, CROP, n, CROP, 1).swapaxes(2, 3).reshape(-1, CROP, CROP, 1)
        for part in (4 * halved(data.x_train) - 2, halved(data.y_train) > 0.5)
    )
    keras.utils.set_random_seed(SEED)
    model, whole = unet(CROP), unet(256)
    steps = EPOCHS * (-(-len(x) // BATCH_SIZE))
    rate = keras.optimizers.schedules.CosineDecay(RATE, steps)
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy", jit_compile=False)
    model.fit(x, y.astype(np.float32), BATCH_SIZE, EPOCHS, verbose=0)
    whole.set_weights(model.get_weights())
    inside = whole.predict(4 * halved(data.x_test) - 2, batch_size=1, verbose=0) >= 0.5
    return scores(inside, halved(data.y_test) > 0.5)


def measure(data: datasets.SliceData) -> dict:
    """Everything that the datasheet says of one source."""
    truth = data.y_test == membranes.INSIDE
    slices = np.concatenate([data.x_train, data.x_test])
    labels = np.concatenate([data.y_train, data.y_test])
    return {
        "mean": round(float(slices.mean()), 1),
        "std": round(float(slices.std()), 1),
        "inside": round(float(labels.mean() / 255), 3),
        "everything inside": scores(np.ones_like(truth), truth),
        "threshold": best_threshold(data, 0),
        "smoothed threshold": best_threshold(data, SMOOTH),
        "U-Net": trained(data),
    }


def main() -> None:
    real = datasets.membranes()
    os.environ["CNNLAB_DATA"] = datasets.GENERATED
    start = time.perf_counter()
    drawn = datasets.membranes()
    seconds = time.perf_counter() - start
    both = [drawn, real] if real.source == "isbi2012" else [drawn]
    record = {
        "what": "scores on the six test slices; U-Net after a short training",
        "command": "python -m tests.measure.membranes",
        "keras": keras.__version__,
        "numpy": np.__version__,
        "sha256": fingerprint(),
        "seconds_to_generate": round(seconds, 1),
        "measured": {data.source: measure(data) for data in both},
    }
    RECORD.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
