"""Every lecture runs from top to bottom, on the data there is.

`CNNLAB_DATA=generated make test-slow` runs them, and grades, on the stand-ins. What was
executed is kept for the book (site/build.py).
"""

import os
import re
from pathlib import Path

import nbformat
import pytest

from tests.book import build

ROOT = Path(__file__).parents[1]
LECTURES = sorted((ROOT / "lectures").glob("*.ipynb"))
REAL_DATA = os.environ.get("CNNLAB_DATA", "generated") != "generated"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def outputs(notebook):
    return [
        (cell, output)
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    ]


def may_have_real_data(path: Path) -> bool:
    """Whether it loads what may be real or a stand-in; sounds are always made."""
    loads = r"datasets\.(fashion_mnist|mnist|membranes)\("
    return re.search(loads, path.read_text()) is not None


@pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)
def test_lecture_runs(path, monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)  # pictures go into the notebook
    if not REAL_DATA:
        monkeypatch.setenv("CNNLAB_DATA", "generated")
    copy = build.executed_copy(path)
    build.execute(path, copy)
    notebook = nbformat.read(copy, as_version=4)
    pictures = set()
    for cell, output in outputs(notebook):
        told = output.get("text", "")
        assert output.get("name") != "stderr", f"{cell.id} writes a warning: {told}"
        if "image/png" in output.get("data", {}):
            pictures.add(cell.id)
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt")
            assert alt, f"the picture of {cell.id} has no alt text"
    assert pictures
    said = [
        o.text for _, o in outputs(notebook) if o.get("text", "").startswith("Data:")
    ]
    assert said or not may_have_real_data(path), "no cell says which data it used"
    if REAL_DATA:
        assert not any("stand-in" in text for text in said), said
    else:
        assert all("generated" in text for text in said), said
