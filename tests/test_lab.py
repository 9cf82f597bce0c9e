"""`make lab` starts JupyterLab with nbgrader's extensions loaded."""

import json
import os
import re
import signal
import subprocess
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import pytest

ROOT = Path(__file__).parents[1]
TOKEN = "a-token-of-this-test"
START_SECONDS = 120

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("lab")]  # one server


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a running JupyterLab, which ends with the tests."""
    folder = tmp_path_factory.mktemp("lab")
    environment = os.environ | {
        "BROWSER": "true",  # a command that opens nothing
        "JUPYTER_RUNTIME_DIR": str(folder),
        "JUPYTER_TOKEN": TOKEN,
    }
    log = folder / "log"
    with log.open("w") as file:
        process = subprocess.Popen(
            ["make", "lab"],
            cwd=ROOT,
            stderr=file,
            stdout=file,
            env=environment,
            start_new_session=True,
        )
    try:
        yield _address(process, log)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def _address(process: subprocess.Popen, log: Path) -> str:
    """Wait until the server answers: it tells its address a moment before."""
    limit = monotonic() + START_SECONDS
    while monotonic() < limit:
        match = re.search(r"http://(localhost|127\.0\.0\.1):\d+/", log.read_text())
        if match:
            with suppress(urllib.error.URLError):
                get(match[0] + "api")
                return match[0]
        assert process.poll() is None, log.read_text()
        sleep(0.1)
    raise TimeoutError(log.read_text())


def get(address: str) -> str:
    request = urllib.request.Request(
        address, headers={"Authorization": f"token {TOKEN}"}
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        return answer.read().decode()


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
    assignments = json.loads(get(lab + "formgrader/api/assignments"))
    named = {assignment["name"] for assignment in assignments}
    assert named == {path.parent.name for path in ROOT.glob("exercises/*/*.ipynb")}


def test_every_lecture_opens(lab):
    for path in sorted(ROOT.glob("lectures/*.ipynb")):
        model = json.loads(get(lab + f"api/contents/{path.relative_to(ROOT)}"))
        assert model["type"] == "notebook"
        assert model["content"]["cells"]
