"""solutions/ → exercises/, by nbgrader's own steps, and every notebook canonical.

autograder build            writes
autograder build --check    writes nothing, says what would change, exits 1 if any
"""

import argparse
import copy
import sys
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode
from traitlets.config import Config, PyFileConfigLoader

from autograder.lint import lint
from autograder.notebooks import (
    ROOT,
    badge,
    binder_badge,
    canonical,
    heading,
    read,
    text,
)


def add_command(subparsers: argparse._SubParsersAction) -> None:
    """Add `build` to the command line."""
    parser = subparsers.add_parser(
        "build", help="make exercises/ from solutions/ and write canonical notebooks"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit 1 if a notebook is out of step or a test cell is "
        "refused",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run `autograder build`; return the exit status."""
    return build(ROOT, arguments.check)


def build(root: Path, check: bool = False) -> int:
    """Bring the notebooks below `root` into step, or say which are not; exit status."""
    refusals = [str(refusal) for refusal in refused(root)]
    for refusal in refusals:
        print(refusal, file=sys.stderr)
    if refusals and not check:
        print("Nothing written: correct these test cells first.", file=sys.stderr)
        return 1
    stale = [(path, wanted) for path, wanted in built(root) if wanted != _text(path)]
    for path, wanted in stale:
        place = path.relative_to(root)
        if check:
            print(f"{place} is out of step: run `autograder build`.", file=sys.stderr)
        elif wanted is None:
            path.unlink()
            print(f"removed {place}")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted)
            print(f"wrote {place}")
    if not stale and not refusals:
        print("All notebooks are in step.")
    return int(bool(refusals or (check and stale)))


def refused(root: Path) -> Iterator:
    """Yield each line of a test cell in solutions/ that breaks a rule."""
    for path in _notebooks(root / "solutions"):
        name = str(path.relative_to(root))
        yield from lint(canonical(read(path), name, root), name)


def built(root: Path) -> Iterator[tuple[Path, str | None]]:
    """Yield each notebook's path and the text it should have, None for no such file."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    for path in _notebooks(root / "lectures"):
        yield path, text(canonical(read(path), str(path.relative_to(root)), root))
    releases = set()
    for path in _notebooks(root / "solutions"):
        target = root / "exercises" / path.relative_to(root / "solutions")
        releases.add(target)
        source = canonical(read(path), str(target.relative_to(root)), root)
        yield path, text(source)
        yield target, text(release(source, config))
    for path in _notebooks(root / "exercises"):
        if path not in releases:
            yield path, None
    readme = root / "README.md"
    yield readme, with_lecture_table(readme.read_text(), root)


def with_lecture_table(readme: str, root: Path) -> str:
    """Return the README's text with its table of lectures brought up to date."""
    rows = ["| lecture | its question | open | exercise |", "|---|---|---|---|"]
    for path in _notebooks(root / "lectures"):
        place = str(path.relative_to(root))
        title, question = heading(read(path))
        exercise = f"exercises/{path.stem}/{path.name}"
        solution = root / "solutions" / path.stem / path.name
        practice = _badges(exercise, root) if solution.exists() else ""
        link = f"[{title}]({place})"
        rows.append(f"| {link} | {question} | {_badges(place, root)} | {practice} |")
    before, rest = readme.split("<!-- lectures -->")
    after = rest.split("<!-- /lectures -->")[1]
    table = "\n".join(["<!-- lectures -->", *rows, "<!-- /lectures -->"])
    return before + table + after


def _badges(place: str, root: Path) -> str:
    return f"{badge(place, root)} {binder_badge(place, root)}".rstrip()


def release(source: NotebookNode, config: Config | None = None) -> NotebookNode:
    """Return what students get: `source` less solutions and hidden tests.

    The steps are those of `nbgrader generate_assignment`, less the one that fills the
    gradebook. Raises what they raise, such as a missing END SOLUTION.
    """
    from nbgrader import preprocessors as steps  # slow to import

    notebook, resources = copy.deepcopy(source), {}
    for step in (
        steps.IncludeHeaderFooter,
        steps.LockCells,
        steps.ClearSolutions,
        steps.ClearOutput,
        steps.CheckCellMetadata,
        steps.ClearHiddenTests,
        steps.ClearMarkScheme,
        steps.ComputeChecksums,
        steps.CheckCellMetadata,
    ):
        notebook, resources = step(config=config).preprocess(notebook, resources)
    return notebook


def _notebooks(folder: Path) -> list[Path]:
    """Notebooks below `folder`, editors' checkpoints left out."""
    found = folder.rglob("*.ipynb")
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


def _text(path: Path) -> str | None:
    return path.read_text() if path.exists() else None
