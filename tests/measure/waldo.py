"""Measure how often three kinds of correlation find Waldo, and write `data/waldo.json`.

    python -m tests.measure.waldo

takes about two minutes. Each kind looks through the same scenes and takes its highest
value for Waldo's place; within 2 pixels, both ways, is a hit.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
from cnnlab.data import waldo
from scipy.signal import fftconvolve
from skimage.feature import match_template

RECORD = Path(waldo.__file__).with_suffix(".json")
COMMAND = "python -m tests.measure.waldo"
SEEDS = range(10_000, 10_100)  # used nowhere else
MARGIN = 2  # pixels


def gray(image: np.ndarray) -> np.ndarray:
    return image.mean(axis=-1) / 255


def raw(image: np.ndarray, template: np.ndarray) -> np.ndarray:
    """Cross-correlation, as it is."""
    return fftconvolve(image, template[::-1, ::-1], mode="valid")


def zero_mean(image: np.ndarray, template: np.ndarray) -> np.ndarray:
    """Cross-correlation with the template less its mean."""
    return raw(image, template - template.mean())


KINDS = {"raw": raw, "zero-mean": zero_mean, "normalised": match_template}


def peaks(response: np.ndarray, place: tuple[int, int]) -> tuple[float, float]:
    """The highest response within the margin of a place, and elsewhere."""
    rows, columns = np.indices(response.shape)
    near = np.maximum(abs(rows - place[0]), abs(columns - place[1])) <= MARGIN
    return response[near].max(), response[~near].max()


def measure(seeds=SEEDS, shape=(400, 600)) -> dict[str, list[float]]:
    """Waldo's lead over the next best place, by kind and scene; a hit is positive."""
    leads = {name: [] for name in KINDS}
    for seed in seeds:
        scene = waldo.draw(seed, shape)
        image, template = gray(scene.image), gray(scene.template)
        middle = np.array(template.shape) // 2
        for name, correlate in KINDS.items():
            here, elsewhere = peaks(
                correlate(image, template), tuple(np.array(scene.position) - middle)
            )
            leads[name].append(round(float(here - elsewhere), 3))
    return leads


def digest() -> str:
    """A checksum of every bit of one scene and the template."""
    scene = waldo.draw(7, (200, 300))
    return hashlib.sha256(scene.image.tobytes() + scene.template.tobytes()).hexdigest()


if __name__ == "__main__":
    record = {"command": COMMAND, "sha256": digest(), "leads": measure()}
    RECORD.write_text(json.dumps(record, indent=1) + "\n")
    print(RECORD.read_text())
