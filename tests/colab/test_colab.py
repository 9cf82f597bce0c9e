"""Every notebook of the course runs on a machine like Colab's, one to a machine.

`make test-colab` runs them all, on the data that CNNLAB_DATA names or on stand-ins;
`make test-slow` runs the setup, the explorer and the first lecture and exercise.
"""

import base64
import json
import re
from warnings import warn

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from packaging.utils import canonicalize_name

from autograder.notebooks import ROOT, SETUP_CELL, read, repository
from tests.colab.machine import COLAB, Machine, new_machine, pins

WIDGET = "application/vnd.jupyter.widget-view+json"
WIDGETS = "application/vnd.jupyter.widget-state+json"
SETUP = SETUP_CELL.format(repository=repository())
PIP_SECONDS = 20  # of the processor, each time; a busy machine's clock tells nothing

# What TensorFlow 2.20 logs whatever its log level is; lecture 06 says what it means.
KNOWN = re.compile(
    r"^(WARNING: All log messages before absl::InitializeLog\(\) is called .*"
    r"|I0000 .* Compiled cluster using XLA! .*)\n",
    flags=re.M,
)

# Where the course came from, who is there, and who isn't.
LOOK_ROUND = """
import importlib.util
import json
import os
import resource
import sys
from importlib import metadata

import cnnlab

pip = resource.getrusage(resource.RUSAGE_CHILDREN)

print(json.dumps({
    "versions": [(d.name, d.version) for d in metadata.distributions()],
    "pip": pip.ru_utime + pip.ru_stime,
    "python": sys.version_info[:2],
    "path": sys.path,
    "colab": "google.colab" in sys.modules,
    "nbgrader": importlib.util.find_spec("nbgrader") is not None,
    "cnnlab": cnnlab.__file__,
    "folder": os.listdir(),
}))
"""
EXPLORE = """
from cnnlab import explorer

board = explorer.explorer()
board
"""
MOVE = """
pictures = [board.picture.value]
for name in ("size", "kernel", "stride", "padding", "dilation"):
    board.sliders[name].value += 1
    pictures.append(board.picture.value)
print("\\n".join(pictures))
"""

pytestmark = [pytest.mark.colab, pytest.mark.timeout(1800)]


@pytest.fixture
def machine(tmp_path) -> Machine:
    return new_machine(tmp_path)


def of_all(folder: str):
    """The notebooks of a room; the first is run by `make test-slow` as well."""
    paths = sorted(ROOT.glob(f"{folder}/**/[0-9]*.ipynb"))
    first, *others = [
        pytest.param(path, id=path.stem)
        for path in paths
        if ".ipynb_checkpoints" not in path.parts
    ]
    first = pytest.param(*first.values, id=first.id, marks=pytest.mark.slow)
    return pytest.mark.parametrize("path", [first, *others])


def printed(cell) -> str:
    return "".join(o.text for o in cell.outputs if o.get("name") == "stdout")


def complaints(notebook) -> list[str]:
    """What was written to stderr, with the cell that did, less what is known."""
    return [
        f"{cell.id}: {KNOWN.sub('', output.text)}"
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.get("name") == "stderr" and KNOWN.sub("", output.text)
    ]


@pytest.mark.slow
def test_setup_fetches_the_course_and_nothing_else(machine):
    """Twice in a row; then the explorer draws by the ipywidgets that are there."""
    before = set(machine.pip("freeze").splitlines())
    sources = [SETUP, SETUP, LOOK_ROUND, EXPLORE, MOVE]
    notebook = machine.run(new_notebook(cells=[new_code_cell(s) for s in sources]))
    setup, again, look, explore, move = notebook.cells
    after = set(machine.pip("freeze").splitlines())
    assert after - before == {f"cnnlab @ git+{repository()}@{machine.commit}"}
    assert before <= after
    assert "No broken requirements" in machine.pip("check")

    assert setup.outputs == []
    assert again.outputs == []
    seen = json.loads(printed(look))
    print(f"pip, twice: {seen['pip']:.1f} s of the processor")
    assert 0 < seen["pip"] < 2 * PIP_SECONDS
    python = ".".join(map(str, seen["python"]))
    if python != COLAB["python"]:
        warn(f"run with Python {python}; Colab has {COLAB['python']}", stacklevel=1)
    versions = {canonicalize_name(name): pin for name, pin in seen["versions"]}
    assert set(pins()) <= {f"{name}=={pin}" for name, pin in versions.items()}
    assert seen["colab"]
    assert not seen["nbgrader"]
    assert seen["folder"] == ["notebook.ipynb"]
    assert str(ROOT) not in seen["path"]
    assert seen["cnnlab"].startswith(str(machine.folder / "machine"))

    assert_explorer_draws(notebook, explore, move)
    assert complaints(notebook) == []


def assert_explorer_draws(notebook, explore, move):
    state = notebook.metadata.widgets[WIDGETS].state
    (view,) = [o.data[WIDGET] for o in explore.outputs if WIDGET in o.get("data", {})]
    board = state[view.model_id]
    # What Colab's page draws by itself: its widgets are those of ipywidgets 7.
    assert board.model_module == "@jupyter-widgets/controls"
    assert board.model_module_version == "1.5.0"
    children = [state[name.removeprefix("IPY_MODEL_")] for name in board.state.children]
    kinds = [child.model_name for child in children]
    assert kinds == ["IntSliderModel"] * 6 + ["HTMLModel"]
    pictures = re.findall(r"base64,([^\"]+)\"", printed(move))
    assert len(set(pictures)) == 6
    for picture in pictures:
        assert base64.b64decode(picture).startswith(b"\x89PNG")


@of_all("lectures")
def test_lecture_runs(machine, path):
    notebook = machine.run(read(path), path.stem)
    assert complaints(notebook) == []
    data = [o.get("data", {}) for c in notebook.cells for o in c.get("outputs", [])]
    assert any("image/png" in each for each in data)


@of_all("solutions")
def test_exercise_runs(machine, path):
    """With its solutions, and so with its hidden tests: more than a student runs."""
    notebook = machine.run(read(path), path.stem)
    assert complaints(notebook) == []
