"""Measure how hard the generated garments are, beside the real Fashion-MNIST.

    python -m tests.measure.garments            # two to three minutes on two cores

trains a linear model, a multi-layer perceptron and a small CNN on 60,000 images of
each data set and writes their test accuracies to `data/garments.json`, which
`data/README.md` quotes. Without the real data only the garments are measured. Run it
after every change of `data/garments.py`.
"""

import hashlib
import json
import os
import platform
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from cnnlab.data import garments
from keras import layers

from cnnlab import datasets

BATCH_SIZE, SEED = 128, 0
RECORD = Path(__file__).parents[2] / "data" / "garments.json"

# name -> (epochs, first learning rate, layers between the image and the ten classes)
MODELS = {
    "linear": (10, 0.002, lambda: [layers.Flatten()]),
    "mlp": (
        *(8, 0.002),
        lambda: [layers.Flatten(), layers.Dense(128, activation="relu")],
    ),
    "cnn": (
        *(5, 0.003),
        lambda: [
            *(layers.Conv2D(24, 3, activation="relu"), layers.MaxPooling2D(2)),
            *(layers.Conv2D(48, 3, activation="relu"), layers.MaxPooling2D(2)),
            *(layers.Flatten(), layers.Dense(96, activation="relu")),
        ],
    ),
}


def fingerprint() -> dict[str, str]:
    """The SHA-256 of the first 1,000 images and labels of each split."""
    digests = {}
    for split in ("train", "test"):
        images, labels = garments.generate(1_000, split)
        digests[split] = hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()
    return digests


def accuracy(name: str, data: datasets.ImageData) -> float:
    """Train model `name` of `MODELS` and return its accuracy on the test images."""
    x_train, x_test = (
        x[..., np.newaxis].astype("float32") / 255 for x in (data.x_train, data.x_test)
    )
    epochs, rate, hidden = MODELS[name]
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential([keras.Input((28, 28, 1)), *hidden()])
    model.add(layers.Dense(10, activation="softmax"))
    # A rate that falls to zero ends calmly, so that one run says enough.
    steps = epochs * (-(-len(x_train) // BATCH_SIZE))
    model.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, steps)),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,  # twice as fast on a CPU as the default, which asks XLA
    )
    start = time.perf_counter()
    model.fit(x_train, data.y_train, BATCH_SIZE, epochs, verbose=0)
    seconds = time.perf_counter() - start
    _, correct = model.evaluate(x_test, data.y_test, batch_size=500, verbose=0)
    print(f"{data.source:14} {name:7} {correct:.4f} {seconds:5.0f} s", flush=True)
    return round(correct, 4)


def main() -> None:
    real = datasets.fashion_mnist()
    os.environ["CNNLAB_DATA"] = datasets.GENERATED
    start = time.perf_counter()
    drawn = datasets.fashion_mnist()
    seconds = time.perf_counter() - start
    both = [drawn, real] if real.source == "fashion-mnist" else [drawn]
    record = {
        "what": "test accuracy after training on 60,000 images, 10,000 test images",
        "command": "python -m tests.measure.garments",
        "keras": keras.__version__,
        "backend": keras.backend.backend(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "sha256": fingerprint(),
        "seconds_to_generate": round(seconds, 1),
        "mean": {d.source: round(float(np.mean(d.x_train) / 255), 3) for d in both},
        "std": {d.source: round(float(np.std(d.x_train) / 255), 3) for d in both},
        "epochs": {name: epochs for name, (epochs, *_) in MODELS.items()},
        "accuracy": {d.source: {m: accuracy(m, d) for m in MODELS} for d in both},
    }
    RECORD.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
