"""Every lecture runs from top to bottom, on the data there is and on stand-ins."""

import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
LECTURES = sorted((ROOT / "lectures").glob("*.ipynb"))
REAL_DATA = os.environ.get("CNNLAB_DATA", "generated") != "generated"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def execute(path: Path, folder: Path) -> nbformat.NotebookNode:
    """Run a notebook in a kernel of its own, in an empty folder."""
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=600, resources=resources).execute()
    return notebook


def outputs(notebook):
    return [
        (cell, output)
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    ]


def has_real_data(path: Path) -> bool:
    """Whether it loads what may be real or a stand-in; sounds are always made."""
    loads = r"datasets\.(fashion_mnist|mnist|membranes)\("
    return re.search(loads, path.read_text()) is not None


RUNS = [(path, "generated") for path in LECTURES]
RUNS += [(path, "real") for path in LECTURES if has_real_data(path)]


@pytest.mark.parametrize(
    ("path", "data"), RUNS, ids=lambda run: getattr(run, "stem", run)
)
def test_lecture_runs(path, data, tmp_path, monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)  # pictures go into the notebook
    if data == "generated":
        monkeypatch.setenv("CNNLAB_DATA", "generated")
    elif not REAL_DATA:
        pytest.skip("CNNLAB_DATA doesn't name a folder with the real data")
    notebook = execute(path, tmp_path)
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
    assert said or not has_real_data(path), "no cell says which data it used"
    if data == "generated":
        assert all("generated" in text for text in said), said
    else:
        assert not any("stand-in" in text for text in said), said
