"""`make lab` starts JupyterLab with nbgrader's extensions loaded."""

import json
import os
import re
from pathlib import Path

import pytest

from tests.jupyterlab import answering, ask, get, started

ROOT = Path(__file__).parents[1]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("lab")]  # one server


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a running JupyterLab, which ends with the tests."""
    folder = tmp_path_factory.mktemp("lab")
    environment = os.environ | {
        "BROWSER": "true",  # a command that opens nothing
        "JUPYTER_RUNTIME_DIR": str(folder),
    }
    log = folder / "log"
    with started(["make", "lab"], ROOT, environment, log) as process:
        yield answering(process, log)


def test_lab_page_has_nbgraders_extension(lab):
    page = get(lab + "lab")
    settings = re.search(
        r'id="jupyter-config-data" type="application/json">\s*(.+?)</script>',
        page,
        re.S,
    )
    extensions = json.loads(settings[1])["federated_extensions"]
    assert "@jupyter/nbgrader" in [extension["name"] for extension in extensions]


def test_formgrader_lists_the_exercises(lab):
    assignments = ask(lab + "formgrader/api/assignments")
    named = {assignment["name"] for assignment in assignments}
    assert named == {path.parent.name for path in ROOT.glob("exercises/*/*.ipynb")}


def test_every_lecture_opens(lab):
    for path in sorted(ROOT.glob("lectures/*.ipynb")):
        model = ask(lab + f"api/contents/{path.relative_to(ROOT)}")
        assert model["type"] == "notebook"
        assert model["content"]["cells"]
