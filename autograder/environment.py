"""What a result depends on besides the notebook: installed software, and data."""

import hashlib
import os
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

# Raise this when a change to the engine changes what a notebook's execution yields.
ENGINE = 1
# Settings that lead the course's own code, Keras or TensorFlow to other results.
VARIABLES = ("CNNLAB_DATA", "KERAS_BACKEND", "KERAS_HOME")


@cache
def fingerprint() -> str:
    """Return a hash of the installed versions, the course's code and its settings."""
    state = hashlib.sha256(f"engine {ENGINE}, python {sys.version}".encode())
    for name in _installed():
        state.update(name.encode() + b"\0")
    for path in _course_files():
        state.update(path.name.encode() + b"\0" + path.read_bytes())
    for name in VARIABLES:
        state.update(f"{name}={os.environ.get(name)}\0".encode())
    return state.hexdigest()


def _installed() -> list[str]:
    """Names with versions of what is installed, as the folders tell without reading."""
    found = set()
    for folder in map(Path, sys.path):
        if folder.is_dir():
            found |= {path.name for path in folder.glob("*.dist-info")}
    return sorted(found)


def _course_files() -> list[Path]:
    """The files of `cnnlab`, which notebooks import, and of the data it brings."""
    found = []
    for package in ("cnnlab", "cnnlab.data"):
        spec = find_spec(package)
        for folder in spec.submodule_search_locations if spec else []:
            found += [path for path in Path(folder).glob("*.*") if path.is_file()]
    return sorted(found)
