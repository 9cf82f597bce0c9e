"""Handwritten digits, a stand-in for MNIST where there is no internet.

`generate(60_000, "train")` returns what MNIST would: uint8 images of 28 x 28 pixels,
white on black, and their labels. The handwriting is real: scikit-learn brings 1,797
digits of 8 x 8 pixels along. Each image is one of them, enlarged, turned, slanted,
scaled and shifted a little, all by random amounts.

1. *Enlarge*: each digit once, to `FINE` x `FINE` pixels, by cubic interpolation.
2. *Place*: for each image the position of its pixels in an enlarged digit, by an affine
   map; the nearest of the many enlarged pixels is near enough.
3. *Ink*: more contrast, for strokes as sharp as a pen's.

The training and the test images come from different originals. The originals are in
the order of their writers, so that hardly any hand is in both.

The pictures are the same on every computer: random numbers come from `rng.random`, and
the rest is + - * / and comparisons. An image depends on its split and index only, not
on how many are asked for.
"""

import functools

import numpy as np

__all__ = ["CLASS_NAMES", "generate"]

CLASS_NAMES = tuple("0123456789")
SIZE = 28  # pixels, height and width
BLOCK = 1_000  # images made at a time
SPLITS = ("train", "test")
SEED = 1998  # the year of MNIST
N_TRAIN_ORIGINALS = 1_347  # three quarters of 1,797; the others are for the test images

ZOOM = 10  # enlarged pixels to one of the original
MARGIN = 2  # original pixels of black around a digit
FINE = ZOOM * (8 + 2 * MARGIN)  # rows and columns of an enlarged digit with its margin
HEIGHT = 20.0  # pixels that the 8 rows of an original fill, as in MNIST

# How far an image may differ from its original, in either direction.
TURN = 0.07  # tangent of half the angle: 0.07 is 8 degrees
SLANT = 0.12  # columns to a row
SCALE = 0.10  # of width and of height, each for itself
SHIFT = 1.0  # pixels
LIGHT = (0.45, 0.62)  # brightness that becomes grey: a thick pen, a thin pen
STEEPNESS = 2.6  # contrast of the ink's edge


def generate(n: int, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Return `n` images of a split, uint8 (n, 28, 28), and their labels, uint8 (n,).

    `split` is "train" or "test"; they have no original in common, and fewer images are
    the first ones of more. A label is the digit. Raises `ValueError` for another split
    or a negative `n`.
    """
    if split not in SPLITS:
        raise ValueError(f"split must be 'train' or 'test', not {split!r}.")
    if n < 0:
        raise ValueError(f"n must not be negative, but is {n}.")
    images = np.empty((n, SIZE, SIZE), np.uint8)
    labels = np.empty(n, np.uint8)
    for block, start in enumerate(range(0, n, BLOCK)):
        here = slice(start, min(start + BLOCK, n))
        size = here.stop - here.start
        images_of_block, labels_of_block = _write_block(split, block)
        images[here], labels[here] = images_of_block[:size], labels_of_block[:size]
    return images, labels


def _write_block(split: str, block: int) -> tuple[np.ndarray, np.ndarray]:
    enlarged, labels = _originals(split)
    rng = np.random.default_rng((SEED, SPLITS.index(split), block))
    chosen = (rng.random(BLOCK) * len(labels)).astype(int)
    images = _ink(_place(enlarged, chosen, rng), rng)
    return (images * 255 + 0.5).astype(np.uint8), labels[chosen]


@functools.cache
def _originals(split: str) -> tuple[np.ndarray, np.ndarray]:
    """The enlarged digits of a split, float32 (n, FINE, FINE) in 0..1, and labels."""
    # Imported here: it takes seconds, which the real data need not spend.
    from sklearn.datasets import load_digits

    digits = load_digits()
    train = split == "train"
    part = slice(N_TRAIN_ORIGINALS) if train else slice(N_TRAIN_ORIGINALS, None)
    images = digits.images[part].astype(np.float32) / 16
    return _enlarge(images), digits.target[part].astype(np.uint8)


def _enlarge(images: np.ndarray) -> np.ndarray:
    """Interpolate (n, 8, 8) to (n, FINE, FINE): Catmull and Rom's cubic, by axis."""
    padded = np.pad(images, ((0, 0), (MARGIN + 2,) * 2, (MARGIN + 2,) * 2))
    at = (np.arange(FINE) + 0.5) / ZOOM - 0.5 + 2  # in pixels of the padded image
    first = np.floor(at).astype(int)
    t = (at - first).astype(np.float32)
    taps = (
        (-0.5 * t + t * t - 0.5 * t * t * t),
        (1 - 2.5 * t * t + 1.5 * t * t * t),
        (0.5 * t + 2 * t * t - 1.5 * t * t * t),
        (-0.5 * t * t + 0.5 * t * t * t),
    )
    for axis in (1, 2):
        shape = (-1, 1) if axis == 1 else (1, -1)
        padded = sum(
            np.take(padded, first + i - 1, axis) * tap.reshape(shape)
            for i, tap in enumerate(taps)
        )
    return np.clip(padded, 0, 1)


def _place(enlarged: np.ndarray, chosen: np.ndarray, rng) -> np.ndarray:
    """Draw each chosen digit at its own angle, slant, size and place, (n, 28, 28)."""

    def either_way(most: float) -> np.ndarray:
        return most * (2 * rng.random((len(chosen), 1, 1), np.float32) - 1)

    half = either_way(TURN)
    cos, sin = (1 - half * half) / (1 + half * half), 2 * half / (1 + half * half)
    slant, shift_x, shift_y = either_way(SLANT), either_way(SHIFT), either_way(SHIFT)
    per_pixel = np.float32(8 * ZOOM / HEIGHT)  # enlarged pixels to one of the image
    scale_x, scale_y = (per_pixel / (1 + either_way(SCALE)) for _ in range(2))
    centred = np.arange(SIZE, dtype=np.float32) - np.float32((SIZE - 1) / 2)
    x = centred[np.newaxis, np.newaxis, :] - shift_x
    y = centred[np.newaxis, :, np.newaxis] - shift_y
    row = scale_y * cos * y - scale_y * sin * x
    # Slanted: as many columns further to the side as slant * rows.
    column = scale_x * (cos - slant * sin) * x + scale_x * (sin + slant * cos) * y
    row = np.clip(row + FINE / 2, 0, FINE - 1).astype(int)
    column = np.clip(column + FINE / 2, 0, FINE - 1).astype(int)
    first = chosen[:, np.newaxis, np.newaxis] * FINE
    return np.take(enlarged, (first + row) * FINE + column)


def _ink(images: np.ndarray, rng) -> np.ndarray:
    """Turn brightness into ink: black, white, and a narrow edge of greys between."""
    low, high = LIGHT
    grey = low + (high - low) * rng.random((len(images), 1, 1), np.float32)
    return np.clip((images - grey) * np.float32(STEEPNESS) + np.float32(0.5), 0, 1)
