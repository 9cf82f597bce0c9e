"""Draw how a class did: a bar for each student, and how often each cell was passed."""

from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from autograder.results import Row

# Okabe and Ito's colours, told apart by all: see https://jfly.uni-koeln.de/color/
COLOURS = {
    "passed": "#0072B2",
    "failed": "#E69F00",
    "error": "#D55E00",
    "timeout": "#CC79A7",
    "manual": "#56B4E9",
    "broken test": "#009E73",
}
HATCHES = {"failed": "//", "error": "xx", "timeout": "..", "broken test": "++"}
LINE = 0.26  # inches for a bar and its label


def draw(rows: list[Row], path: Path) -> None:
    """Write the picture of one assignment's rows to `path`, as PNG."""
    cells = list(rows[0].cells)
    height = 1.6 + LINE * max(len(rows), len(cells))
    figure = Figure(figsize=(12, height), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    _draw_scores(left, rows)
    _draw_cells(right, rows, cells)
    figure.suptitle(f"{rows[0].assignment}: {len(rows)} submissions")
    figure.savefig(path, dpi=120)


def _draw_scores(axes, rows: list[Row]) -> None:
    rows = sorted(rows, key=lambda row: row.score)
    names = [row.student for row in rows]
    bars = axes.barh(names, [row.score for row in rows], color=COLOURS["passed"])
    axes.bar_label(bars, [f"{row.score:g}" for row in rows], padding=3)
    axes.set_xlim(0, 1.1 * max(row.max_score for row in rows))
    axes.axvline(rows[0].max_score, color="0.6", linewidth=1, linestyle="--")
    axes.set_xlabel(f"score (points of {rows[0].max_score:g})")
    axes.set_title("Score of each student")
    _tidy(axes)


def _draw_cells(axes, rows: list[Row], cells: list[str]) -> None:
    start = [0.0] * len(cells)
    for outcome, colour in COLOURS.items():
        share = [
            100 * sum(row.cells[cell]["outcome"] == outcome for row in rows) / len(rows)
            for cell in cells
        ]
        if any(share):
            axes.barh(
                cells,
                share,
                left=start,
                label=outcome,
                color=colour,
                hatch=HATCHES.get(outcome),
                edgecolor="white",
                linewidth=0,
            )
            start = [a + b for a, b in zip(start, share, strict=True)]
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel("students (%)")
    axes.set_title("Outcome of each test cell")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=3, frameon=False)
    _tidy(axes)


def _tidy(axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(y=0.01)
