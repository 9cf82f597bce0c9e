"""IDX files are read, and bad ones refused by name with what to do."""

import gzip
import hashlib

import numpy as np
import pytest

from cnnlab.idx import DamagedFileError, read_idx, write_idx
from tests.cnnlab.idx_files import idx

ARRAY = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "some-images-idx3-ubyte.gz"


def refuse(path, ndim=3, sha256=None) -> str:
    """Read a bad file; check that the error names it and says what to do."""
    with pytest.raises(DamagedFileError) as caught:
        read_idx(path, ndim, sha256)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert message.endswith("Delete it and copy or download the file again.")
    return message


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_reads_what_was_written(path, ndim):
    array = ARRAY.reshape(-1, *ARRAY.shape[1:ndim])
    path.write_bytes(gzip.compress(idx(array)))
    read = read_idx(path, array.ndim)
    assert read.dtype == np.uint8
    np.testing.assert_array_equal(read, array)


def test_result_can_be_written_to(path):
    path.write_bytes(gzip.compress(idx(ARRAY)))
    array = read_idx(path, 3)
    array[0] = 0  # a generated stand-in allows it, too


def test_checksum_is_of_the_content(path):
    checksum = hashlib.sha256(idx(ARRAY)).hexdigest()
    for level in (1, 9):  # however it was compressed
        path.write_bytes(gzip.compress(idx(ARRAY), level))
        np.testing.assert_array_equal(read_idx(path, 3, checksum), ARRAY)
    assert "checksum" in refuse(path, sha256="0" * 64)


def test_missing(path):
    assert "is missing" in refuse(path)


def test_folder_in_its_place(path):
    path.mkdir()
    assert "can't be read" in refuse(path)


def test_truncated_anywhere(path):
    whole = gzip.compress(idx(ARRAY))
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        refuse(path)


def test_one_changed_byte_anywhere_in_the_data(path):
    whole = gzip.compress(idx(ARRAY), mtime=0)
    for place in range(10, len(whole)):  # after gzip's header, which holds a date
        path.write_bytes(
            whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :]
        )
        refuse(path)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<html>404 Not Found</html>", "truncated or not gzip"),
        (idx(ARRAY), "truncated or not gzip"),
        (b"", "not an IDX file"),
        (gzip.compress(b""), "not an IDX file"),
        (gzip.compress(idx(ARRAY)[:7]), "not an IDX file"),
        (gzip.compress(b"\1" + idx(ARRAY)[1:]), "not an IDX file"),
        (gzip.compress(idx(ARRAY, kind=0x0D)), "not an IDX file"),  # floats
        (gzip.compress(idx(ARRAY[0])), "with 3 axes"),
        (gzip.compress(idx(ARRAY[None])), "with 3 axes"),
        (gzip.compress(idx(ARRAY)[:-1]), "(2, 3, 4)"),
        (gzip.compress(idx(ARRAY) + b"\0"), "(2, 3, 4)"),
        (gzip.compress(idx(ARRAY, shape=(2, 3, 5))), "(2, 3, 5)"),
        (gzip.compress(idx(ARRAY, shape=(2**31,) * 3)), "another size"),
    ],
    ids=[
        *("web page", "not compressed", "empty", "empty gzip", "short header"),
        *("wrong magic", "floats", "2 axes", "4 axes", "byte too few"),
        *("byte too many", "wrong shape", "huge shape"),
    ],
)
def test_refused(path, content, told):
    path.write_bytes(content)
    assert told in refuse(path)


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_writing_is_the_reverse(path, ndim):
    array = ARRAY.reshape(-1, *ARRAY.shape[1:ndim])
    write_idx(path, array)
    assert gzip.decompress(path.read_bytes()) == idx(array)
    np.testing.assert_array_equal(read_idx(path, array.ndim), array)


def test_other_types_are_not_written(path):
    with pytest.raises(ValueError, match="int64"):
        write_idx(path, ARRAY.astype(np.int64))
    assert not path.exists()
