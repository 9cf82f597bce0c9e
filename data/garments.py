"""Drawings of ten garments, a stand-in for Fashion-MNIST where there is no internet.

`generate(60_000, "train")` returns what Fashion-MNIST would: uint8 images of 28 x 28
pixels, grey on black, and their labels. Nothing is photographed; each image is drawn:

1. A *silhouette*: for tops, trousers and bags its half-width in each row, for shoes its
   upper and lower edge in each column, both as polylines through a few points.
2. A *cloth*: folds, stripes, checks, knit, a print, grain, around 1.
3. *Details* that tell neighbours apart: collar, buttons, zip, straps, sole.

Sizes are in pixels, brightness is on the scale 0..1, and every number is drawn anew for
each image. The tables `TOPS` and `SHOES` hold what differs between classes. Their rows
overlap on purpose, so that shape alone does not settle the class, and the details vary
in place and sign, so that a linear model has little use for them. `data/README.md` says
how well three models do; after a change, measure again.

The pictures are the same on every computer: random numbers come from `rng.random`, and
the rest is + - * / and comparisons, which IEEE 754 defines to the last bit, unlike sin
or exp. An image depends on its split and index only, not on how many are asked for.
"""

from typing import NamedTuple

import numpy as np

__all__ = ["CLASS_NAMES", "generate"]

CLASS_NAMES = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
SIZE = 28  # pixels, height and width
BLOCK = 1_000  # images drawn at a time, as many of each class
SPLITS = ("train", "test")
SEED = 2017  # the year of Fashion-MNIST

DETAIL = 0.40  # contrast of buttons, zips, collars and knit
GRAIN = 0.12  # amplitude of the roughest cloth's pixel noise, which hides details
WOBBLE = 1.0  # scales all spreads, and with them how far the classes overlap


class Top(NamedTuple):
    """How garments of a class for the upper body are cut: (mean, spread) or chance."""

    chest: tuple[float, float]  # half-width below the arms
    waist: tuple[float, float]  # half-width at the waist, relative to the chest
    hem: tuple[float, float]  # half-width at the lower edge, relative to the chest
    hem_row: tuple[float, float]
    reach: tuple[float, float]  # of the sleeves, beyond the chest
    neck_depth: tuple[float, float]
    long: float  # chance of long sleeves
    bare: float  # chance of no sleeves
    collar: float  # chances of what is worn with it
    buttons: float
    zip: float
    knit: float
    stripes: float
    checks: float
    print: float


TOPS = {
    "T-shirt/top": Top(
        *((7.4, 0.8), (-0.4, 0.5), (0.0, 0.6), (26.0, 1.0), (4.2, 0.8), (2.2, 1.0)),
        *(0.06, 0.10, 0.03, 0.05, 0.01, 0.05, 0.25, 0.02, 0.55),
    ),
    "Pullover": Top(
        *((8.2, 0.8), (-0.2, 0.5), (-0.3, 0.7), (25.4, 1.0), (4.3, 0.8), (1.7, 0.8)),
        *(0.97, 0.01, 0.08, 0.04, 0.04, 0.75, 0.25, 0.02, 0.30),
    ),
    "Dress": Top(
        *((5.5, 0.8), (-1.0, 0.6), (1.0, 1.6), (27.0, 0.5), (4.0, 0.8), (2.4, 1.0)),
        *(0.30, 0.35, 0.06, 0.08, 0.02, 0.06, 0.12, 0.05, 0.25),
    ),
    "Coat": Top(
        *((8.0, 0.8), (-0.4, 0.5), (0.4, 0.7), (26.7, 0.7), (3.7, 0.8), (1.5, 0.8)),
        *(0.97, 0.01, 0.62, 0.20, 0.77, 0.05, 0.04, 0.10, 0.05),
    ),
    "Shirt": Top(
        *((7.1, 0.8), (-0.4, 0.6), (0.1, 0.8), (26.4, 0.9), (3.1, 0.8), (1.9, 0.9)),
        *(0.72, 0.04, 0.62, 0.75, 0.03, 0.04, 0.12, 0.32, 0.18),
    ),
}


class Shoe(NamedTuple):
    """How the shoes of a class are cut, (mean, spread)."""

    height: tuple[float, float]  # from the ground to the rim at the ankle
    shaft: tuple[float, float]  # column at which the foot's back becomes the leg
    heel: tuple[float, float]  # rise of the heel


SHOES = {
    "Sneaker": Shoe(height=(10.5, 2.2), shaft=(16.5, 1.2), heel=(0.3, 0.3)),
    "Ankle boot": Shoe(height=(16.5, 3.2), shaft=(14.5, 1.5), heel=(2.2, 1.8)),
}

# The pixel grid: a column (1, 1, 28) and a row (1, 28, 1), which broadcast against one
# number per image, (n, 1, 1). Most of a drawing is computed for a row or column only.
X = np.arange(SIZE, dtype=np.float32)[np.newaxis, np.newaxis, :]
Y = np.arange(SIZE, dtype=np.float32)[np.newaxis, :, np.newaxis]


def generate(n: int, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Return `n` images of a split, uint8 (n, 28, 28), and their labels, uint8 (n,).

    `split` is "train" or "test"; they have no image in common, and fewer images are the
    first ones of more. A label is an index into `CLASS_NAMES`. Raises `ValueError` for
    another split or a negative `n`.
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
        images_of_block, labels_of_block = _draw_block(SPLITS.index(split), block)
        images[here], labels[here] = images_of_block[:size], labels_of_block[:size]
    return images, labels


def _draw_block(split: int, block: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(np.random.SeedSequence((SEED, split, block)))
    each = BLOCK // len(CLASS_NAMES)
    drawings = np.concatenate([_draw(name, each, rng) for name in CLASS_NAMES])
    labels = np.repeat(np.arange(len(CLASS_NAMES), dtype=np.uint8), each)
    order = rng.permutation(BLOCK)
    return (drawings * 255 + 0.5).astype(np.uint8)[order], labels[order]


def _draw(name: str, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return `n` drawings of a class, float32 (n, 28, 28) in 0..1."""
    dice = Dice(n, rng)
    if name in TOPS:
        return _tops(dice, TOPS[name])
    if name in SHOES:
        return _shoes(dice, SHOES[name])
    return {"Trouser": _trousers, "Sandal": _sandals, "Bag": _bags}[name](dice)


# --- tools ---------------------------------------------------------------------------


class Dice:
    """Random numbers, one per image: float32 (n, 1, 1)."""

    def __init__(self, n: int, rng: np.random.Generator):
        self.n, self.rng = n, rng

    def uniform(self, low: float, high: float) -> np.ndarray:
        return low + (high - low) * self.rng.random((self.n, 1, 1), np.float32)

    def bell(self, mean: float, spread: float) -> np.ndarray:
        """Nearly normal: three uniform numbers, so never beyond 3 spreads."""
        u = self.rng.random((3, self.n, 1, 1), np.float32)
        return mean + WOBBLE * spread * (2 * (u[0] + u[1] + u[2]) - 3)

    def chance(self, p: float) -> np.ndarray:
        """1 with probability `p`, else 0."""
        return (self.rng.random((self.n, 1, 1), np.float32) < p).astype(np.float32)

    def some(self, p: float, low: float, high: float) -> np.ndarray:
        """Uniform in low..high with probability `p`, else 0."""
        return self.chance(p) * self.uniform(low, high)

    def sign(self) -> np.ndarray:
        return 2 * self.chance(0.5) - 1

    def pixels(self, step: int = 1) -> np.ndarray:
        """(n, 28, 28) in -1..1, equal on squares of `step` pixels (a divisor of 28)."""
        side = SIZE // step
        u = 2 * self.rng.random((self.n, side, side), np.float32) - 1
        return u.repeat(step, axis=1).repeat(step, axis=2)


def _inside(distance: np.ndarray) -> np.ndarray:
    """How much of a pixel is covered, if its centre is `distance` inside an edge."""
    return np.clip(distance + 0.5, 0, 1)


def _line(t: np.ndarray, *points: tuple, smooth: float = 0.0) -> np.ndarray:
    """The line through `points`, pairs (position, value) by position, at `t`.

    `smooth` blends from a broken line (0) to one that is level at each point (1).
    """
    (position, value), *others = points
    line = value
    for next_position, next_value in others:
        gap = np.maximum(next_position - position, np.float32(0.1))
        part = np.clip((t - position) / gap, 0, 1)
        part = part + smooth * part * (1 - part) * (2 * part - 1)
        line = line + (next_value - value) * part
        position, value = next_position, next_value
    return line


def _wave(t: np.ndarray, period: np.ndarray) -> np.ndarray:
    """A triangle wave in -1..1."""
    t = t / period
    return 4 * np.abs(t - np.floor(t) - 0.5) - 1


def _bands(t: np.ndarray, period: np.ndarray) -> np.ndarray:
    """Stripes with soft edges, in -1..1, half of each period wide."""
    return np.clip(_wave(t, period) * period / 2, -1, 1)


def _cloth(dice: Dice) -> np.ndarray:
    """Brightness of plain cloth, around 1: slanted folds and a grain."""
    along = X + dice.uniform(-0.4, 0.4) * Y + dice.uniform(0, 20)
    folds = dice.uniform(0.0, 0.10) * _wave(along, dice.uniform(7, 16))
    rough = dice.uniform(0, 1)
    return 1 + folds + GRAIN * (0.15 + rough * rough * rough) * dice.pixels()


def _printed(dice: Dice, x: np.ndarray) -> np.ndarray:
    """A motif on the chest or all over, in -1..1; `x` is counted from the middle."""
    coarse = np.sign(dice.pixels(step=2))
    row, height, width = dice.bell(11, 1.5), dice.uniform(2, 5), dice.uniform(2, 5)
    height = height + 30 * dice.chance(0.25)  # all over
    width = np.where(height > 30, 30, width)
    inside = _inside(width - x) * _inside(height - np.abs(Y - row))
    return (0.4 + 0.6 * coarse) * inside


def _finish(silhouette: np.ndarray, cloth: np.ndarray, dice: Dice) -> np.ndarray:
    """Give the cloth a brightness and cut it out."""
    bright = dice.uniform(0.35, 1.0)
    return silhouette * np.clip(cloth * bright, 0.04, 1)


# --- garments ------------------------------------------------------------------------


def _tops(dice: Dice, cut: Top) -> np.ndarray:
    x = np.abs(X - dice.bell(13.5, 0.4))  # distance from the middle: tops are symmetric
    # Body
    top, hem_row = dice.bell(1.0, 0.6), dice.bell(*cut.hem_row)
    chest, neck = dice.bell(*cut.chest), dice.bell(3.2, 0.5)
    shoulder, armpit = chest + dice.bell(0.2, 0.4), top + dice.bell(7.5, 0.8)
    waist, hem = chest + dice.bell(*cut.waist), chest + dice.bell(*cut.hem)
    body_width = _line(
        *(Y, (top, neck), (top + 2.5, shoulder), (armpit, chest)),
        *(((armpit + hem_row) / 2, waist), (hem_row, hem)),
        smooth=0.7,
    )
    length = hem_row - dice.bell(0.0, 0.012) * x * x  # a bow of the lower edge
    body = _inside(body_width - x) * _inside(length - Y)
    # Sleeves: as long ones hang, short ones stand off
    long = dice.chance(cut.long)
    cuff = long * dice.bell(24.5, 1.3) + (1 - long) * dice.bell(9.8, 1.6)
    reach = chest + dice.bell(*cut.reach) + 0.8 * (1 - long)
    wide = long * dice.bell(3.4, 0.4) + (1 - long) * dice.bell(5.0, 0.5)
    outer = _line(Y, (top, neck), (top + 3, shoulder + 1), (cuff, reach))
    inner = _line(Y, (armpit - 1, chest - 1.5), (cuff, reach - wide))
    slant = cuff - (0.45 - 0.4 * long) * (x - chest)
    sleeves = _inside(outer - x) * _inside(x - inner) * _inside(slant - Y)
    sleeves = sleeves * (1 - dice.chance(cut.bare))
    silhouette = np.maximum(body, sleeves) * _inside(Y - top)
    # Neck, from round to pointed, through which the back is seen
    depth, point = dice.bell(*cut.neck_depth), dice.uniform(0, 1)
    across = x / neck
    neckline = top + depth * (1 - across * (point + (1 - point) * across))
    silhouette = silhouette * (1 - dice.uniform(0.3, 1.0) * _inside(neckline - Y))
    # Cloth
    cloth = _cloth(dice)
    cloth -= dice.uniform(0.0, 0.4) * _inside(0.5 - np.abs(x - body_width))  # seams
    cloth += dice.uniform(-0.15, 0.15) * _inside(x - body_width)  # light on sleeves
    stripes = _bands(Y + dice.uniform(0, 9), dice.uniform(2.5, 8))
    cloth += dice.some(cut.stripes, 0.1, 0.4) * stripes
    period, phase = dice.uniform(3, 6), dice.uniform(0, 9)
    checks = _bands(Y + phase, period) + _bands(X + phase, period)
    cloth += dice.some(cut.checks, 0.1, 0.25) * checks
    ribs = _wave(X + dice.uniform(0, 9), dice.uniform(2.0, 3.0))
    cloth += dice.some(cut.knit, 0.15, 0.55) * DETAIL * ribs
    cloth += dice.sign() * dice.some(cut.print, 0.2, 0.6) * _printed(dice, x)
    # Details, brighter or darker than the cloth
    below = _inside(Y - top - depth)
    off = np.abs(X - dice.bell(13.5, 0.6))  # the opening is not quite in the middle
    dots = np.clip(2 * _wave(Y + dice.uniform(0, 5), dice.uniform(3, 5)), 0, 1)
    buttons = _inside(0.4 - off) * below * (0.4 + dots)
    cloth += dice.sign() * dice.some(cut.buttons, 0.6, 1.4) * DETAIL * buttons
    zip_ = _inside(0.8 - off) * below
    cloth += dice.sign() * dice.some(cut.zip, 0.8, 1.8) * DETAIL * zip_
    wing = np.abs(Y - top - dice.uniform(2, 4.5) * np.abs(x / neck - 0.2))
    collar = _inside(0.8 - wing) * _inside(neck + 1 - x)
    cloth += dice.sign() * dice.some(cut.collar, 0.8, 1.6) * DETAIL * collar
    return _finish(silhouette, cloth, dice)


def _trousers(dice: Dice) -> np.ndarray:
    x = np.abs(X - dice.bell(13.5, 0.4))
    top, hem_row = dice.bell(0.5, 0.4), dice.bell(26.8, 0.6)
    waist, hips, ankle = dice.bell(4.3, 0.5), dice.bell(5.4, 0.6), dice.bell(5.6, 0.9)
    crotch, wide = dice.bell(8.5, 1.0), dice.bell(3.6, 0.6)
    outer = _line(Y, (top, waist), (top + 6, hips), (hem_row, ankle))
    inner = _line(Y, (crotch, -1.0), (crotch + 2, 0.2), (hem_row, ankle - wide))
    silhouette = _inside(outer - x) * _inside(x - inner)
    silhouette = silhouette * _inside(Y - top) * _inside(hem_row - Y)
    cloth = _cloth(dice) - dice.uniform(0, 0.3) * _inside(0.5 - np.abs(Y - top - 2))
    crease = _inside(0.5 - np.abs(x - (outer + np.maximum(inner, 0)) / 2))
    cloth += dice.uniform(-0.2, 0.2) * crease
    return _finish(silhouette, cloth, dice)


def _shoes(dice: Dice, cut: Shoe) -> np.ndarray:
    height, heel = dice.bell(*cut.height), np.maximum(dice.bell(*cut.heel), 0)
    ground = 14.5 + height / 2 + dice.bell(0.5, 0.8)  # centred
    toe, back, shaft = dice.bell(0.8, 0.5), dice.bell(26.0, 0.5), dice.bell(*cut.shaft)
    rim, dip = ground - height, dice.uniform(0.0, 2.0)
    vamp = ground - dice.bell(4.6, 0.5)
    upper = _line(
        *(X, (toe, ground - 2.5), (toe + 4, vamp), (shaft - 4, vamp - 1.2 - heel / 3)),
        *((shaft, rim), (shaft / 2 + back / 2, rim + dip), (back - 1, rim)),
        *((back, rim + 1.5),),
        smooth=0.5,
    )
    start = back - dice.uniform(6, 10)  # of the heel
    spring = dice.uniform(0, 1)  # how far the toe is off the ground
    lower = _line(
        *(X, (toe, ground - 1 - spring), (toe + 4, ground), (toe + 8, ground)),
        *((start - 0.3, ground - heel), (start + 0.3, ground)),
    )
    silhouette = _inside(Y - upper) * _inside(lower - Y)
    silhouette = silhouette * _inside(X - toe) * _inside(back - X)
    cloth = _cloth(dice)
    sole = _inside(dice.uniform(0.5, 2.5) + Y - lower)
    cloth += dice.uniform(-0.6, 0.5) * sole
    laces = _inside(1.5 - np.abs(Y - upper - 1)) * _inside(3.5 - np.abs(X - shaft + 3))
    cloth += dice.uniform(-0.5, 0.5) * laces * _wave(X, 3.0)
    lean = dice.uniform(-1.0, 1.0)  # of the stripe on the side
    stripe = np.abs(Y - ground + 4 + lean * (X - dice.uniform(14, 19)))
    cloth += dice.uniform(-0.4, 0.4) * _inside(0.9 - stripe) * _inside(Y - upper - 1.5)
    return _finish(silhouette, cloth, dice)


def _sandals(dice: Dice) -> np.ndarray:
    heel = dice.some(0.5, 2, 12)
    ground = 17.5 + heel / 2 + dice.bell(0, 0.7)
    toe, back = dice.bell(0.8, 0.5), dice.bell(26.0, 0.5)
    thick, ball = dice.uniform(0.8, 2.8), dice.uniform(7, 11)
    sole = _line(
        *(X, (toe, ground - 0.7), (toe + ball, ground), (back, ground - heel)),
        smooth=0.5,
    )
    foot = _inside(thick / 2 - np.abs(Y - sole + thick / 2))
    wedge = back - dice.uniform(1.0, 4.0) - dice.some(0.3, 4, 14)
    stilt = _inside(X - wedge) * _inside(Y - sole) * _inside(ground - Y)
    silhouette = np.maximum(foot, stilt)
    fore = dice.uniform(5, 8)
    for middle, half, high, worn in (  # straps over the toes, the instep, the ankle
        (fore, dice.uniform(3.5, 6), dice.uniform(3, 7), 1.0),
        (fore + dice.uniform(4, 9), dice.uniform(3, 6), dice.uniform(4, 9), 0.6),
        (dice.uniform(19, 22), dice.uniform(4, 7), dice.uniform(4, 11), 0.8),
    ):
        across = (X + dice.uniform(-0.8, 0.8) * (sole - Y) - middle) / half
        arch = sole - high * (1 - across * across)
        # A steep edge crosses more rows, so it is given more of them.
        steep = 1 + high / half * np.abs(across)
        strap = _inside((dice.uniform(0.6, 1.8) - np.abs(Y - arch) / steep) * 1.3)
        strap = strap * _inside(sole - Y) * dice.chance(worn)
        silhouette = np.maximum(silhouette, strap * dice.uniform(0.5, 1.0))
    silhouette = silhouette * _inside(X - toe) * _inside(back - X)
    return _finish(silhouette, _cloth(dice), dice)


def _bags(dice: Dice) -> np.ndarray:
    x = np.abs(X - dice.bell(13.5, 0.4))
    handle = dice.some(0.6, 3, 11)
    height = np.minimum(dice.uniform(12, 20), 26 - handle)
    top = 14 + (handle - height) / 2
    bottom = top + height
    above, below = dice.uniform(8, 13), dice.uniform(10, 13)
    corner = dice.uniform(0.5, 4.0)
    width = _line(
        *(Y, (top, above - corner), (top + corner, above)),
        *((bottom - corner, below), (bottom, below - corner)),
    )
    silhouette = _inside(width - x) * _inside(Y - top) * _inside(bottom - Y)
    radius = dice.uniform(3.5, 8.0)
    ring = np.maximum(handle, 1) * (1 - (x / radius) * (x / radius))
    strap = _inside(dice.uniform(0.5, 1.2) - np.abs(top - Y - ring) * 0.6)
    strap = strap * _inside(top - Y) * np.minimum(handle, 1)
    silhouette = np.maximum(silhouette, strap)
    cloth = _cloth(dice)
    flap = top + height * dice.uniform(0.25, 0.6) - dice.uniform(0, 0.25) * x
    cloth += dice.uniform(-0.5, 0.2) * _inside(0.6 - np.abs(Y - flap))
    clasp = _inside(1.2 - x) * _inside(1.2 - np.abs(Y - flap))
    cloth += dice.uniform(-0.6, 0.6) * clasp
    cloth += dice.some(0.25, -0.4, 0.4) * _printed(dice, x)
    return _finish(silhouette, cloth, dice)
