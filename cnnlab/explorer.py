"""Pictures of kernels on grids: the explorer's sliders, its still, a kernel that moves.

`explorer()` shows sliders for the settings of a convolution and draws what they mean;
`still(size=5, kernel=3, …)` draws the same picture for settings that are given.
`sliding(x, kernels, bias)` draws a kernel that moves over numbers, place by place.
"""

import base64
import io
from collections.abc import Callable

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from cnnlab.plots import COLORS

__all__ = [
    "Explorer",
    "explorer",
    "number_grid",
    "panel",
    "problem",
    "sliding",
    "still",
]

BLUE, ORANGE = COLORS[:2]
# Cells of the input: border, pixel, pixel that no kernel reads, under the kernel.
BORDER, PIXEL, UNREAD, UNDER = range(4)
INPUT_COLORS = ListedColormap(["white", "#cfe6f5", "#e4e4e4", "#f3c14b"])
OUTPUT_COLORS = ListedColormap(["#bfe5d9", "#f3c14b"])
DIVERGING = "RdBu"  # for kernels and responses, centred at 0


# --- what the settings mean ----------------------------------------------------------


def problem(
    size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> str:
    """Say, kindly, why such a convolution can't be; an empty text where it can."""
    least = {"size": 1, "kernel": 1, "stride": 1, "padding": 0, "dilation": 1}
    given = zip(least, (size, kernel, stride, padding, dilation), strict=True)
    for name, value in given:
        whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
        if not whole or value < least[name]:
            return f"The {name} has to be a whole number from {least[name]} on."
    span, room = dilation * (kernel - 1) + 1, size + 2 * padding
    if span <= room:
        return ""
    dilated = f" with dilation {dilation}" if dilation > 1 else ""
    padded = " with its padding" if padding else ""
    return (
        f"A kernel of {kernel}{dilated} spans {span} cells, "
        f"but the input{padded} has {room}.\n"
        f"Pad by {padding + -(-(span - room) // 2)}, or choose a smaller kernel."
    )


def _formula(size: int, kernel: int, stride: int, padding: int, dilation: int) -> str:
    top = f"{size} + 2·{padding} − {dilation}·({kernel} − 1) − 1"
    output = _output_size(size, kernel, stride, padding, dilation)
    return f"⌊({top}) / {stride}⌋ + 1 = {output}"


def _output_size(size: int, kernel: int, stride: int, padding: int, dilation: int):
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def _taps(start: int, kernel: int, dilation: int) -> np.ndarray:
    """The cells of one axis under a kernel whose first one is at `start`."""
    return start + dilation * np.arange(kernel)


# --- one picture of one convolution --------------------------------------------------


def panel(
    axis: Axes,
    size: int,
    kernel: int,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    position: int = 0,
) -> None:
    """Draw a square input and its output side by side.

    The input (blue) has its border of zeros round it; the kernel (orange) lies where it
    makes output number `position`, row by row; dots mark the centres of all its places;
    a pixel that it never reads is grey, with a cross. Settings that can't be are said.
    """
    axis.set_aspect("equal")
    axis.axis("off")
    why = problem(size, kernel, stride, padding, dilation)
    if why:
        axis.text(0.5, 0.5, why, ha="center", va="center", transform=axis.transAxes)
        return
    room = size + 2 * padding
    output = _output_size(size, kernel, stride, padding, dilation)
    row, column = divmod(min(max(int(position), 0), output**2 - 1), output)
    _draw_input(axis, size, kernel, stride, padding, dilation, row, column)
    left, top = room + 1.6, (room - output) / 2
    cells = np.zeros((output, output), int)
    cells[row, column] = 1
    edges = np.arange(output + 1)
    axis.pcolormesh(
        *(left + edges, top + edges, cells),
        **{"cmap": OUTPUT_COLORS, "vmin": 0, "vmax": 1, "edgecolors": "#555555"},
        **{"linewidth": 0.6, "gid": "output"},
    )
    axis.annotate(
        "",
        (left - 0.3, room / 2),
        (room + 0.3, room / 2),
        arrowprops={"arrowstyle": "->", "color": "#555555"},
    )
    axis.set(xlim=(-0.2, left + output + 0.2), ylim=(room + 0.2, -0.2))


def _draw_input(axis, size, kernel, stride, padding, dilation, row, column) -> None:
    room = size + 2 * padding
    output = _output_size(size, kernel, stride, padding, dilation)
    starts = stride * np.arange(output)
    read = np.zeros(room, bool)
    read[(starts[:, None] + _taps(0, kernel, dilation)).ravel()] = True
    inside = np.zeros(room, bool)
    inside[padding : padding + size] = True
    cells = np.where(np.outer(read, read), PIXEL, UNREAD)
    cells[~np.outer(inside, inside)] = BORDER
    rows, columns = (_taps(stride * at, kernel, dilation) for at in (row, column))
    cells[np.ix_(rows, columns)] = UNDER
    edges = np.arange(room + 1)
    axis.pcolormesh(
        *(edges, edges, cells),
        **{"cmap": INPUT_COLORS, "vmin": 0, "vmax": 3, "edgecolors": "#999999"},
        **{"linewidth": 0.6, "gid": "input"},
    )
    small = {"ha": "center", "va": "center", "size": 7, "color": "#555555"}
    for i, j in np.argwhere(~np.outer(inside, inside)):
        axis.text(j + 0.5, i + 0.5, "0", **small)
    for i, j in np.argwhere(cells == UNREAD):
        axis.text(j + 0.5, i + 0.5, "×", **small)
    span = dilation * (kernel - 1) + 1
    centres = starts + span / 2
    axis.plot(
        *np.meshgrid(centres, centres), "o", color=BLUE, markersize=2.5, linestyle=""
    )
    corner = (stride * column, stride * row)
    frame = {"fill": False, "edgecolor": COLORS[4], "linewidth": 2}
    axis.add_patch(Rectangle(corner, span, span, **frame))


def still(
    size: int = 5,
    kernel: int = 3,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    position: int = 0,
) -> Figure:
    """Draw the explorer's picture for given settings, the formula above it.

    Settings that can't be are said in the picture; nothing is raised.
    """
    figure = plt.figure(figsize=(6.4, 3.4))
    _draw(figure, size, kernel, stride, padding, dilation, position)
    return figure


def _draw(figure: Figure, *settings: int) -> None:
    *settings, position = settings
    axis = figure.add_subplot()
    panel(axis, *settings, position)
    if not problem(*settings):
        axis.set_title(_formula(*settings), fontsize=11)


# --- the explorer --------------------------------------------------------------------


class Explorer(widgets.VBox):
    """Sliders for a convolution's settings above the picture of what they mean."""

    def __init__(self):
        ranges = {
            "size": (5, 1, 12),
            "kernel": (3, 1, 7),
            "stride": (1, 1, 4),
            "padding": (0, 0, 4),
            "dilation": (1, 1, 3),
            "position": (0, 0, 8),
        }
        self.sliders = {
            name: widgets.IntSlider(value, low, high, description=name)
            for name, (value, low, high) in ranges.items()
        }
        self.picture = widgets.HTML()
        super().__init__([*self.sliders.values(), self.picture])
        for slider in self.sliders.values():
            slider.observe(self._show, "value")
        self._show()

    def __repr__(self) -> str:  # what is left of it on a printed page
        return "Explorer: its sliders need a running notebook"

    def _show(self, change=None) -> None:
        settings = {name: slider.value for name, slider in self.sliders.items()}
        position = settings.pop("position")
        last = 0
        if not problem(**settings):
            last = _output_size(**settings) ** 2 - 1
        self.sliders["position"].max = last
        self.picture.value = _html(settings, min(position, last))


def explorer() -> Explorer:
    """Return sliders for size, kernel, stride, padding, dilation, and the picture."""
    return Explorer()


def _html(settings: dict[str, int], position: int) -> str:
    """The picture as an image with a text for those who don't see it."""
    figure = Figure(figsize=(6.4, 3.4))
    _draw(figure, *settings.values(), position)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=100)
    told = ", ".join(f"{name} {value}" for name, value in settings.items())
    result = problem(**settings) or f"Output size: {_formula(**settings)}"
    source = base64.b64encode(file.getvalue()).decode()
    return f'<img alt="{told}. {result}" src="data:image/png;base64,{source}">'


# --- numbers in cells ----------------------------------------------------------------


def number_grid(axis: Axes, numbers, title: str = "", cmap: str | None = None) -> None:
    """Draw numbers (height, width) in the cells of a grid.

    `cmap` shades the cells: "gray" from the least to the greatest number, a diverging
    map such as "RdBu" symmetrically about 0. NaN cells stay empty.
    """
    _number_grid(axis, numbers, title, cmap)


def _number_grid(axis, numbers, title="", cmap=None) -> np.ndarray:
    """The same; returns the Text of each cell, (height, width)."""
    numbers = np.asarray(numbers, dtype=float)
    height, width = numbers.shape
    color = plt.get_cmap(cmap or "gray")
    low, high = _limits(numbers, cmap) if cmap else (0, 1)
    texts = np.empty((height, width), dtype=object)
    for (i, j), number in np.ndenumerate(numbers):
        shade = "white"
        if cmap and not np.isnan(number):
            shade = _pale(color((number - low) / (high - low)))
        look = {"facecolor": shade, "edgecolor": "#999999", "linewidth": 0.6}
        axis.add_patch(Rectangle((j, i), 1, 1, **look))
        texts[i, j] = axis.text(
            *(j + 0.5, i + 0.5, _short(number)),
            **{"ha": "center", "va": "center_baseline", "size": 9, "in_layout": False},
        )
    axis.set(xlim=(-0.1, width + 0.1), ylim=(height + 0.1, -0.1), aspect="equal")
    axis.set_title(title, fontsize=10)
    axis.axis("off")
    return texts


def _limits(numbers: np.ndarray, cmap: str) -> tuple[float, float]:
    if cmap == "gray":
        low, high = np.nanmin(numbers), np.nanmax(numbers)
    else:
        high = np.nanmax(abs(numbers))
        low = -high
    return (low, high) if high > low else (low, low + 1)


def _pale(color) -> tuple[float, ...]:
    """Halfway to white, so that black numbers can be read on it."""
    return tuple((1 + part) / 2 for part in color[:3])


def _short(number: float) -> str:
    """3, −0.5, and nothing for NaN."""
    return "" if np.isnan(number) else f"{number:.3g}".replace("-", "−")


# --- a kernel that moves -------------------------------------------------------------


def sliding(
    x, kernels, bias=0, stride: int = 1, padding: int = 0, width: float = 6.4
) -> tuple[Figure, Callable[[int], None]]:
    """Draw kernels on an input of numbers; return the figure and what moves them.

    x: (height, width) or (channels, height, width); kernels: (k, k) or (filters,
    channels, k, k); bias: a number or (filters,). `draw(i)` puts the kernel where it
    makes number i of the output, filter by filter and row by row, and writes what has
    been computed so far. `width` is the figure's, in inches.
    """
    scene = _Sliding(x, kernels, bias, stride, padding, width)
    return scene.figure, scene.draw


class _Sliding:
    def __init__(self, x, kernels, bias, stride, padding, width):
        x, kernels = np.asarray(x), np.asarray(kernels)
        x = x.reshape(-1, *x.shape[-2:])  # (channels, height, width)
        self.kernels = kernels.reshape(-1, len(x), *kernels.shape[-2:])
        self.bias = np.broadcast_to(bias, len(self.kernels))
        self.stride, self.padding = stride, padding
        border = ((0, 0), (padding, padding), (padding, padding))
        self.x = np.pad(x, border)
        k = self.kernels.shape[-2:]
        windows = np.lib.stride_tricks.sliding_window_view(self.x, k, axis=(1, 2))
        self.windows = windows[:, ::stride, ::stride]
        # (filters, channels, rows, columns): what each channel contributes
        self.parts = np.einsum("crsij,fcij->fcrs", self.windows, self.kernels)
        self.output = self.parts.sum(axis=1) + self.bias[:, None, None]
        self._lay_out(width)

    def _lay_out(self, width) -> None:
        channels, filters = len(self.x), len(self.kernels)
        rows = max(channels, filters)
        high, wide = self.x.shape[1:]
        columns = [wide, self.kernels.shape[-1], self.output.shape[-1]]
        tall = max(high, self.output.shape[1])
        unit = width / (sum(columns) + 4)
        size = (width, rows * (tall + 1.6) * unit + 0.4)
        self.figure = plt.figure(figsize=size, layout="none", dpi=72)
        ratios = {"width_ratios": columns, "wspace": 0.25, "hspace": 0.2}
        edges = {"left": 0.02, "right": 0.98, "top": 0.93, "bottom": 0.4 / size[1]}
        grid = self.figure.add_gridspec(rows, 3, **ratios, **edges)
        self.frames, self.kernel_axes, self.sums = [], [], []
        for c in range(channels):
            self._draw_channel(grid, c)
        many = filters > 1
        self.answers = [
            _number_grid(
                self.figure.add_subplot(grid[f, 2]),
                np.full(self.output.shape[1:], np.nan),
                f"output {f}" if many else "output",
            )
            for f in range(filters)
        ]
        self.line = self.figure.text(0.5, 0.12 / size[1], "", ha="center", size=11)
        self.shown = -1  # the filter whose numbers are in the kernels' cells

    def _draw_channel(self, grid, c) -> None:
        which = f", channel {c}" if len(self.x) > 1 else ""
        axis = self.figure.add_subplot(grid[c, 0])
        _number_grid(axis, self.x[c], f"input{which}", "gray")
        p, (high, wide) = self.padding, self.x.shape[1:]
        if p:
            look = {"fill": False, "edgecolor": BLUE, "linewidth": 1.5}
            inside = (wide - 2 * p, high - 2 * p)
            axis.add_patch(Rectangle((p, p), *inside, **look, linestyle="--"))
        k = self.kernels.shape[-2:]
        look = {"fill": False, "edgecolor": ORANGE, "linewidth": 3}
        self.frames.append(axis.add_patch(Rectangle((0, 0), k[1], k[0], **look)))
        self.kernel_axes.append(self.figure.add_subplot(grid[c, 1]))

    def draw(self, i: int) -> None:
        """Put the kernel at output number i."""
        f, row, column = np.unravel_index(i, self.output.shape)
        if f != self.shown:
            self._show_filter(f)
        for frame in self.frames:
            frame.set_xy((self.stride * column, self.stride * row))
        for text, part in zip(self.sums, self.parts[f, :, row, column], strict=True):
            text.set_text(f"sum {_short(part)}")
        for j, number in enumerate(self.output.ravel()):
            g, *place = np.unravel_index(j, self.output.shape)
            text: Text = self.answers[g][tuple(place)]
            text.set_text(_short(number) if j <= i else "")
            text.set_weight("bold" if j == i else "normal")
            text.set_bbox({"facecolor": "#f3c14b", "pad": 2} if j == i else None)
        parts = [_short(part) for part in self.parts[f, :, row, column]]
        terms = " + ".join(f"({t})" if t[0] == "−" else t for t in parts)
        bias = f" + bias {_short(self.bias[f])}" if np.any(self.bias) else ""
        total = f" = {_short(self.output[f, row, column])}"
        self.line.set_text(terms + bias + total if len(parts) > 1 or bias else "")

    def _show_filter(self, f: int) -> None:
        self.sums, self.shown = [], f
        for c, axis in enumerate(self.kernel_axes):
            axis.clear()
            many = f" {f}" if len(self.kernels) > 1 else ""
            which = f", channel {c}" if len(self.x) > 1 else ""
            _number_grid(axis, self.kernels[f, c], f"kernel{many}{which}", DIVERGING)
            below = {"ha": "center", "va": "top", "size": 10}
            high, wide = self.kernels.shape[-2:]
            self.sums.append(axis.text(wide / 2, high + 0.3, "", **below))
