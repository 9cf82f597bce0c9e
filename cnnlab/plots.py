"""The pictures that more than one notebook draws, and players for what moves or sounds.

Importing this module gives every picture of the notebook the look of the course.
"""

import re
from collections.abc import Callable, Sequence

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import HTML, Audio
from matplotlib.animation import FuncAnimation
from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = [
    "COLORS",
    "animation",
    "confusion",
    "image_grid",
    "learning_curves",
    "sound",
]

plt.style.use("cnnlab.course")  # the file course.mplstyle beside this one

# Okabe and Ito's colours, told apart also by the colour-blind.
COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9")

# A player's buttons, by the icons that Matplotlib would have the browser fetch.
BUTTONS = {
    "minus": "−",
    "fast-backward": "⇤",
    "step-backward": "←",
    "play fa-flip-horizontal": "◀",
    "pause": "❚❚",
    "play": "▶",
    "step-forward": "→",
    "fast-forward": "⇥",
    "plus": "+",
}


def image_grid(
    images, titles: Sequence[str] | None = None, columns: int = 10, size: float = 1.0
) -> Figure:
    """Draw images (n, height, width[, 1]) in rows of `columns`, `size` inches each."""
    images = np.asarray(images)
    rows = -(-len(images) // columns)
    height = size * (1.3 if titles is not None else 1.05)
    fig, axes = plt.subplots(
        rows, columns, figsize=(size * columns, height * rows), squeeze=False
    )
    for axis in axes.flat:
        axis.axis("off")
    for i, (axis, image) in enumerate(zip(axes.flat, images, strict=False)):
        axis.imshow(image)
        if titles is not None:
            axis.set_title(titles[i], fontsize=8.5)
    return fig


def learning_curves(history: dict[str, list[float]], metric: str = "accuracy") -> Axes:
    """Draw a metric over the epochs, for training and, where there, validation."""
    _, axis = plt.subplots()
    for key, label in ((metric, "training"), (f"val_{metric}", "validation")):
        if key in history:
            epochs = np.arange(1, len(history[key]) + 1)
            axis.plot(epochs, history[key], marker="o", markersize=4, label=label)
    axis.set(xlabel="epoch", ylabel=metric)
    axis.xaxis.get_major_locator().set_params(integer=True)
    axis.legend()
    return axis


def confusion(matrix, class_names: Sequence[str]) -> Axes:
    """Draw a confusion matrix: rows are true classes, columns predicted ones.

    The shade is the share of the row, the number the count.
    """
    matrix = np.asarray(matrix)
    share = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    _, axis = plt.subplots(figsize=(6.4, 5.6))
    axis.imshow(share, cmap="viridis", vmin=0, vmax=1)
    for (row, column), number in np.ndenumerate(matrix):
        color = "black" if share[row, column] > 0.6 else "white"
        axis.text(column, row, number, ha="center", va="center", color=color, size=9)
    ticks = range(len(class_names))
    axis.set_xticks(ticks, class_names, rotation=45, ha="right")
    axis.set_yticks(ticks, class_names)
    axis.set(xlabel="predicted class", ylabel="true class")
    axis.spines[:].set_visible(False)
    return axis


def animation(
    figure: Figure, draw: Callable[[int], object], frames: int, seconds: float = 0.6
) -> HTML:
    """Return a player of `frames` pictures; `draw(i)` draws the i-th into the figure.

    Each stays for `seconds`. The figure is closed, so that it isn't shown as well.
    """
    film = FuncAnimation(figure, draw, frames=frames, interval=1000 * seconds)
    # Each frame is drawn once, to be saved, and not for the canvas as well; a figure
    # without a layout engine isn't given one on the way.
    figure.canvas.draw_idle = lambda: None
    with plt.rc_context({"figure.constrained_layout.use": False}):
        player = film.to_jshtml(default_mode="loop")
    plt.close(figure)
    return HTML(_without_requests(player))


def _without_requests(player: str) -> str:
    """Give Matplotlib's player buttons that need no network, and names for readers."""
    player = re.sub(r'<link rel="stylesheet"\s+href="http[^>]*>', "", player)
    player = re.sub(
        r'<i class="fa fa-([^"]+)"></i>', lambda icon: BUTTONS[icon[1]], player
    )
    player = player.replace('<img id="_anim_img', '<img alt="Film" id="_anim_img')
    return player.replace('type="range"', 'type="range" aria-label="frame"')


def sound(samples, rate: int) -> Audio:
    """Return a player of a sound: samples (n,) from -1 to 1, `rate` of them a second.

    Twice as high is twice as loud: nothing is scaled, so samples beyond -1 and 1 raise
    `ValueError`.
    """
    return Audio(np.asarray(samples), rate=rate, normalize=False)
