"""What a result depends on besides the notebook: installed software, and data."""

import hashlib
import json
import os
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

# Raise this when a change to the engine changes what a notebook's execution yields.
ENGINE = 2
# Settings that lead the course's own code, Keras or TensorFlow to other results.
VARIABLES = ("CNNLAB_DATA", "KERAS_BACKEND", "KERAS_HOME")


@cache
def fingerprint() -> str:
    """Return a hash of the installed versions, the course's code and its settings."""
    return hashlib.sha256(json.dumps(parts(), sort_keys=True).encode()).hexdigest()


@cache
def parts() -> dict[str, str]:
    """Return what the fingerprint is made of, by names that tell a person something."""
    found = {"the engine": str(ENGINE), "Python": sys.version}
    for name in _installed():
        found[name.removesuffix(".dist-info")] = "installed"
    for path in _course_files():
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        found[f"cnnlab's {path.name}"] = digest
    for name in VARIABLES:
        found[f"the variable {name}"] = str(os.environ.get(name))
    return found


def _installed() -> list[str]:
    """Names with versions of what is installed, as the folders tell without reading."""
    found = set()
    for folder in map(Path, sys.path):
        # setuptools, once imported, puts its own copies of others there.
        if folder.is_dir() and folder.name != "_vendor":
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
