"""Read a notebook's file whatever wrote it: old formats, odd encodings, missing parts.

What can't be read, or is cut off, raises Unusable with a reason for the student's row:
what is lost of a cut-off file may be the better half, so a person asks for it again.
"""

import json
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode

KINDS = ("code", "markdown", "raw")
LARGEST = 200_000_000  # bytes of a notebook, with the pictures in it


class Unusable(Exception):
    """A submission that can't be graded as it is; the message says why."""


class Reader(NotebookExporter):
    """nbconvert's exporter of notebooks, for `Autograde.exporter_class`.

    `instead` maps a path that is asked for to one that is read in its place. What was
    odd about a file is left in `resources["nbgrader"]["repairs"]`.
    """

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.instead: dict[str, str] = {}

    def from_filename(
        self, filename: str, resources: dict | None = None, **kwargs: Any
    ) -> tuple[str, dict]:
        path = Path(self.instead.get(filename, filename))
        notebook, repairs = read(path)
        if path.name != Path(filename).name:
            repairs.insert(0, f"the file is called {path.name}: taken all the same")
        resources = {} if resources is None else resources
        resources.setdefault("nbgrader", {})["repairs"] = repairs
        place = Path(filename)
        resources["metadata"] = {"name": place.stem, "path": str(place.parent)}
        return self.from_notebook_node(notebook, resources, **kwargs)


def choose(folder: Path, expected: set[str]) -> dict[str, Path]:
    """Return the files to read for the notebooks expected in a submission, by name.

    Where one is missing and exactly one other is there, it is that. Raises Unusable.
    """
    there = sorted(p for p in folder.glob("*.ipynb") if not p.name.startswith("."))
    found = {path.name: path for path in there if path.name in expected}
    missing = sorted(expected - set(found))
    others = [path for path in there if path.name not in expected]
    if len(missing) == len(others) == 1:
        found[missing[0]] = others[0]
    if not found:
        instead = f", only {', '.join(path.name for path in others)}" if others else ""
        raise Unusable(f"there is no {' or '.join(missing)}{instead}")
    return found


def read(path: Path) -> tuple[NotebookNode, list[str]]:
    """Return the notebook without its outputs, and what was odd about the file.

    Raises Unusable.
    """
    if path.is_symlink():
        raise Unusable(f"{path.name} is a link, not a file")
    if not path.is_file():
        raise Unusable(f"{path.name} is no file")
    if path.stat().st_size > LARGEST:
        raise Unusable(
            f"{path.name} has {path.stat().st_size:,} bytes: it is too large"
        )
    text, repairs = decode(path.read_bytes())
    try:
        content = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise Unusable(
            "the file is no notebook: it is not JSON, perhaps cut off"
        ) from error
    cells = _cells(content)
    if cells is None:
        raise Unusable("the file is no notebook: there are no cells in it")
    made = [cell for cell in map(_cell, cells) if cell is not None]
    _number(made)
    if len(made) < len(cells):
        repairs.append(
            f"left out what is no cell: {len(cells) - len(made)} in the file"
        )
    if any(_mended(cell) for cell in made):
        repairs.append("a cell held half a character (a lone surrogate): replaced")
    metadata = content.get("metadata")
    return nbformat.from_dict(
        {
            "cells": made,
            "metadata": metadata if isinstance(metadata, dict) else {},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    ), repairs


def decode(content: bytes) -> tuple[str, list[str]]:
    """Return the text of a file and, if it is not UTF-8, in what it was written."""
    if not content.strip():
        raise Unusable("the file is empty")
    encoding = json.detect_encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise Unusable(
                f"the file's text is no {encoding}, perhaps cut off"
            ) from None
        return content.decode("latin-1"), ["the text was not UTF-8: read as Latin-1"]
    if encoding in ("utf-8", "utf-8-sig"):
        return text, []
    return text, [f"the text was not UTF-8: read as {encoding.upper()}"]


def _cells(content: Any) -> list | None:
    """The cells of a notebook of nbformat 4, or of 3 and before; None if none are."""
    if not isinstance(content, dict):
        return None
    cells = content.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = content.get("worksheets")
    if not isinstance(sheets, list):
        return None
    lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    return [cell for cells in lists if isinstance(cells, list) for cell in cells]


def _cell(cell: Any) -> dict | None:
    """Return a cell in today's form, without outputs; None for what is no cell."""
    if not isinstance(cell, dict):
        return None
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        return None
    kind = cell.get("cell_type")
    if kind == "heading":  # until nbformat 3
        level = cell.get("level")
        source = "#" * (level if isinstance(level, int) else 1) + " " + source
    if kind not in KINDS:
        kind = "markdown" if kind in ("heading", "html") else "raw"
    metadata = cell.get("metadata")
    made = {
        "cell_type": kind,
        "metadata": metadata if isinstance(metadata, dict) else {},
        "source": source,
    }
    if isinstance(cell.get("id"), str):
        made["id"] = cell["id"]
    if kind == "code":
        made |= {"execution_count": None, "outputs": []}
    elif isinstance(cell.get("attachments"), dict):
        made["attachments"] = cell["attachments"]
    return made


def _number(cells: list[dict]) -> None:
    """Give an id to cells without one, and to all but the first with the same."""
    taken = {cell.get("id") for cell in cells}
    seen = set()
    for number, cell in enumerate(cells, 1):
        if not cell.get("id") or cell["id"] in seen:
            while (name := f"cell-{number}") in taken:
                number += len(cells)
            cell["id"] = name
            taken.add(name)
        seen.add(cell["id"])


def _mended(cell: dict) -> bool:
    """Replace what no file can hold; tell whether there was any."""
    whole = cell["source"].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    mended, cell["source"] = whole != cell["source"], whole
    return mended
