"""A notebook to execute, with all that its execution needs: it can travel by itself."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath

from nbformat import NotebookNode

from autograder import environment
from autograder.reading import Unusable

FILES_BYTES = 500_000_000  # of all files beside a notebook


@dataclass(frozen=True)
class Limits:
    """What an execution may use; one exercise's own are in nbgrader_config.py.

    `output_bytes` counts text and pictures of one cell; what comes after is dropped.
    `memory_bytes` is for each process, on top of what the kernel starts with, and for
    all of them together; `scratch_bytes` for all files, `file_bytes` for one; and
    `processes` counts threads as well. These hold in the sandbox only.
    """

    cell_seconds: int = 600
    notebook_seconds: int = 3600
    output_bytes: int = 20_000_000
    # The references of 07, 08 and 11 take up to 0.43 GB; another style may take more.
    memory_bytes: int = 4 << 30
    scratch_bytes: int = 1 << 30
    file_bytes: int = 64 << 20
    processes: int = 512
    sandbox: bool = True


@dataclass(frozen=True)
class Payload:
    """A sanitised notebook, the files beside it (path: bytes), and limits."""

    notebook: NotebookNode
    files: dict[str, bytes] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)

    def key(self) -> str:
        """Return a hash of everything that the result depends on.

        Cell ids and other metadata don't count: nbgrader changes them on the way.
        """
        state = hashlib.sha256(environment.fingerprint().encode())
        state.update(json.dumps(asdict(self.limits), sort_keys=True).encode())
        for cell in self.notebook.cells:
            parts = [cell.cell_type, cell.source, cell.metadata.get("nbgrader", {})]
            state.update(json.dumps(parts, sort_keys=True).encode() + b"\0")
        for name, content in sorted(self.files.items()):
            digest = hashlib.sha256(content).hexdigest()
            state.update(json.dumps([name, digest]).encode() + b"\0")
        return state.hexdigest()


def read_files(folders: list[dict[str, Path]]) -> dict[str, bytes]:
    """Return the files beside a notebook, those of later folders in place of earlier.

    Notebooks are left out: each is executed by itself. Raises Unusable where there is
    more than can be kept in memory.
    """
    found: dict[str, Path] = {}
    for folder in folders:
        ours = {n: p for n, p in folder.items() if p.suffix != ".ipynb"}
        found = {n: p for n, p in found.items() if not _in_the_way(n, ours)} | ours
    size = sum(path.stat().st_size for path in found.values())
    if size > FILES_BYTES:
        raise Unusable(f"its files are too large: {size:,} bytes")
    return {name: path.read_bytes() for name, path in found.items()}


def _in_the_way(name: str, files: dict[str, Path]) -> bool:
    """Tell whether a file of that name is where the others have a folder, or below one.

    A student's folder may have the name of a file that was released.
    """
    above = [str(folder) for folder in PurePosixPath(name).parents]
    return any(each in above or each.startswith(f"{name}/") for each in files)
