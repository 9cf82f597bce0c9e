"""Slices of nerve tissue, a stand-in for those of an electron microscope.

`draw(0)` returns a slice and its labels, 512 x 512 bytes each: what the ISBI 2012
challenge has thirty of. Nothing is photographed; each slice is drawn:

1. *Cells*: the plane falls to the nearest of many scattered points (a Voronoi diagram);
   some neighbours join to long cells, and large round ones push in. All of it is bent.
2. *Membranes*: dark lines along the borders, of varying width and darkness, wide and
   faint where the knife met them at an angle, with black smears here and there.
3. *Distractors*, which are inside of cells and as dark as membranes: mitochondria with
   their folds, vesicles, and tubes that end nowhere.
4. *The microscope*: uneven light, grain, a little blur.

The pictures are the same on every computer: random numbers come from `rng.random`, and
the rest is + - * /, square roots and comparisons, which IEEE 754 defines to the last
bit. `data/README.md` says how like the real slices they are.
"""

from typing import NamedTuple

import numpy as np

__all__ = ["INSIDE", "MEMBRANE", "SIZE", "draw"]

SIZE = 512  # pixels, height and width; a pixel of the real slices is 4 nm wide
INSIDE, MEMBRANE = 255, 0  # the two labels, as in the challenge
SEED = 2012  # the year of the challenge

STEP = 45.0  # pixels between neighbouring points, before they are scattered
JOINED = 0.25  # chance that a point joins its neighbour, for long cells
LARGE = 13  # large round cells
LARGE_RADIUS = (12.0, 95.0)
BEND = ((150, 40.0), (50, 9.0), (22, 2.6))  # (period, amplitude) of all borders' bends

HALF_WIDTH = (1.2, 2.9)  # of membranes, in pixels
DARKNESS = (46.0, 118.0)  # of membranes, in grey values below the cell's own
LIGHT = (155.0, 12.0, 18.0)  # mean grey of cells; spread by slice; spread by cell
GRAIN = 26.0  # standard deviation of the noise, in grey values


class Cells(NamedTuple):
    """Which cell each pixel belongs to, and how far it is from another one."""

    number: np.ndarray  # (size, size), int: the cell
    border: np.ndarray  # (size, size), float32: pixels to the nearest other cell
    count: int


def draw(seed: int, size: int = SIZE) -> tuple[np.ndarray, np.ndarray]:
    """Return a slice and its labels, uint8 (size, size); each seed gives others.

    A label is `INSIDE` a cell or `MEMBRANE`. Raises `ValueError` for a negative seed
    or fewer than 64 pixels.
    """
    if seed < 0:
        raise ValueError(f"seed must not be negative, but is {seed}.")
    if size < 64:
        raise ValueError(f"size must be 64 pixels or more, but is {size}.")
    rng = np.random.default_rng((SEED, seed))
    cells = _cells(rng, size)
    half = _between(_waves(rng, size, 60), *HALF_WIDTH)
    slanted = np.clip(4 * _waves(rng, size, 90) - 1.6, 0, 1)  # 0: cut straight across
    smear = np.clip(5 * _waves(rng, size, 30) - 3.2, 0, 1)
    label = cells.border < half + 0.7 + 1.5 * slanted + 7 * smear
    image = _cytoplasm(rng, cells)
    image = _mitochondria(rng, image, cells)
    image = _vesicles(rng, image, cells)
    image = _tubes(rng, image, cells)
    # The profile of a membrane: dark in the middle, with soft edges.
    reach = half * (1.6 + 2.2 * slanted)
    profile = np.clip(1.25 - cells.border / reach, 0, 1)
    dark = _between(_waves(rng, size, 40), *DARKNESS) * (1 - 0.45 * slanted)
    image = image - dark * profile
    image = image - 75 * smear * np.clip(1.3 - cells.border / 9, 0, 1)
    image = _microscope(rng, image)
    return image, np.where(label, MEMBRANE, INSIDE).astype(np.uint8)


# --- tools ---------------------------------------------------------------------------


def _between(waves: np.ndarray, low: float, high: float) -> np.ndarray:
    """Stretch waves from -1..1 to low..high."""
    return low + (high - low) * (0.5 + 0.5 * waves)


def _waves(rng, size: int, period: float) -> np.ndarray:
    """Smooth random hills and valleys in -1..1, float32 (size, size).

    Random values on a coarse grid, `period` pixels wide, joined by cubics that are
    level at each of them.
    """
    n = int(size / period) + 3
    grid = 2 * rng.random((n, n), np.float32) - 1
    at = (np.arange(size, dtype=np.float32) + np.float32(0.5)) / np.float32(period)
    first = at.astype(int)
    t = at - first
    t = t * t * (3 - 2 * t)
    rows = grid[first] + (grid[first + 1] - grid[first]) * t[:, np.newaxis]
    return rows[:, first] + (rows[:, first + 1] - rows[:, first]) * t


def _normal(rng, shape: tuple[int, ...]) -> np.ndarray:
    """Nearly normal numbers of mean 0 and variance 1: four uniform ones, added."""
    u = rng.random((4, *shape), np.float32)
    return (u[0] + u[1] + u[2] + u[3] - 2) * np.float32(3**0.5)


def _blur(image: np.ndarray) -> np.ndarray:
    """The mean of a pixel and its eight neighbours, near ones counting more."""
    for _ in range(2):
        padded = np.concatenate([image[:1], image, image[-1:]])
        image = (0.25 * (padded[:-2] + padded[2:]) + 0.5 * image).T
    return image


def _enlarge(image: np.ndarray) -> np.ndarray:
    """Twice as many rows and columns, straight between the old ones."""
    for _ in range(2):
        padded = np.concatenate([image[:1], image, image[-1:]])
        before, after = 0.25 * padded[:-2], 0.25 * padded[2:]
        pairs = np.stack([0.75 * image + before, 0.75 * image + after], axis=1)
        image = pairs.reshape(-1, image.shape[1]).T
    return image


# --- cells ---------------------------------------------------------------------------


def _cells(rng, size: int) -> Cells:
    """Fill the plane with cells; every second pixel of a row and column will do."""
    half = (size + 1) // 2
    y, x = np.mgrid[:half, :half].astype(np.float32) * 2 + np.float32(0.5)
    for period, amplitude in BEND:
        y, x = (
            y + np.float32(amplitude) * _waves(rng, half, period / 2),
            x + np.float32(amplitude) * _waves(rng, half, period / 2),
        )
    number, border, count = _nearest_points(rng, y, x, size)
    for _ in range(round(LARGE * (size / SIZE) ** 2)):
        low, high = LARGE_RADIUS
        radius = np.float32(low + (high - low) * rng.random() ** 2)
        dy, dx = (c - np.float32(size * (1.2 * rng.random() - 0.1)) for c in (y, x))
        inward = radius - np.sqrt(dy * dy + dx * dx)
        border = np.where(inward > 0, inward, np.minimum(border, -inward))
        number = np.where(inward > 0, count, number)
        count += 1
    number = number.repeat(2, axis=0).repeat(2, axis=1)[:size, :size]
    return Cells(number, _enlarge(np.minimum(border, 99))[:size, :size], count)


def _nearest_points(rng, y, x, size: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Cells around scattered points: their numbers, pixels to the border, how many."""
    outside = 4  # rows and columns of points beyond each edge
    n = int(size / STEP) + 1 + 2 * outside
    scattered = np.stack(np.mgrid[:n, :n]) - outside + 0.1 + 0.8 * rng.random((2, n, n))
    py, px = (scattered * STEP).astype(np.float32).reshape(2, -1)
    cell_of = _joined(rng, n).ravel()

    # The nearest point is one of the 21 in the middle of 5 x 5 squares of the grid.
    row, column = (
        np.clip(np.floor(c / np.float32(STEP)).astype(int) + outside, 2, n - 3)
        for c in (y, x)
    )
    near = [(i, j) for i in range(-2, 3) for j in range(-2, 3) if i * i + j * j < 8]
    points = [row * n + column + i * n + j for i, j in near]
    squares = [(y - py[point]) ** 2 + (x - px[point]) ** 2 for point in points]
    nearest, least = points[0], squares[0]
    for point, square in zip(points[1:], squares[1:], strict=True):
        nearest = np.where(square < least, point, nearest)
        least = np.minimum(square, least)

    # How far to the line halfway to a point of another cell: the least is the border.
    y1, x1, number = py[nearest], px[nearest], cell_of[nearest]
    border = np.full(y.shape, np.inf, np.float32)
    for point, square in zip(points, squares, strict=True):
        apart = np.sqrt((py[point] - y1) ** 2 + (px[point] - x1) ** 2)
        distance = (square - least) / (2 * np.maximum(apart, np.float32(1e-3)))
        other = cell_of[point] != number
        border = np.where(other, np.minimum(border, distance), border)
    return number, border, n * n


def _joined(rng, n: int) -> np.ndarray:
    """The cell of each point, int (n, n): some neighbours in a row share theirs."""
    cell_of = np.arange(n * n).reshape(n, n)
    along = rng.random() < 0.5  # whether the long cells of this slice lie or stand
    for column in range(n - 1):
        joins = rng.random(n) < JOINED
        before, here = cell_of[:, column], cell_of[:, column + 1]
        cell_of[:, column + 1] = np.where(joins, before, here)
    return cell_of if along else cell_of.T


# --- what is in them -----------------------------------------------------------------


def _cytoplasm(rng, cells: Cells) -> np.ndarray:
    """Grey, a little different from cell to cell, and granular."""
    size = len(cells.number)
    mean, by_slice, by_cell = LIGHT
    grey = mean + by_slice * (2 * rng.random() - 1)
    of_cell = by_cell * (2 * rng.random(cells.count, np.float32) - 1)
    image = np.float32(grey) + of_cell[cells.number]
    return image + 22 * _waves(rng, size, 13) + 16 * _waves(rng, size, 5)


def _patch(size: int, y: float, x: float, reach: int):
    """A square around a place, cut at the edges: its slices and distances to it."""
    top, left = max(int(y) - reach, 0), max(int(x) - reach, 0)
    here = np.s_[top : int(y) + reach + 1, left : int(x) + reach + 1]
    rows = np.arange(size, dtype=np.float32)[here[0], np.newaxis] - np.float32(y)
    columns = np.arange(size, dtype=np.float32)[np.newaxis, here[1]] - np.float32(x)
    return here, rows, columns


def _mitochondria(rng, image: np.ndarray, cells: Cells) -> np.ndarray:
    """Dark ovals with a rim and folds, inside of cells that have room for them."""
    size = len(image)
    for _ in range(round(60 * (size / SIZE) ** 2)):
        y, x = size * rng.random(2)
        long, short = 14 + 24 * rng.random(), 10 + 12 * rng.random()
        slope, period, dark = 2 * rng.random() - 1, 4 + 3 * rng.random(), rng.random()
        if cells.border[int(y), int(x)] < 0.6 * (long + short) / 2 + 3:
            continue
        cos = 1 / (1 + slope * slope) ** 0.5
        sin = slope * cos
        here, dy, dx = _patch(size, y, x, 40)
        u, v = (cos * dx + sin * dy) / long, (cos * dy - sin * dx) / short
        radius = np.sqrt(u * u + v * v)
        body = np.clip((1 - radius) * 5, 0, 1) * (cells.border[here] > 6)
        bent = u * long + 3 * v * v
        folds = np.abs(bent / period - np.floor(bent / period) - 0.5)  # 0 to 0.5
        rim = np.clip(1 - np.abs(radius - 0.93) * 7, 0, 1)
        shade = 30 + 25 * dark + 80 * (0.5 - folds) + 30 * rim
        image[here] -= body * shade
    return image


def _vesicles(rng, image: np.ndarray, cells: Cells) -> np.ndarray:
    """Small dark rings and dots, in clouds."""
    size = len(image)
    crowded = _waves(rng, size, 70)
    for _ in range(round(1500 * (size / SIZE) ** 2)):
        y, x = size * rng.random(2)
        radius, dark = 1.2 + 3.2 * rng.random(), 30 + 45 * rng.random()
        place = int(y), int(x)
        if crowded[place] < 0 or cells.border[place] < radius + 5:
            continue
        here, dy, dx = _patch(size, y, x, 7)
        away = np.abs(np.sqrt(dy * dy + dx * dx) - radius)
        image[here] -= dark * np.clip(1.3 - away / 1.2, 0, 1)
    return image


def _tubes(rng, image: np.ndarray, cells: Cells) -> np.ndarray:
    """Dark lines that look like membranes, but part nothing: they end within a cell."""
    size = len(image)
    hills, somewhere = _waves(rng, size, 48), _waves(rng, size, 34)
    gone = np.clip(6 * somewhere - 2, 0, 1) * np.clip(cells.border - 7, 0, 1)
    return image - 65 * gone * np.clip(1 - np.abs(hills) * 14, 0, 1)


def _microscope(rng, image: np.ndarray) -> np.ndarray:
    """Uneven light, grain, a little blur; uint8."""
    size = len(image)
    image = _blur(image) + 9 * _waves(rng, size, 220)
    coarse = _blur(_normal(rng, (size, size)))
    fine = _normal(rng, (size, size))
    # The blur leaves 3/8 of a standard deviation.
    grain = np.float32(GRAIN) * (
        np.float32(8 / 3 * 0.95) * coarse + np.float32(0.3) * fine
    )
    return np.clip(image + grain + 0.5, 0, 255).astype(np.uint8)
