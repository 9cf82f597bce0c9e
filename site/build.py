"""Build the book: execute the lectures that changed, then have Sphinx make pages.

    python site/build.py [LECTURE ...]

Without names all lectures are in it. An executed lecture is kept in
build/site/executed/ until the lecture, cnnlab, its data or a dependency changes. The
book is then in build/site/html/index.html. Warnings of Sphinx are errors. Nothing is
fetched: the data are those that CNNLAB_DATA names, or stand-ins.
"""

import argparse
import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from time import perf_counter

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
HERE = ROOT / "site"
BUILD = ROOT / "build" / "site"
BADGE = re.compile(r"^\[!\[Open in Colab\].*\n*", re.MULTILINE)
WIDGET = "application/vnd.jupyter.widget-view+json"
CELL_SECONDS = 600
AT_ONCE = 2  # lectures; each trains on all cores now and then


def main() -> int:
    """Build the book; return the exit status of Sphinx."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("lectures", nargs="*", help="only these (default: all)")
    names = parser.parse_args().lectures
    os.environ.setdefault("CNNLAB_DATA", "generated")
    lectures = sorted((ROOT / "lectures").glob("*.ipynb"))
    if unknown := set(names) - {path.stem for path in lectures}:
        parser.error(f"no such lecture: {', '.join(sorted(unknown))}")
    lectures = [path for path in lectures if not names or path.stem in names]
    executed = execute_all(lectures)
    assemble(executed)
    source, pages = BUILD / "source", BUILD / "html"
    command = [sys.executable, "-m", "sphinx", "--builder", "html", "--quiet"]
    command += ["--fail-on-warning", "--keep-going", "-d", BUILD / "doctrees"]
    status = subprocess.call([*command, "-c", HERE, source, pages])
    if status == 0:
        print(f"The book: {pages / 'index.html'}")
    return status


# --- executing -----------------------------------------------------------------------


def execute_all(lectures: list[Path]) -> list[Path]:
    """Execute the lectures whose executed copy is out of date; return all copies."""
    copies = {path: executed_copy(path) for path in lectures}
    missing = [path for path in lectures if not copies[path].exists()]
    with ProcessPoolExecutor(AT_ONCE) as pool:
        futures = {pool.submit(execute, path, copies[path]): path for path in missing}
        for number, future in enumerate(as_completed(futures), start=1):
            seconds, path = future.result(), futures[future]
            print(f"{number}/{len(missing)}  {path.stem}: {seconds:.0f} s", flush=True)
    return list(copies.values())


def executed_copy(lecture: Path) -> Path:
    """Where the executed lecture is kept: the name tells what it was made from."""
    digest = hashlib.sha256(os.environ["CNNLAB_DATA"].encode())
    rooms = [*sorted((ROOT / "cnnlab").glob("*.*")), *sorted((ROOT / "data").glob("*"))]
    for path in [lecture, ROOT / "requirements.lock", *rooms]:
        if path.is_file():
            digest.update(path.read_bytes())
    return BUILD / "executed" / lecture.stem / f"{digest.hexdigest()[:16]}.ipynb"


def execute(lecture: Path, copy: Path) -> float:
    """Run a lecture in an empty folder, and keep it with its outputs; return seconds.

    Raises CellExecutionError where a cell fails.
    """
    began = perf_counter()
    os.environ.pop("MPLBACKEND", None)  # pictures go into the notebook
    notebook = nbformat.read(lecture, as_version=4)
    with tempfile.TemporaryDirectory(prefix="lecture-") as folder:
        resources = {"metadata": {"path": folder}}
        NotebookClient(notebook, timeout=CELL_SECONDS, resources=resources).execute()
    shutil.rmtree(copy.parent, ignore_errors=True)  # what earlier ones left
    copy.parent.mkdir(parents=True)
    part = copy.with_suffix(".part")
    nbformat.write(notebook, part)
    part.replace(copy)
    return perf_counter() - began


# --- pages ---------------------------------------------------------------------------


def assemble(executed: list[Path]) -> None:
    """Lay out what Sphinx reads: lectures, exercises and the pages of this folder."""
    source = BUILD / "source"
    wanted = set()
    for copy in executed:
        wanted.add(put(source / "lectures" / f"{copy.parent.name}.ipynb", page(copy)))
    for path in sorted((ROOT / "exercises").glob("*/*.ipynb")):
        wanted.add(put(source / path.relative_to(ROOT), page(path)))
    for path in sorted(HERE.glob("*.md")):
        wanted.add(put(source / path.name, filled(path.read_text())))
    for path in sorted((HERE / "pictures").glob("*.png")):
        wanted.add(put(source / "pictures" / path.name, path.read_bytes()))
    for path in [path for path in source.rglob("*") if path.is_file()]:
        if path not in wanted:
            path.unlink()


def put(path: Path, content: str | bytes) -> Path:
    """Write a file only where it differs, so that Sphinx leaves its page alone."""
    content = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)
    return path


def page(path: Path) -> str:
    """A notebook as a page: no badge (the page has a button), and no live widget."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = BADGE.sub("", cell.source)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            data.pop(WIDGET, None)
            if "text/html" in data:
                alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt")
                film = f'alt="{alt}"' if alt else 'alt="Film"'
                data["text/html"] = data["text/html"].replace('alt="Film"', film)
    return nbformat.writes(notebook)


def filled(text: str) -> str:
    """A page of this folder, its tables filled in."""
    return text.replace("<!-- submissions -->", submissions())


def submissions() -> str:
    """A table: how many prepared submissions each exercise has."""
    rows = ["| exercise | correct | wrong |", "|---|---|---|"]
    total = [0, 0]
    for folder in sorted((ROOT / "tests" / "submissions").glob("[0-9]*")):
        scripts = [ast.parse(path.read_text()) for path in folder.glob("*.py")]
        correct = sum("fails: nothing" in ast.get_docstring(s) for s in scripts)
        wrong = len(scripts) - correct
        total = [total[0] + correct, total[1] + wrong]
        link = f"[{folder.name}](exercises/{folder.name}/{folder.name}.ipynb)"
        rows.append(f"| {link} | {correct} | {wrong} |")
    return "\n".join([*rows, f"| together | {total[0]} | {total[1]} |"])


if __name__ == "__main__":
    sys.exit(main())
