"""A crowded beach with one Waldo, drawn anew for every seed.

`draw(seed)` returns the picture, a template of Waldo and where he is. Nothing is
photographed or stored; each scene is painted from back to front:

1. *Backdrop*: sky, clouds, sea, boats, a lighthouse, sand, towels.
2. *Crowd*: people, parasols, windbreaks and castles by the row of their feet, so that
   who is nearer hides who is behind. A person is put together at random from skin,
   hair, headgear, glasses, clothes, posture and what is in their hands.
3. *Light*: a time of day and the soft shadows of clouds.

Some wear something of Waldo's: a striped jumper, a bobble hat, round glasses or blue
trousers, but nobody else has all of them in his colours. Waldo is painted like anyone
else, except that nothing in front of him reaches into the rectangle of his template,
from bobble to hip and from hand to hand. Its corners show what is behind him.

Lengths are in pixels of the finished picture, rows count downwards, colours are red,
green and blue in 0..1. All is painted `FINE` times larger, with soft edges, and then
averaged. Grown-ups are about 40 pixels tall.

The pictures are the same on every computer: random numbers come from `rng.random`, and
the rest is + - * /, square roots and comparisons of single elements, which IEEE 754
defines to the last bit, unlike sin, or the order in which a long sum is added.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

__all__ = ["TEMPLATE_SHAPE", "Scene", "draw", "template"]

TEMPLATE_SHAPE = (29, 17)  # odd, so that one pixel is the middle
SMALLEST = (80, 80)  # the smallest scene
FINE = 2  # painted pixels for each finished one, each way
SEED = 1987  # the year of the first picture book
LINE = 0.45  # width of the dark outlines

Color = tuple[float, float, float]


class Scene(NamedTuple):
    """A crowd, whom to look for, and where he is."""

    image: np.ndarray  # (height, width, 3), uint8
    template: np.ndarray  # (29, 17, 3), uint8, the same for every scene
    position: tuple[int, int]  # row and column of the template's middle in the image


def draw(seed: int, shape: tuple[int, int] = (400, 600)) -> Scene:
    """Return the scene of a seed, of `shape` = (rows, columns).

    The same seed and shape give the same bytes on every computer. Raises `ValueError`
    for a negative seed or a shape below 80 x 80.
    """
    height, width = shape
    if seed < 0:
        raise ValueError(f"seed must not be negative, but is {seed}.")
    if height < SMALLEST[0] or width < SMALLEST[1]:
        raise ValueError(
            f"a scene has at least 80 x 80 pixels, not {height} x {width}."
        )
    dice = Dice(np.random.default_rng(np.random.SeedSequence((SEED, seed))))
    canvas = Canvas(height, width)
    shore = _backdrop(canvas, dice)
    h, w = TEMPLATE_SHAPE[0] // 2, TEMPLATE_SHAPE[1] // 2
    row = dice.integer(max(shore - 10, h + 4), height - h - 4)
    column = dice.integer(w + 4, width - w - 4)
    crowd = _crowd(dice, height, width, shore)
    crowd = _make_room(crowd, row + MIDDLE, (row - h, column - w, row + h, column + w))
    crowd.append((row + MIDDLE, column + 0.5, WALDO))
    for feet, middle, one in sorted(crowd, key=lambda entry: entry[0]):
        one.paint(canvas, feet, middle)
    return Scene(
        canvas.finish(_light(dice, height, width, shore)), template(), (row, column)
    )


@cache
def _template() -> np.ndarray:
    h, w = TEMPLATE_SHAPE
    canvas = Canvas(h, w)
    canvas.pixels[:] = NEUTRAL
    WALDO.paint(canvas, h // 2 + MIDDLE, w // 2 + 0.5)
    return canvas.finish(np.float32(1))


def template() -> np.ndarray:
    """Return Waldo from bobble to hip: (29, 17, 3), uint8.

    The corners, which in a scene show who stands behind him, are as bright as the mean
    of the template, so that a zero-mean correlation all but ignores them.
    """
    return _template().copy()


# --- tools ---------------------------------------------------------------------------


class Dice:
    """Random choices, all made of `rng.random`."""

    def __init__(self, rng: np.random.Generator):
        self.rng = rng

    def uniform(self, low: float, high: float) -> float:
        return low + (high - low) * self.rng.random()

    def integer(self, low: int, high: int) -> int:
        """A whole number from `low` up to, but without, `high`."""
        return low + int((high - low) * self.rng.random())

    def chance(self, p: float) -> bool:
        return self.rng.random() < p

    def choice(self, options: Sequence):
        return options[self.integer(0, len(options))]


class Canvas:
    """Pixels to paint on, and the shapes that are painted.

    Shapes are given by how far a point is inside of them, in pixels, negative outside;
    the paint's opacity rises from 0 to 1 within one fine pixel about the edge.
    """

    def __init__(self, height: int, width: int):
        self.height, self.width = height, width
        self.pixels = np.zeros((FINE * height, FINE * width, 3), np.float32)
        self.rows = (np.arange(FINE * height, dtype=np.float32)[:, None] + 0.5) / FINE
        self.columns = (np.arange(FINE * width, dtype=np.float32)[None] + 0.5) / FINE

    def finish(self, light: np.ndarray) -> np.ndarray:
        """Return the picture under a light, (height, width, 3), uint8."""
        fine = self.pixels
        mean = fine[0::2, 0::2] + fine[0::2, 1::2] + fine[1::2, 0::2] + fine[1::2, 1::2]
        return (_clip(mean / 4 * light) * 255 + 0.5).astype(np.uint8)

    def window(self, top: float, left: float, bottom: float, right: float):
        """The rows (n, 1), columns (1, m) and pixels (n, m, 3) of a rectangle."""
        y = slice(max(0, int(FINE * top) - 1), max(0, int(FINE * bottom) + 2))
        x = slice(max(0, int(FINE * left) - 1), max(0, int(FINE * right) + 2))
        return self.rows[y], self.columns[:, x], self.pixels[y, x]

    def fill(self, pixels, inside, color, line=LINE, opacity=1.0) -> None:
        """Paint where `inside` > 0; `color` is one or (n, m, 3); outlined if `line`."""
        color = np.asarray(color, np.float32)
        depth = FINE * inside + 0.5
        if line:
            color = color * (0.5 + 0.5 * _clip(depth))[..., None]
            depth += FINE * line
        cover = _clip(depth)
        if opacity < 1:
            cover *= opacity
        pixels += cover[..., None] * (color - pixels)

    def ellipse(self, row, column, high, wide, color, line=LINE, opacity=1.0) -> None:
        """An ellipse by its middle and half-axes."""
        y, x, pixels = self.window(
            row - high - 1, column - wide - 1, row + high + 1, column + wide + 1
        )
        v, u = (y - row) / high, (x - column) / wide
        inside = (1 - np.sqrt(v * v + u * u)) * min(high, wide)
        self.fill(pixels, inside, _dye(color, y, x), line, opacity)

    def limb(self, start, end, thick, thin, color, line=LINE) -> None:
        """A rod with round ends, from radius `thick` at the start to `thin`."""
        r = max(thick, thin) + 1
        (y0, x0), (y1, x1) = start, end
        y, x, pixels = self.window(
            min(y0, y1) - r, min(x0, x1) - r, max(y0, y1) + r, max(x0, x1) + r
        )
        dy, dx = y1 - y0, x1 - x0
        t = _clip(((y - y0) * dy + (x - x0) * dx) / (dy * dy + dx * dx))
        v, u = y - y0 - t * dy, x - x0 - t * dx
        inside = thick + (thin - thick) * t - np.sqrt(v * v + u * u)
        self.fill(pixels, inside, _dye(color, y, x), line)

    def block(self, top, bottom, column, wide_top, wide_bottom, color, line=LINE):
        """A trapezium between two rows, by its half-widths there."""
        wide = max(wide_top, wide_bottom) + 1
        y, x, pixels = self.window(top - 1, column - wide, bottom + 1, column + wide)
        half = wide_top + (wide_bottom - wide_top) * (y - top) / (bottom - top)
        inside = np.minimum(half - np.abs(x - column), np.minimum(y - top, bottom - y))
        self.fill(pixels, inside, _dye(color, y, x), line)

    def dome(self, row, column, high, wide, color, line=LINE) -> None:
        """The upper half of an ellipse that stands on a row."""
        y, x, pixels = self.window(
            row - high - 1, column - wide - 1, row + 1, column + wide + 1
        )
        v, u = (y - row) / high, (x - column) / wide
        inside = (1 - np.sqrt(v * v + u * u)) * min(high, wide)
        self.fill(pixels, np.minimum(inside, row - y), _dye(color, y, x), line)


def _clip(t):
    """np.clip(t, 0, 1), in less time for small arrays."""
    return np.minimum(np.maximum(t, 0), 1)


def _dye(color, y, x):
    """A colour, or the colours that a cloth has at rows y and columns x."""
    return color(y, x) if callable(color) else color


def _mix(share, one: Color, other: Color):
    """`one` where the share is 0, `other` where it is 1."""
    one, other = np.float32(one), np.float32(other)
    return one + np.asarray(share)[..., None] * (other - one)


def _bands(t, period: float, share: float = 0.5):
    """Stripes along t: 1 for a share of each period, else 0, with soft edges."""
    part = t / period
    part = part - np.floor(part)
    centre = np.abs(part - 0.5) * period
    return _clip((share * period / 2 - centre) * FINE + 0.5)


def across(one: Color, other: Color, start: float, period: float):
    """A cloth with horizontal stripes, `other` uppermost."""
    return lambda y, x: _mix(_bands(y - start + period / 4, period) + 0 * x, one, other)


def along(one: Color, other: Color, start: float, period: float):
    """A cloth with vertical stripes."""
    return lambda y, x: _mix(_bands(x - start, period) + 0 * y, one, other)


def dotted(one: Color, other: Color, row: float, column: float, period: float):
    """A cloth with dots."""

    def cloth(y, x):
        v, u = (y - row) / period, (x - column) / period
        v, u = v - np.floor(v) - 0.5, u - np.floor(u) - 0.5
        inside = 0.33 - np.sqrt(v * v + u * u)
        return _mix(_clip(inside * period * FINE + 0.5), one, other)

    return cloth


def _meet(one, other) -> bool:
    """Whether two rectangles (top, left, bottom, right) overlap."""
    return (
        one[0] <= other[2]
        and other[0] <= one[2]
        and one[1] <= other[3]
        and other[1] <= one[3]
    )


def _place(extent, feet: float, middle: float):
    """A rectangle that is given relative to someone's feet, on the picture."""
    up, left, right = extent
    return feet - up, middle - left, feet + 3, middle + right


# --- colours -------------------------------------------------------------------------


def _hex(code: str) -> Color:
    return tuple(int(code[i : i + 2], 16) / 255 for i in (0, 2, 4))


def _palette(codes: str) -> list[Color]:
    return [_hex(code) for code in codes.split()]


SAND, NEUTRAL = _hex("F2DDB0"), _hex("AD9A86")
WHITE, CREAM, RED = _hex("FFFFFF"), _hex("FFF4DC"), _hex("D62839")
JEANS, INK = _hex("33639C"), _hex("1C1A1E")
SKINS = _palette("FFDBC0 F6C9A5 E3A87C C68863 9A6240 6B4226")
HAIRS = _palette("2B1B14 4A2C1A 7A4A24 B5793A E3B862 8C8C8C A63D1E")
CLOTHES = _palette(
    "E76F51 F4A261 E9C46A 2A9D8F 264653 8ECAE6 219EBC 1D4E79 D62839 FFF4DC "
    "84A98C 6D597A E5989B B5838D 457B9D F9C74F 90BE6D 577590 FFFFFF C1666B"
)
BRIGHT = _palette("E63946 F4A261 FFD166 06A77D 118AB2 EF6F8F 8E6BBF")
SHADE = (0.45, 0.33, 0.2)  # of whatever stands on the sand


# --- people --------------------------------------------------------------------------

MIDDLE = 28  # rows from the middle of Waldo's template to his feet

# Elbow and hand of the right arm, (row, column) from the middle between the feet.
POSES = {
    "down": ((-20.0, 7.0), (-14.0, 7.4)),
    "hip": ((-20.0, 9.6), (-16.0, 5.6)),
    "up": ((-28.5, 9.8), (-35.5, 9.0)),
    "out": ((-23.0, 9.5), (-21.5, 13.0)),
    "chest": ((-20.0, 7.6), (-22.0, 4.0)),
}


class Person(NamedTuple):
    """What somebody looks like."""

    skin: Color
    hair: Color
    hairdo: str  # short, long, bun, curls, bald
    headgear: str  # none, bobble, cap, straw, scarf
    hat: Color
    trim: Color
    glasses: str  # none, round, dark
    beard: bool
    pattern: str  # plain, across, along, dotted
    top: Color
    second: Color
    sleeves: str  # long, short, none
    below: str  # trousers, shorts, skirt, bare
    bottom: Color
    left: str  # postures of the arms
    right: str
    carries: str  # nothing, balloon, ice, flag, umbrella, bag, ring
    toy: Color
    size: float  # 1 for a grown-up

    @property
    def extent(self) -> tuple[float, float, float]:
        """How far up, left and right of the feet this person reaches."""
        up = {"balloon": 68, "umbrella": 57, "flag": 60}.get(self.carries, 44)
        left, right = (
            max(9.5, *(column + 2.5 for _, column in POSES[pose]))
            for pose in (self.left, self.right)
        )
        right = {"umbrella": 23, "balloon": 17, "flag": 24}.get(self.carries, right)
        return self.size * up, self.size * left, self.size * right

    def paint(self, canvas: Canvas, feet: float, middle: float) -> None:
        def at(row, column):
            return feet + self.size * row, middle + self.size * column

        def ellipse(row, column, high, wide, *rest, **more):
            s = self.size
            canvas.ellipse(*at(row, column), s * high, s * wide, *rest, **more)

        def limb(start, end, thick, thin, *rest):
            s = self.size
            canvas.limb(at(*start), at(*end), s * thick, s * thin, *rest)

        def block(top, bottom, wide_top, wide_bottom, *rest):
            s = self.size
            rows = at(top, 0)[0], at(bottom, 0)[0]
            canvas.block(*rows, middle, s * wide_top, s * wide_bottom, *rest)

        def dome(row, column, high, wide, *rest):
            s = self.size
            canvas.dome(*at(row, column), s * high, s * wide, *rest)

        def mirrored(points):
            return [(row, -column) for row, column in points]

        cloth = self._cloth(feet, middle)
        ellipse(0.6, 2.0, 1.6, 7.0, SHADE, line=0, opacity=0.3)  # shadow
        if self.hairdo == "long":
            limb((-32, 0), (-25.5, 0), 5.6, 5.0, self.hair)
        # Legs
        leg = self.bottom if self.below == "trousers" else self.skin
        for side in (-1, 1):
            limb((-14, 2.3 * side), (-1.5, 2.7 * side), 2.5, 1.9, leg)
            ellipse(-0.2, 3.1 * side, 1.2, 2.3, _dark(self.bottom))
            if self.below == "shorts":
                limb((-14, 2.3 * side), (-9, 2.7 * side), 2.7, 2.6, self.bottom)
        # Arms behind the body, hands
        for pose, flip in ((self.left, mirrored), (self.right, list)):
            shoulder, elbow, hand = flip([(-24.5, 4.9), *POSES[pose]])
            sleeve = cloth if self.sleeves == "long" else self.skin
            limb(elbow, hand, 1.6, 1.5, sleeve)
            limb(shoulder, elbow, 2.0, 1.6, sleeve)
            if self.sleeves == "short":
                half = [(a + b) / 2 for a, b in zip(shoulder, elbow, strict=True)]
                limb(shoulder, half, 2.2, 2.1, cloth)
            ellipse(*hand, 1.6, 1.6, self.skin)
        # Body
        block(-26.5, -13, 5.2, 4.6, cloth)
        if self.below == "skirt":
            block(-16, -7, 4.4, 7.2, self.bottom)
        else:
            block(-15.5, -12.5, 4.6, 4.7, self.bottom)
        limb((-28.5, 0), (-26, 0), 1.9, 2.2, self.skin, 0)
        if self.carries == "ring":
            ellipse(-15, 0, 3.4, 9.0, along(self.toy, WHITE, middle, 6.0 * self.size))
            block(-18.5, -15.0, 4.6, 4.6, cloth)
        self._head(ellipse, limb, dome)
        self._toy(canvas, at, ellipse, limb, dome)

    def _cloth(self, feet: float, middle: float):
        s = self.size
        if self.pattern == "across":
            return across(self.top, self.second, feet - 26.5 * s, 4.4 * s)
        if self.pattern == "along":
            return along(self.top, self.second, middle, 3.4 * s)
        if self.pattern == "dotted":
            return dotted(self.top, self.second, feet, middle, 3.4 * s)
        return self.top

    def _head(self, ellipse, limb, dome) -> None:
        if self.hairdo == "curls":
            ellipse(-33.5, 0, 6.4, 6.6, self.hair)
        elif self.hairdo != "bald":
            ellipse(-33, 0, 5.6, 5.3, self.hair)
        if self.hairdo == "bun" and self.headgear == "none":
            ellipse(-39.6, 0, 2.2, 2.4, self.hair)
        ellipse(-32, 0, 4.8, 4.4, self.skin)
        if self.beard:
            ellipse(-29.2, 0, 2.3, 3.4, self.hair, line=0)
            ellipse(-30.4, 0, 0.5, 1.3, self.skin, line=0)
        elif self.hairdo != "bald":
            ellipse(-29.8, 0, 0.45, 1.3, _dark(self.skin), line=0)  # mouth
        if self.hairdo != "bald":
            dome(-34.0, 0, 3.4, 4.7, self.hair, 0)  # fringe
        for side in (-2.0, 2.0):
            if self.glasses == "none":
                ellipse(-32.0, side, 0.8, 0.65, INK, line=0)
            elif self.glasses == "dark":
                ellipse(-32.0, side, 1.4, 1.8, INK, line=0)
            else:
                ellipse(-32.0, side, 1.9, 1.9, INK, line=0)
                ellipse(-32.0, side, 1.3, 1.3, _hex("EAF4FF"), line=0)
        if self.headgear == "bobble":
            dome(-34.2, 0, 6.0, 5.0, self.hat)
            limb((-34.6, -4.3), (-34.6, 4.3), 1.1, 1.1, self.trim)
            ellipse(-41.0, 0, 1.9, 1.9, self.trim)
        elif self.headgear == "cap":
            dome(-34.2, 0, 4.8, 4.9, self.hat)
            limb((-34.4, 0), (-34.2, 6.8), 1.0, 0.8, self.trim)
        elif self.headgear == "straw":
            ellipse(-35.0, 0, 1.7, 8.2, self.hat)
            dome(-35.0, 0, 4.8, 4.6, self.hat)
            limb((-35.6, -4.0), (-35.6, 4.0), 0.8, 0.8, self.trim, 0)
        elif self.headgear == "scarf":
            dome(-33.6, 0, 4.8, 5.2, self.hat)
            limb((-33.8, 4.6), (-30.0, 6.6), 1.2, 0.6, self.hat)

    def _toy(self, canvas, at, ellipse, limb, dome) -> None:
        row, column = POSES[self.right][1]
        if self.carries == "balloon":
            limb((row, column), (row - 20, column + 1), 0.3, 0.3, (0.4, 0.4, 0.4), 0)
            ellipse(row - 25, column + 1, 6.2, 5.2, self.toy)
            ellipse(row - 27.4, column - 0.8, 1.4, 1.0, WHITE, line=0, opacity=0.7)
        elif self.carries == "umbrella":
            limb((row + 1, column), (row - 12, column), 0.5, 0.5, (0.35, 0.25, 0.2), 0)
            middle, high = at(row - 9, column), self.size
            cloth = along(self.toy, WHITE, middle[1], 6.5 * high)
            canvas.dome(*middle, 9 * high, 13 * high, cloth)
        elif self.carries == "flag":
            limb((row + 3, column), (row - 20, column), 0.45, 0.45, (0.5, 0.4, 0.3), 0)
            limb((row - 17, column + 2), (row - 16, column + 11), 2.8, 1.2, self.toy)
        elif self.carries == "ice":
            limb((row + 1.0, column), (row - 2.6, column), 0.4, 1.3, _hex("D9A05B"))
            ellipse(row - 4.4, column, 1.9, 1.9, self.toy)
        elif self.carries == "bag":
            ellipse(row + 4.4, column + 0.4, 3.0, 3.2, self.toy)


def _dark(color: Color) -> Color:
    return tuple(0.55 * part for part in color)


WALDO = Person(
    *(SKINS[0], HAIRS[1], "short", "bobble", RED, WHITE, "round", False),
    *("across", RED, WHITE, "long", "trousers", JEANS, "down", "down"),
    *("nothing", RED, 1.0),
)


def _person(dice: Dice) -> Person:
    """Anybody but Waldo."""
    woman, child = dice.chance(0.5), dice.chance(0.2)
    skin, hair = dice.choice(SKINS), dice.choice(HAIRS)
    hairdo = dice.choice(
        ("long", "long", "bun", "short", "curls")
        if woman
        else ("short", "short", "curls", "bald" if not child else "short")
    )
    headgear = "none"
    if dice.chance(0.45):
        headgear = dice.choice(("cap", "straw", "scarf" if woman else "cap", "bobble"))
    top, second, bottom = (dice.choice(CLOTHES) for _ in range(3))
    if dice.chance(0.5):
        second = WHITE
    carries, right = "nothing", dice.choice(("down", "down", "hip", "chest"))
    if dice.chance(0.34):
        carries = dice.choice(("balloon", "ice", "ice", "flag", "umbrella", "bag"))
        right = {"ice": "out", "bag": "down"}.get(carries, "up")
    elif dice.chance(0.05):
        carries, right = "ring", "down"
    elif dice.chance(0.2):
        right = "up"
    someone = Person(
        *(skin, hair, hairdo, headgear, dice.choice(BRIGHT), dice.choice(CLOTHES)),
        dice.choice(("none", "none", "none", "dark", "round")),
        not woman and not child and dice.chance(0.2),
        dice.choice(("plain", "plain", "across", "along", "dotted")),
        *(top, second),
        dice.choice(("long", "short", "short", "none")),
        dice.choice(("trousers", "shorts", "skirt" if woman else "trousers")),
        *(bottom, dice.choice(("down", "down", "hip", "chest", "up")), right, carries),
        dice.choice(BRIGHT),
        dice.uniform(0.66, 0.8) if child else dice.uniform(0.92, 1.08),
    )
    return _like_waldo(someone, dice) if dice.chance(0.22) else someone


def _like_waldo(someone: Person, dice: Dice) -> Person:
    """The same person with two or three, but never all, of Waldo's things."""
    things = [
        {"pattern": "across", "top": RED, "second": WHITE, "sleeves": "long"},
        {"headgear": "bobble", "hat": RED, "trim": WHITE},
        {"glasses": "round", "hair": WALDO.hair},
        {"below": "trousers", "bottom": JEANS},
    ]
    changes = [
        {"pattern": dice.choice(("along", "plain", "dotted"))},
        {"headgear": dice.choice(("none", "cap", "straw"))},
        {"glasses": dice.choice(("none", "dark")), "hair": dice.choice(HAIRS[3:])},
        {"below": "shorts", "bottom": dice.choice(CLOTHES)},
    ]
    missing = {dice.integer(0, 2), dice.integer(0, 4)}  # the jumper, the hat or both
    for i in range(4):
        someone = someone._replace(**(changes if i in missing else things)[i])
    return someone


# --- what stands among the people ----------------------------------------------------


class Parasol(NamedTuple):
    """A sunshade on its pole."""

    one: Color
    other: Color
    wide: float

    @property
    def extent(self) -> tuple[float, float, float]:
        return 52, self.wide + 2, self.wide + 2

    def paint(self, canvas: Canvas, feet: float, middle: float) -> None:
        canvas.ellipse(feet + 1, middle + 6, 3, self.wide * 0.8, SHADE, 0, 0.28)
        canvas.limb((feet, middle), (feet - 48, middle), 0.8, 0.8, CREAM)

        def cloth(y, x):
            v = (feet - 33 - y) / 15
            bow = np.sqrt(np.clip(1 - v * v, 0.02, 1))  # the seams run to the top
            t = (x - middle) / self.wide / bow
            return _mix(_bands(t, 0.5) + 0 * y, self.one, self.other)

        canvas.dome(feet - 33, middle, 15, self.wide, cloth)
        canvas.ellipse(feet - 48.5, middle, 1.3, 1.3, self.one)


class Windbreak(NamedTuple):
    """A strip of striped cloth between poles."""

    one: Color
    other: Color
    wide: float

    @property
    def extent(self) -> tuple[float, float, float]:
        return 16, self.wide + 2, self.wide + 2

    def paint(self, canvas: Canvas, feet: float, middle: float) -> None:
        canvas.ellipse(feet, middle, 2, self.wide, SHADE, 0, 0.3)
        cloth = along(self.one, self.other, middle, 7.0)
        canvas.block(feet - 12, feet, middle, self.wide, self.wide, cloth)
        for side in (-1, 0, 1):
            column = middle + side * self.wide
            canvas.limb(
                (feet + 1, column), (feet - 14, column), 0.6, 0.6, _hex("8A5A3B")
            )


class Ball(NamedTuple):
    """A beach ball."""

    color: Color
    extent: tuple[float, float, float] = (10, 6, 6)

    def paint(self, canvas: Canvas, feet: float, middle: float) -> None:
        canvas.ellipse(feet, middle + 1, 1.4, 5, SHADE, 0, 0.3)
        canvas.ellipse(
            feet - 4, middle, 4.4, 4.4, along(self.color, WHITE, middle, 4.4)
        )
        canvas.ellipse(feet - 6, middle - 1.4, 1.0, 1.0, WHITE, 0, 0.7)


class Castle(NamedTuple):
    """A castle of sand, with a flag."""

    flag: Color
    extent: tuple[float, float, float] = (20, 10, 10)

    def paint(self, canvas: Canvas, feet: float, middle: float) -> None:
        wet = _hex("D9B778")
        canvas.ellipse(feet, middle, 2.4, 9.5, _dark(wet), 0, 0.3)
        for column, high in ((-5.5, 7), (5.5, 7), (0, 10)):
            top = feet - high
            canvas.block(top, feet, middle + column, 2.8, 3.4, wet)
            for tooth in (-2, 0, 2):
                canvas.block(
                    top - 1.2, top + 0.3, middle + column + tooth, 0.6, 0.6, wet
                )
        canvas.limb((feet - 10, middle), (feet - 17, middle), 0.3, 0.3, _dark(wet), 0)
        canvas.limb(
            (feet - 16, middle + 1), (feet - 15.4, middle + 4), 1.3, 0.5, self.flag
        )


class Gull(NamedTuple):
    """A gull that walks about."""

    flip: int
    extent: tuple[float, float, float] = (8, 6, 6)

    def paint(self, canvas: Canvas, feet: float, middle: float) -> None:
        for side in (-0.8, 0.8):
            canvas.limb(
                (feet, middle + side), (feet - 2, middle + side), 0.3, 0.3, BRIGHT[1]
            )
        canvas.ellipse(feet - 3.6, middle, 2.0, 3.8, WHITE)
        canvas.limb(
            (feet - 4.0, middle - self.flip),
            (feet - 3.2, middle - 4 * self.flip),
            1.4,
            0.5,
            _hex("9AA7B1"),
            0,
        )
        canvas.ellipse(feet - 6.2, middle + 2.8 * self.flip, 1.5, 1.5, WHITE)
        beak = middle + 4.2 * self.flip
        canvas.limb(
            (feet - 6.1, beak),
            (feet - 5.8, beak + 1.2 * self.flip),
            0.5,
            0.2,
            BRIGHT[1],
        )


# --- the whole picture ---------------------------------------------------------------


def _crowd(dice: Dice, height: int, width: int, shore: int) -> list:
    """Entries (row of the feet, column of the middle, who) on a shaken grid."""
    entries = []
    n_rows = max(2, int((height + 40 - shore) / 19))
    n_columns = max(2, int(width / 20))
    for i in range(n_rows):
        for j in range(n_columns + 1):
            feet = shore + 4 + 19 * (i + dice.uniform(-0.45, 0.45))
            middle = width * (j + 0.5 * (i % 2) + dice.uniform(-0.35, 0.35)) / n_columns
            entries.append((feet, middle, _somebody(dice)))
    return entries


def _make_room(crowd: list, waldo: float, free) -> list:
    """The crowd, with nobody before Waldo in the rectangle (top, left, bottom, right).

    Those in front of him put down what they hold and step forward until they are clear
    of it; things are taken away.
    """
    kept = []
    for feet, middle, one in crowd:
        if feet > waldo and _meet(_place(one.extent, feet, middle), free):
            if not isinstance(one, Person):
                continue
            if one.carries != "nothing":
                one = one._replace(carries="nothing", right="down")
            if _meet(_place(one.extent, feet, middle), free):
                feet = free[2] + one.extent[0] + 1
        kept.append((feet, middle, one))
    return kept


def _somebody(dice: Dice):
    """A person, or what people bring along."""
    kind = dice.uniform(0, 1)
    if kind < 0.87:
        return _person(dice)
    colors = dice.choice(BRIGHT), dice.choice((WHITE, WHITE, CREAM, BRIGHT[2]))
    if kind < 0.915:
        return Parasol(*colors, dice.uniform(15, 21))
    if kind < 0.935:
        return Windbreak(*colors, dice.uniform(12, 22))
    if kind < 0.96:
        return Ball(colors[0])
    if kind < 0.975:
        return Castle(colors[0])
    return Gull(dice.choice((-1, 1)))


def _backdrop(canvas: Canvas, dice: Dice) -> int:
    """Paint sky, sea and sand; return the row of the shore."""
    y, x = canvas.rows, canvas.columns
    horizon, shore = int(0.09 * canvas.height) + 4, int(0.2 * canvas.height) + 4
    canvas.pixels[:] = _mix(_clip(y / horizon) + 0 * x, _hex("7CC4EA"), _hex("E3F3F7"))
    for _ in range(max(2, canvas.width // 90)):
        row, column = dice.uniform(2, 0.5 * horizon), dice.uniform(0, canvas.width)
        for _ in range(5):
            canvas.ellipse(
                row + dice.uniform(-1, 2),
                column + dice.uniform(-14, 14),
                dice.uniform(2.5, 5),
                dice.uniform(7, 13),
                WHITE,
                0,
                0.8,
            )
    _lighthouse(canvas, horizon, dice.uniform(0.1, 0.9) * canvas.width)
    _sea(canvas, dice, horizon, shore)
    _sand(canvas, dice, shore)
    return shore


def _lighthouse(canvas: Canvas, horizon: float, column: float) -> None:
    canvas.dome(horizon + 2, column + 6, 9, 34, _hex("7BA37B"), 0)
    canvas.dome(horizon + 2, column - 14, 6, 26, _hex("6A9570"), 0)
    tower = across(RED, WHITE, horizon - 28, 9)
    canvas.block(horizon - 28, horizon - 5, column, 2.4, 3.8, tower)
    canvas.block(horizon - 31.5, horizon - 28, column, 1.8, 1.8, _hex("FFE58A"))
    canvas.dome(horizon - 31.5, column, 3, 2.8, RED)


def _sea(canvas: Canvas, dice: Dice, horizon: int, shore: int) -> None:
    y, x, pixels = canvas.window(horizon, 0, shore + 8, canvas.width)
    depth = _clip((y - horizon) / (shore - horizon))
    swell, reach = dice.uniform(30, 50), dice.uniform(0, 50)
    water = _mix(depth + 0 * x, _hex("2F8FBF"), _hex("8FD9D2"))
    for slope, period in ((0.06, 9.0), (-0.05, 7.0)):
        crest = _bands(y + slope * x, period * 0.9, 0.12) * _bands(
            x + 7 * y + reach, swell, 0.45
        )
        water += 0.35 * crest[..., None] * (1 - water)
    edge = shore + 3 * np.abs(_fraction((x + reach) / 60) * 4 - 2) - 3
    canvas.fill(pixels, np.minimum(y - horizon, edge + 2.6 - y), CREAM, 0)
    canvas.fill(pixels, np.minimum(y - horizon, edge - y), water, 0)
    for _ in range(max(2, canvas.width // 110)):
        row = dice.uniform(horizon + 4, shore - 12)
        _boat(canvas, row, dice.uniform(0, canvas.width), dice)


def _boat(canvas: Canvas, row: float, column: float, dice: Dice) -> None:
    sail = dice.choice((WHITE, CREAM, *BRIGHT[:3]))
    canvas.limb((row, column), (row - 16, column), 0.4, 0.4, _hex("6B4226"), 0)
    canvas.block(row - 15, row - 2.5, column + 3, 0.1, 3.2, sail)
    canvas.block(row - 12, row - 2.5, column - 2.4, 0.1, 1.9, CREAM)
    canvas.block(row - 2, row + 1.4, column, 7.5, 5.0, dice.choice(BRIGHT))


def _sand(canvas: Canvas, dice: Dice, shore: int) -> None:
    y, x, pixels = canvas.window(shore - 4, 0, canvas.height, canvas.width)
    grain = np.float32(dice.rng.random(pixels.shape[:2], np.float32)) - 0.5
    sand = np.float32(SAND) * (1 + 0.05 * grain[..., None])
    reach = dice.uniform(0, 50)
    edge = shore + 3 * np.abs(_fraction((x + reach) / 60) * 4 - 2) - 0.4
    pixels[:] = np.where((y > edge)[..., None], sand, pixels)
    for _ in range(canvas.height * canvas.width // 4000):
        row = dice.uniform(shore + 12, canvas.height)
        column = dice.uniform(0, canvas.width)
        cloth = along(
            dice.choice(BRIGHT), dice.choice(CLOTHES), column, dice.uniform(3, 7)
        )
        wide, deep = dice.uniform(9, 15), dice.uniform(5, 8)
        canvas.block(row - deep, row, column, 0.9 * wide, wide, cloth)


def _fraction(t):
    return t - np.floor(t)


def _light(dice: Dice, height: int, width: int, shore: int) -> np.ndarray:
    """The light's strength, (height, width, 3): a time of day, shadows of clouds."""
    coarse = dice.rng.random((5, 7))
    coarse = 1.08 - 0.46 * coarse * coarse
    (i, v), (j, u) = _part(height, 5), _part(width, 7)
    v, u = v[:, None], u[None]
    upper = coarse[i][:, j] * (1 - u) + coarse[i][:, j + 1] * u
    lower = coarse[i + 1][:, j] * (1 - u) + coarse[i + 1][:, j + 1] * u
    cloudy = upper * (1 - v) + lower * v
    below = _clip((np.arange(height) - 0.6 * shore) / 20)[:, None]  # none in the sky
    day = dice.choice(((1.0, 1.0, 1.0), (1.0, 0.97, 0.9), (1.04, 0.96, 0.86)))
    return np.float32((1 + below * (cloudy - 1))[..., None] * np.array(day))


def _part(n: int, knots: int) -> tuple[np.ndarray, np.ndarray]:
    """For n pixels between so many knots: the knot before each, how far to the next."""
    t = np.arange(n) / n * (knots - 1)
    i = t.astype(int)
    t = t - i
    return i, t * t * (3 - 2 * t)
