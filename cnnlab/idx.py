"""Read and write the IDX files in which MNIST and Fashion-MNIST are published.

Source: the format is described at the foot of LeCun's MNIST page: two zero bytes, a
type code, the number of axes, the length of each axis as a big-endian 32-bit integer,
then the values.
"""

import gzip
import hashlib
import struct
import zlib
from pathlib import Path

import numpy as np

UNSIGNED_BYTE = 0x08


class DamagedFileError(ValueError):
    """A data file is missing, truncated or not what its name says."""


def read_idx(path: Path, ndim: int, sha256: str | None = None) -> np.ndarray:
    """Return the uint8 array of `ndim` axes that the gzipped IDX file `path` holds.

    `sha256` is the checksum of the *uncompressed* file, so that a copy compressed by
    another program passes. Raises `DamagedFileError`, which names the file and says
    what to do, when the file can't be read or holds something else.
    """
    try:
        content = gzip.decompress(path.read_bytes())
    except FileNotFoundError:
        raise _damaged(path, "is missing") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(path, f"is truncated or not gzip ({error})") from error
    except OSError as error:
        raise _damaged(path, f"can't be read ({error})") from error

    header = 4 + 4 * ndim
    if len(content) < header or content[:4] != bytes([0, 0, UNSIGNED_BYTE, ndim]):
        raise _damaged(path, f"is not an IDX file of bytes with {ndim} axes")
    shape = struct.unpack(f">{ndim}I", content[4:header])
    if len(content) - header != np.prod(shape, dtype=np.int64):
        raise _damaged(path, f"announces shape {shape} but holds another size")
    if sha256 and hashlib.sha256(content).hexdigest() != sha256:
        raise _damaged(path, "is readable, but its checksum is wrong")
    array = np.frombuffer(content, np.uint8, offset=header).reshape(shape)
    return array.copy()  # as writable as any other array


def write_idx(path: Path, array: np.ndarray) -> None:
    """Write a uint8 array to a gzipped IDX file; `ValueError` for another type."""
    if array.dtype != np.uint8:
        raise ValueError(f"An IDX file of bytes can't hold {array.dtype}.")
    header = struct.pack(
        f">BBBB{array.ndim}I", 0, 0, UNSIGNED_BYTE, array.ndim, *array.shape
    )
    path.write_bytes(gzip.compress(header + array.tobytes(), compresslevel=3))


def _damaged(path: Path, what: str) -> DamagedFileError:
    return DamagedFileError(
        f"{path} {what}. Delete it and copy or download the file again."
    )
