"""A machine like Colab's, as far as a notebook sees it.

As there: the versions that pyproject.toml names ([tool.cnnlab.colab]), the kernel of
IPython 7, started by a launcher that has imported google.colab, Colab's variables, an
empty folder, no nbgrader and no repository. Otherwise than there:

- Python is the nearest that this machine has;
- what those packages need in turn is as `requirements.txt` in this folder has it;
- the package google.colab is empty;
- git takes the course from a snapshot of this working tree where it is asked for the
  course's address (`url.<base>.insteadOf`): the setup cell stays as it is, and so does
  what pip does with it.

`python -m tests.colab.machine` resolves `requirements.txt` anew.
"""

import fcntl
import functools
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograder.notebooks import ROOT, repository

COLAB = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["cnnlab"]["colab"]
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
BUILD = ROOT / "build" / "colab"
CELL_SECONDS = 900
# Not from here: what would lead Python, Jupyter or TensorFlow to another place.
DROPPED = ("PYTHON", "PYTEST", "JUPYTER", "IPYTHON", "VIRTUAL_ENV", "MPL", "TF_", "UV_")

LAUNCHER = """\
import google.colab
from ipykernel import kernelapp

kernelapp.launch_new_instance()
"""


def pins() -> list[str]:
    """The packages that pyproject.toml knows of Colab, as pip writes them."""
    return [f"{name}=={pin}" for name, pin in COLAB.items() if name != "python"]


def resolve() -> None:
    """Write requirements.txt: the packages that Colab has, and what they need."""
    command = ["uv", "pip", "compile", "--universal", "--python-version", "3.11"]
    command += ["--no-header", "--no-annotate", "--quiet", "--upgrade"]
    command += ["--no-emit-index-url", "--no-emit-find-links"]
    command += ["--output-file", REQUIREMENTS, "-"]
    subprocess.run(command, input="\n".join(pins()), text=True, check=True)


# --- what all machines share ---------------------------------------------------------


@functools.cache
def nearest_python() -> str:
    """The path of an interpreter of Colab's version, or of the nearest to be had."""
    wanted = int(COLAB["python"].removeprefix("3."))
    for minor in sorted((11, 12, 13), key=lambda minor: abs(minor - wanted)):
        name = f"python3.{minor}"
        managed = [
            f".pyenv/versions/3.{minor}.*",
            f".local/share/uv/python/*3.{minor}*",
        ]
        places = [shutil.which(name), sys.executable]
        for folder in managed:
            places += sorted(Path.home().glob(f"{folder}/bin/{name}"))
        for place in filter(None, places):
            command = [place, "-c", "import sys; print(sys.version_info.minor)"]
            asked = subprocess.run(command, capture_output=True, text=True)
            if asked.stdout.strip() == str(minor):
                return str(place)
    raise RuntimeError("no Python from 3.11 to 3.13")


def packages() -> Path:
    """The site-packages with all that Colab has; installed where it is missing."""
    python = nearest_python()
    asked = f"{python} {REQUIREMENTS.read_text()}"
    folder = BUILD / hashlib.sha256(asked.encode()).hexdigest()[:16]
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / "lock").open("w") as lock:  # tests run at the same time
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            make_environment(folder, python)
            command = ["uv", "pip", "sync", "--quiet", REQUIREMENTS]
            into = os.environ | {"VIRTUAL_ENV": str(folder)}
            subprocess.run(command, env=into, check=True)
            (folder / "ready").touch()
    return site_packages(folder)


def make_environment(folder: Path, python: str | Path) -> None:
    """Make an empty environment."""
    command = ["uv", "venv", "--quiet", "--no-project", "--python", python, folder]
    subprocess.run(command, check=True)


def site_packages(environment: Path) -> Path:
    """The folder of an environment's packages."""
    (found,) = environment.glob("lib/python3.*/site-packages")
    return found


# --- one machine ---------------------------------------------------------------------


@dataclass(frozen=True)
class Machine:
    """A machine on which nothing has been run yet."""

    folder: Path
    commit: str  # of the course that git finds

    @property
    def python(self) -> Path:
        return self.folder / "machine" / "bin" / "python"

    def environment(self) -> dict[str, str]:
        """The variables of the kernel."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(DROPPED)}
        path = [str(self.python.parent)] + [
            place
            for place in os.environ["PATH"].split(os.pathsep)
            if not place.startswith(str(ROOT))
        ]
        return kept | {
            "PATH": os.pathsep.join(path),
            "COLAB_RELEASE_TAG": "release-colab-of-this-test",
            "IPYTHONDIR": str(self.folder / "ipython"),
            "KERAS_HOME": str(self.folder / "keras"),
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{(self.folder / 'course').as_uri()}.insteadOf",
            "GIT_CONFIG_VALUE_0": repository(),
            "GIT_TERMINAL_PROMPT": "0",
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # it tells the terminal of it
        }

    def run(self, notebook: NotebookNode, name: str = "notebook") -> NotebookNode:
        """Run a notebook, the only file of an empty folder; return it with outputs.

        Raises CellExecutionError where a cell fails.
        """
        content = self.folder / "content"
        content.mkdir()
        nbformat.write(notebook, content / f"{name}.ipynb")
        specs = KernelSpecManager(kernel_dirs=[str(self.folder / "kernels")])
        NotebookClient(
            notebook,
            km=AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs),
            timeout=CELL_SECONDS,
            resources={"metadata": {"path": str(content)}},
        ).execute(env=self.environment(), cleanup_kc=True)
        return notebook

    def pip(self, *arguments: str) -> str:
        """What a command of the machine's pip prints; raises where it fails."""
        return subprocess.run(
            [self.python.with_name("pip"), *arguments],
            env=self.environment(),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout


def new_machine(folder: Path) -> Machine:
    """Make a machine in a folder of its own."""
    shared = packages()
    make_environment(folder / "machine", shared.parents[2] / "bin" / "python")
    own = site_packages(folder / "machine")
    (own / "google" / "colab").mkdir(parents=True)
    (own / "google" / "colab" / "__init__.py").touch()
    (own / "colab_kernel_launcher.py").write_text(LAUNCHER)
    # Links, for what is installed here to be this machine's only, and seen by pip to be
    # in the environment itself: it keeps that out of what it builds.
    for there in [*shared.iterdir(), *(shared / "google").iterdir()]:
        here = own / there.relative_to(shared)
        if not here.exists():
            here.symlink_to(there)
    machine = Machine(folder, snapshot(folder / "course"))
    pip = machine.python.with_name("pip")
    pip.write_text(f'#!/bin/sh\nexec "{machine.python}" -m pip "$@"\n')
    pip.chmod(0o755)
    spec = json.dumps(
        {
            "argv": [
                *(str(machine.python), "-m", "colab_kernel_launcher"),
                *("-f", "{connection_file}"),
            ],
            "display_name": "Python 3",
            "language": "python",
        }
    )
    (folder / "kernels" / "python3").mkdir(parents=True)
    (folder / "kernels" / "python3" / "kernel.json").write_text(spec)
    return machine


def snapshot(folder: Path) -> str:
    """Commit this working tree to a repository in a new folder; return the commit."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout
    for name in names.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    person = ["-c", "user.name=A test", "-c", "user.email=test@example.org"]
    for command in (
        ["init", "--quiet"],
        ["config", "uploadpack.allowFilter", "true"],  # as GitHub has it
        ["add", "--all", "--force"],
        [*person, "commit", "--quiet", "--no-verify", "--message", "snapshot"],
    ):
        subprocess.run(["git", "-C", folder, *command], check=True)
    head = ["git", "-C", folder, "rev-parse", "HEAD"]
    return subprocess.run(head, capture_output=True, text=True, check=True).stdout[:-1]


if __name__ == "__main__":
    resolve()
