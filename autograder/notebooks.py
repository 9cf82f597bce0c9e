"""Read notebooks, write them in canonical form, tell their cells apart.

Canonical form is what a notebook of this project looks like in the repository: nbformat
4.5, no outputs, no execution counts, no metadata but what nbgrader, the book's pictures
(`mystnb`) and tags need, the same setup cell and badge everywhere.
"""

import re
import tomllib
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[1]
KERNELSPEC = {
    "display_name": "Python 3 (ipykernel)",
    "language": "python",
    "name": "python3",
}
KEPT_CELL_METADATA = ("mystnb", "nbgrader", "tags")
SETUP_CELL = """\
import os

if "COLAB_RELEASE_TAG" in os.environ:  # Colab lacks only the course's own helpers
    os.system("pip install -q --no-deps git+{repository}")
from cnnlab import checks, datasets, plots  # first: it keeps TensorFlow's log quiet
import keras
import matplotlib.pyplot as plt
import numpy as np

keras.utils.set_random_seed(0)"""
BADGE = "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
BINDER_BADGE = "[![Open in Binder](https://mybinder.org/badge_logo.svg)]"


def read(path: Path) -> NotebookNode:
    """Return the notebook in `path`, in nbformat 4.5."""
    return nbformat.read(path, as_version=4)


def text(notebook: NotebookNode) -> str:
    """Return the bytes, as text, that a notebook's file holds."""
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"


def repository(root: Path = ROOT) -> str:
    """Return the address that pyproject.toml gives for the repository."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    return project["urls"]["repository"]


def canonical(
    notebook: NotebookNode, published: str, root: Path = ROOT
) -> NotebookNode:
    """Return the notebook in canonical form.

    `published` is the path, from the repository's root, of the notebook that the badge
    opens: for a solution, its release.
    """
    cells = []
    for cell in notebook.cells:
        kept = {k: cell.metadata[k] for k in KEPT_CELL_METADATA if k in cell.metadata}
        source = cell.source.rstrip()
        if cell.id == "setup":
            source = SETUP_CELL.format(repository=repository(root))
        source = re.sub(
            rf"^{re.escape(BADGE)}\(.*\)$", badge(published, root), source, flags=re.M
        )
        made = {"cell_type": cell.cell_type, "id": cell.id}
        made |= {"metadata": kept, "source": source}
        if cell.cell_type == "code":
            made |= {"execution_count": None, "outputs": []}
        elif "attachments" in cell:  # pictures pasted into a text
            made["attachments"] = cell.attachments
        cells.append(made)
    return nbformat.from_dict(
        {
            "cells": cells,
            "metadata": {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def badge(published: str, root: Path = ROOT) -> str:
    """Return the Markdown of a Colab badge that opens a notebook of the repository."""
    place = repository(root).removeprefix("https://github.com/")
    address = f"https://colab.research.google.com/github/{place}/blob/main/{published}"
    return f"{BADGE}({address})"


def binder_badge(published: str, root: Path = ROOT) -> str:
    """Return the Markdown of a Binder badge; empty where the notebook is too heavy."""
    project = tomllib.loads((root / "pyproject.toml").read_text())
    if Path(published).name[:2] not in project["tool"]["cnnlab"]["binder"]["numbers"]:
        return ""
    place = repository(root).removeprefix("https://github.com/")
    address = f"https://mybinder.org/v2/gh/{place}/main?urlpath=lab/tree/{published}"
    return f"{BINDER_BADGE}({address})"


def heading(notebook: NotebookNode) -> tuple[str, str]:
    """Return a notebook's title and its question, the line in italics below it."""
    title, question = re.search(
        r"\A# (.+)\n+\*(.+)\*$", notebook.cells[0].source, flags=re.M
    ).groups()
    return title, question


def grading(cell: NotebookNode) -> dict:
    """Return nbgrader's metadata of a cell, empty where there is none."""
    return cell.metadata.get("nbgrader", {})


def is_test(cell: NotebookNode) -> bool:
    """Tell whether nbgrader scores the cell by running it."""
    about = grading(cell)
    return bool(
        cell.cell_type == "code" and about.get("grade") and not about.get("solution")
    )


def is_solution(cell: NotebookNode) -> bool:
    """Tell whether the student writes this cell."""
    return bool(grading(cell).get("solution"))


def is_locked(cell: NotebookNode) -> bool:
    """Tell whether the student is to leave the cell alone, and it is no test."""
    about = grading(cell)
    return bool(about.get("locked") and not about.get("grade"))
