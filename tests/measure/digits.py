"""Measure how hard the enlarged digits are, beside the real MNIST.

    python -m tests.measure.digits              # about four minutes on two cores

trains the same three models as `tests.measure.garments` and writes their test
accuracies to `data/digits.json`, which `data/README.md` quotes. Without the real data
only the digits are measured. Run it after every change of `data/digits.py`.
"""

import hashlib
import json
import os
import time
from pathlib import Path

import keras
import numpy as np
import sklearn
from cnnlab.data import digits

from cnnlab import datasets
from tests.measure.garments import MODELS, accuracy

RECORD = Path(__file__).parents[2] / "data" / "digits.json"


def fingerprint() -> dict[str, str]:
    """The SHA-256 of the first 1,000 images and labels of each split."""
    sums = {}
    for split in ("train", "test"):
        images, labels = digits.generate(1_000, split)
        sums[split] = hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()
    return sums


def main() -> None:
    real = datasets.mnist()
    os.environ["CNNLAB_DATA"] = datasets.GENERATED
    start = time.perf_counter()
    enlarged = datasets.mnist()
    seconds = time.perf_counter() - start
    both = [enlarged, real] if real.source == "mnist" else [enlarged]
    record = {
        "what": "test accuracy after training on 60,000 images, 10,000 test images",
        "command": "python -m tests.measure.digits",
        "keras": keras.__version__,
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
        "sha256": fingerprint(),
        "seconds_to_generate": round(seconds, 1),
        "mean": {d.source: round(float(np.mean(d.x_train) / 255), 3) for d in both},
        "std": {d.source: round(float(np.std(d.x_train) / 255), 3) for d in both},
        "accuracy": {d.source: {m: accuracy(m, d) for m in MODELS} for d in both},
    }
    RECORD.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
