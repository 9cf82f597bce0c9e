"""Files are there whole or as they were before."""

import json

import pytest

from autograder.whole import writing


def test_file_appears_at_the_end(tmp_path):
    path = tmp_path / "new" / "file.txt"
    with writing(path) as file:
        file.write("é")
        assert not path.exists()
    assert path.read_bytes() == "é".encode()
    assert list(path.parent.iterdir()) == [path]


def test_after_an_error_the_old_file_stays(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")
    with pytest.raises(TypeError), writing(path) as file:
        json.dump(["new", object()], file)  # it writes as far as it comes
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
