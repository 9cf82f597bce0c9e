"""The program that builds the book, for tests: its folder is no package."""

import importlib.util
import sys
from pathlib import Path

_path = Path(__file__).parents[1] / "site" / "build.py"
_spec = importlib.util.spec_from_file_location("build_the_book", _path)
build = sys.modules["build_the_book"] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(build)
