"""Little IDX files for the tests, in the format of MNIST's."""

import gzip
import struct
from pathlib import Path

import numpy as np

NAMES = {
    "train-images-idx3-ubyte.gz": (12, 28, 28),
    "train-labels-idx1-ubyte.gz": (12,),
    "t10k-images-idx3-ubyte.gz": (6, 28, 28),
    "t10k-labels-idx1-ubyte.gz": (6,),
}


def idx(array: np.ndarray, kind: int = 8, shape: tuple[int, ...] | None = None):
    """The bytes of an IDX file that holds `array`, or says that it has `shape`."""
    shape = array.shape if shape is None else shape
    header = struct.pack(f">BBBB{len(shape)}I", 0, 0, kind, len(shape), *shape)
    return header + array.tobytes()


def arrays() -> dict[str, np.ndarray]:
    """Another array for each of the four files."""
    rng = np.random.default_rng(0)
    return {
        name: rng.integers(0, 256 if len(shape) > 1 else 10, shape, dtype=np.uint8)
        for name, shape in NAMES.items()
    }


def write_all(folder: Path) -> dict[str, np.ndarray]:
    """Write the four files of a little Fashion-MNIST; return what they hold."""
    folder.mkdir(parents=True)
    made = arrays()
    for name, array in made.items():
        (folder / name).write_bytes(gzip.compress(idx(array)))
    return made
