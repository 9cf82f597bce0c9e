"""MNIST comes from a folder, from Keras' own file or as a stand-in."""

import hashlib
import os
import socket
from pathlib import Path

import numpy as np
import pytest

from cnnlab import datasets
from cnnlab.datasets import DamagedFileError, mnist
from tests.cnnlab.idx_files import NAMES, arrays, idx, write_all

REAL_DATA = Path(os.environ.get("CNNLAB_DATA", "")) / "mnist"
SMALL = {"n_train": 12, "n_test": 6}  # as many as the little files hold
KEYS = ("x_train", "y_train", "x_test", "y_test")  # of Keras' archive


@pytest.fixture(autouse=True)
def keras_home(tmp_path, monkeypatch):
    """An empty Keras cache, no data set and no network."""

    def offline(*_, **__):
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.delenv("CNNLAB_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(socket, "socket", offline)
    monkeypatch.setattr(socket, "getaddrinfo", offline)
    (tmp_path / "keras" / "datasets").mkdir(parents=True)
    return tmp_path / "keras" / "datasets"


@pytest.fixture
def published(monkeypatch):
    """The four little files, as if they were the published ones."""
    made = arrays()
    sums = {name: hashlib.sha256(idx(a)).hexdigest() for name, a in made.items()}
    monkeypatch.setattr(datasets, "MNIST_SHA256", sums)
    return made


@pytest.fixture
def server(monkeypatch, published):
    """A download of Keras' archive; the list says how often it was asked for."""
    asked = []

    def get_file(fname, origin, cache_dir, cache_subdir):
        assert origin == datasets.KERAS_URL + fname
        asked.append(fname)
        save(Path(cache_dir) / cache_subdir / fname, published)

    monkeypatch.setattr("keras.utils.get_file", get_file)
    return asked


def save(path: Path, made: dict[str, np.ndarray]) -> None:
    np.savez(path, **dict(zip(KEYS, made.values(), strict=True)))


def same(data, made: dict[str, np.ndarray]) -> bool:
    pairs = zip((*data.train, *data.test), made.values(), strict=True)
    return all(np.array_equal(*pair) for pair in pairs)


def left(folder: Path) -> list[str]:
    """All files below a folder, and unfinished folders."""
    found = [p for p in folder.rglob("*") if p.is_file() or p.name.startswith(".")]
    return sorted(path.name for path in found)


def test_generated_on_request(monkeypatch, capsys):
    monkeypatch.setenv("CNNLAB_DATA", "generated")
    data = mnist(**SMALL)
    assert data.source == "digits"
    assert capsys.readouterr().out == (
        "Data: generated digits, a stand-in for MNIST (CNNLAB_DATA=generated), "
        "12 training and 6 test images.\n"
    )


def test_classroom(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CNNLAB_DATA", str(tmp_path))
    made = write_all(tmp_path / "mnist")
    data = mnist(**SMALL)
    assert data.source == "mnist"
    assert data.class_names == tuple("0123456789")
    assert same(data, made)
    said = capsys.readouterr().out
    assert said == "Data: MNIST, 12 training and 6 test images.\n"


def test_not_mistaken_for_fashion_mnist(tmp_path, monkeypatch, keras_home):
    monkeypatch.setenv("CNNLAB_DATA", str(tmp_path))
    write_all(tmp_path / "fashion-mnist")
    write_all(keras_home / "fashion-mnist")
    assert mnist(**SMALL).source == "digits"


def test_download_fills_the_cache(server, published, keras_home):
    assert same(mnist(**SMALL), published)
    assert left(keras_home) == sorted(NAMES)
    assert same(mnist(**SMALL), published)
    assert server == ["mnist.npz"]  # once


def test_what_keras_downloaded_before_is_used(server, published, keras_home):
    save(keras_home / "mnist.npz", published)
    assert same(mnist(**SMALL), published)
    assert server == []
    assert (keras_home / "mnist.npz").exists()


@pytest.mark.parametrize("content", [b"", b"not an archive", b"PK\x03\x04 half of one"])
def test_bad_file_of_keras_is_downloaded_anew(server, published, keras_home, content):
    (keras_home / "mnist.npz").write_bytes(content)
    assert same(mnist(**SMALL), published)
    assert server == ["mnist.npz"]


@pytest.mark.parametrize("name", NAMES)
def test_corrupt_download_is_refused(server, published, keras_home, name, capsys):
    published[name] = np.zeros_like(published[name])
    assert mnist(**SMALL).source == "digits"
    assert "what was downloaded is damaged" in capsys.readouterr().out
    assert left(keras_home) == []


def test_offline(keras_home, capsys):
    """Keras's own get_file, without a network."""
    assert mnist(**SMALL).source == "digits"
    said = capsys.readouterr().out.splitlines()[-1]
    assert "generated digits, a stand-in for MNIST" in said
    assert "Temporary failure in name resolution" in said
    assert "http" not in said
    assert left(keras_home) == []


def test_bad_copy_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("CNNLAB_DATA", str(tmp_path))
    write_all(tmp_path / "mnist")
    path = tmp_path / "mnist" / "t10k-labels-idx1-ubyte.gz"
    path.unlink()
    with pytest.raises(DamagedFileError, match="Delete it and copy") as caught:
        mnist(**SMALL)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("asked", [{"n_train": 60_001}, {"n_train": 0}, {"n_test": -1}])
def test_size_out_of_range(asked, monkeypatch):
    monkeypatch.setenv("CNNLAB_DATA", "generated")
    with pytest.raises(ValueError, match="MNIST has 1 to 60,000") as caught:
        mnist(**asked)
    assert not str(caught.value).startswith("Fashion")


@pytest.mark.parametrize("place", ["classroom", "generated"])
def test_same_on_each_path(place, tmp_path, monkeypatch):
    monkeypatch.setenv("CNNLAB_DATA", str(tmp_path))
    write_all(tmp_path / "mnist")
    if place == "generated":
        monkeypatch.setenv("CNNLAB_DATA", "generated")
    few, many = mnist(n_train=7, n_test=4), mnist(**SMALL)
    for (x, y), (xs, ys), n in ((few.train, many.train, 7), (few.test, many.test, 4)):
        assert x.shape == (n, 28, 28) and y.shape == (n,)
        assert x.dtype == y.dtype == np.uint8
        np.testing.assert_array_equal(x, xs[:n])
        np.testing.assert_array_equal(y, ys[:n])
        x[0], y[0] = 0, 0  # may be written to


@pytest.mark.skipif(
    not REAL_DATA.is_dir(), reason="CNNLAB_DATA names no folder with mnist/"
)
def test_real_data(monkeypatch, capsys):
    monkeypatch.setenv("CNNLAB_DATA", str(REAL_DATA.parent))
    data = mnist()
    said = capsys.readouterr().out
    assert said == "Data: MNIST, 60,000 training and 10,000 test images.\n"
    scaled = data.x_train.astype("float32") / 255
    assert scaled.mean() == pytest.approx(0.1307, abs=5e-5)
    assert scaled.std() == pytest.approx(0.3081, abs=5e-5)
    assert data.y_train[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    for name, ndim in datasets.MNIST_FILES.items():
        datasets.read_idx(REAL_DATA / name, ndim, datasets.MNIST_SHA256[name])
