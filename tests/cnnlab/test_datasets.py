"""The data comes from the first place that has it, whole, and says from where."""

import gzip
import hashlib
import os
import socket
from pathlib import Path

import numpy as np
import pytest

from cnnlab import datasets
from cnnlab.datasets import DamagedFileError, fashion_mnist
from tests.cnnlab.idx_files import NAMES, arrays, idx, write_all

REAL_DATA = Path(os.environ.get("CNNLAB_DATA", "")) / "fashion-mnist"
SMALL = {"n_train": 12, "n_test": 6}  # as many as the little files hold


@pytest.fixture(autouse=True)
def nowhere(tmp_path, monkeypatch):
    """No data set, an empty Keras cache and no network."""
    monkeypatch.delenv("CNNLAB_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(socket, "socket", offline)
    monkeypatch.setattr(socket, "getaddrinfo", offline)
    before = socket.getdefaulttimeout()
    yield
    socket.setdefaulttimeout(before)


def offline(*_, **__):
    raise socket.gaierror(-3, "Temporary failure in name resolution")


@pytest.fixture
def cache(tmp_path):
    """Where Keras keeps Fashion-MNIST."""
    return tmp_path / "keras" / "datasets" / "fashion-mnist"


@pytest.fixture
def classroom(tmp_path, monkeypatch):
    """A folder named by CNNLAB_DATA, as yet without data."""
    folder = tmp_path / "classroom"
    folder.mkdir()
    monkeypatch.setenv("CNNLAB_DATA", str(folder))
    return folder / "fashion-mnist"


@pytest.fixture
def server(monkeypatch):
    """A download that a test fills: functions by file name, which get its path."""
    served = {}

    def get_file(fname, origin, cache_dir, cache_subdir):
        assert origin == datasets.KERAS_URL + fname
        served[fname](Path(cache_dir) / cache_subdir / fname)

    monkeypatch.setattr("keras.utils.get_file", get_file)
    return served


def serve_little_files(server, monkeypatch):
    """Serve the four little files as if they were the published ones."""
    checksums = {}
    for name, array in arrays().items():
        content = idx(array)
        checksums[name] = hashlib.sha256(content).hexdigest()
        server[name] = lambda path, c=content: path.write_bytes(gzip.compress(c))
    monkeypatch.setattr(datasets, "FASHION_MNIST_SHA256", checksums)


def written(folder: Path) -> list[Path]:
    """All files below a folder, and unfinished folders."""
    found = folder.rglob("*") if folder.exists() else []
    return [path for path in found if path.is_file() or path.name.startswith(".")]


# --- where it comes from -------------------------------------------------------------


def test_generated_on_request(classroom, cache, monkeypatch, capsys):
    write_all(classroom)
    write_all(cache)
    monkeypatch.setenv("CNNLAB_DATA", "generated")
    assert fashion_mnist(**SMALL).source == "garments"
    said = capsys.readouterr().out
    assert said == (
        "Data: generated garments, a stand-in for Fashion-MNIST "
        "(CNNLAB_DATA=generated), 12 training and 6 test images.\n"
    )


def test_classroom_before_cache(classroom, cache, capsys):
    made = write_all(classroom)
    write_all(cache)
    (cache / "train-images-idx3-ubyte.gz").write_bytes(b"not read")
    data = fashion_mnist(**SMALL)
    assert data.source == "fashion-mnist"
    for array, name in zip((*data.train, *data.test), NAMES, strict=True):
        np.testing.assert_array_equal(array, made[name])
    said = capsys.readouterr().out
    assert said == "Data: Fashion-MNIST, 12 training and 6 test images.\n"


def test_cache_before_download(cache, server, capsys):
    write_all(cache)  # the server has no file: a download would raise KeyError
    assert fashion_mnist(**SMALL).source == "fashion-mnist"
    assert "Fashion-MNIST" in capsys.readouterr().out


def test_cache_where_the_classroom_lacks_this_data(classroom, cache):
    write_all(cache)
    assert fashion_mnist(**SMALL).source == "fashion-mnist"


def test_download_fills_the_cache(cache, server, monkeypatch, capsys):
    serve_little_files(server, monkeypatch)
    assert fashion_mnist(**SMALL).source == "fashion-mnist"
    assert sorted(path.name for path in written(cache.parent)) == sorted(NAMES)
    server.clear()  # the second time needs no server
    assert fashion_mnist(**SMALL).source == "fashion-mnist"
    assert "generated" not in capsys.readouterr().out


def test_wrong_folder(monkeypatch, tmp_path):
    missing = tmp_path / "no such folder"
    monkeypatch.setenv("CNNLAB_DATA", str(missing))
    with pytest.raises(FileNotFoundError, match="not a folder") as caught:
        fashion_mnist(**SMALL)
    assert str(missing) in str(caught.value)
    assert "unset it" in str(caught.value)


def test_file_in_place_of_the_folder(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CNNLAB_DATA", str(tmp_path / "file"))
    with pytest.raises(FileNotFoundError, match="not a folder"):
        fashion_mnist(**SMALL)


# --- downloads that fail -------------------------------------------------------------


def test_offline(cache, capsys):
    """Keras's own get_file, without a network."""
    assert fashion_mnist(**SMALL).source == "garments"
    said = capsys.readouterr().out.splitlines()[-1]
    assert "generated garments, a stand-in for Fashion-MNIST" in said
    assert "no copy here, and the download failed" in said
    assert "Temporary failure in name resolution" in said
    assert "http" not in said
    assert not cache.exists()
    assert written(cache.parent) == []


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_download_dies_midway(cache, server, monkeypatch, error, capsys):
    serve_little_files(server, monkeypatch)

    def die(path):
        path.write_bytes(b"half a file")
        raise error

    server["t10k-images-idx3-ubyte.gz"] = die
    if isinstance(error, KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):
            fashion_mnist(**SMALL)
    else:
        assert fashion_mnist(**SMALL).source == "garments"
        assert "disk full" in capsys.readouterr().out
    assert not cache.exists()
    assert written(cache.parent) == []


@pytest.mark.parametrize("name", NAMES)
def test_corrupt_download_is_refused(cache, server, monkeypatch, name, capsys):
    """A whole IDX file of the right shape, but not the published one."""
    serve_little_files(server, monkeypatch)
    other = np.zeros(NAMES[name], np.uint8)
    server[name] = lambda path: path.write_bytes(gzip.compress(idx(other)))
    assert fashion_mnist(**SMALL).source == "garments"
    said = capsys.readouterr().out
    assert "what was downloaded is damaged" in said
    assert "generated garments" in said
    assert not cache.exists()
    assert written(cache.parent) == []


def test_download_gives_up_and_restores_the_timeout(server, monkeypatch):
    serve_little_files(server, monkeypatch)
    socket.setdefaulttimeout(123)  # the notebook's own
    seen = []

    def fail(path):
        seen.append(socket.getdefaulttimeout())
        raise TimeoutError("timed out")

    server["train-images-idx3-ubyte.gz"] = fail
    fashion_mnist(**SMALL)
    assert seen == [datasets.DOWNLOAD_TIMEOUT]
    assert socket.getdefaulttimeout() == 123


def test_cache_that_can_not_be_written(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "file"))
    assert fashion_mnist(**SMALL).source == "garments"
    assert "generated" in capsys.readouterr().out


# --- bad copies ----------------------------------------------------------------------


@pytest.mark.parametrize("place", ["classroom", "cache"])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("spoil", ["delete", "truncate"])
def test_bad_file_is_named(place, name, spoil, request):
    folder = request.getfixturevalue(place)
    write_all(folder)
    path = folder / name
    if spoil == "delete":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(DamagedFileError, match="Delete it and copy") as caught:
        fashion_mnist(**SMALL)
    assert str(path) in str(caught.value)


def refused(folder: Path, name: str, array: np.ndarray, **asked) -> str:
    """Put `array` into a file; return the error, which names the folder."""
    write_all(folder)
    (folder / name).write_bytes(gzip.compress(idx(array)))
    with pytest.raises(DamagedFileError, match="Delete the folder and copy") as caught:
        fashion_mnist(**asked)
    assert str(folder) in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("split", ["train", "t10k"])
def test_images_without_labels(classroom, split):
    name = f"{split}-labels-idx1-ubyte.gz"
    message = refused(classroom, name, np.zeros(5, np.uint8), n_train=1, n_test=1)
    assert f"{NAMES[name][0]} images but 5 labels" in message


def test_images_of_another_size(classroom):
    other = np.zeros((12, 32, 32), np.uint8)
    name = "train-images-idx3-ubyte.gz"
    message = refused(classroom, name, other, **SMALL)
    assert "(32, 32)" in message


@pytest.mark.parametrize("asked", [{"n_train": 13}, {"n_test": 7}])
def test_fewer_images_than_asked_for(classroom, asked):
    write_all(classroom)
    with pytest.raises(DamagedFileError) as caught:
        fashion_mnist(**SMALL | asked)
    assert f"{classroom} has only 12 training and 6 test images" in str(caught.value)


# --- what comes ----------------------------------------------------------------------


@pytest.mark.parametrize("n_train", [0, -1, 60_001])
def test_training_size_out_of_range(n_train, monkeypatch):
    monkeypatch.setenv("CNNLAB_DATA", "generated")
    with pytest.raises(ValueError, match="60,000") as caught:
        fashion_mnist(n_train=n_train)
    assert str(n_train) in str(caught.value)


@pytest.mark.parametrize("n_test", [0, -1, 10_001])
def test_test_size_out_of_range(n_test, monkeypatch):
    monkeypatch.setenv("CNNLAB_DATA", "generated")
    with pytest.raises(ValueError, match="10,000") as caught:
        fashion_mnist(n_test=n_test)
    assert str(n_test) in str(caught.value)


@pytest.mark.parametrize("place", ["classroom", "cache", "download", "generated"])
def test_same_on_each_path(place, request, server, monkeypatch):
    if place == "download":
        serve_little_files(server, monkeypatch)
    elif place == "generated":
        monkeypatch.setenv("CNNLAB_DATA", "generated")
    else:
        write_all(request.getfixturevalue(place))
    data = fashion_mnist(n_train=7, n_test=4)
    for (images, labels), n in ((data.train, 7), (data.test, 4)):
        assert images.shape == (n, 28, 28)
        assert labels.shape == (n,)
        assert images.dtype == labels.dtype == np.uint8
        assert labels.max() <= 9
        images[0], labels[0] = 0, 0  # may be written to
    assert len(data.class_names) == 10
    assert data.class_names[6] == "Shirt"
    assert data.source == ("garments" if place == "generated" else "fashion-mnist")


@pytest.mark.parametrize("place", ["classroom", "generated"])
def test_fewer_are_the_first_ones(place, request, monkeypatch):
    if place == "generated":
        monkeypatch.setenv("CNNLAB_DATA", "generated")
    else:
        write_all(request.getfixturevalue(place))
    many, few = fashion_mnist(12, 6), fashion_mnist(5, 2)
    for more, less in ((many.train, few.train), (many.test, few.test)):
        for whole, part in zip(more, less, strict=True):
            np.testing.assert_array_equal(whole[: len(part)], part)


def test_training_and_test_images_differ(monkeypatch):
    monkeypatch.setenv("CNNLAB_DATA", "generated")
    data = fashion_mnist(100, 100)
    seen = {image.tobytes() for image in data.x_train}
    assert not any(image.tobytes() in seen for image in data.x_test)


@pytest.mark.skipif(
    not REAL_DATA.is_dir(), reason="CNNLAB_DATA names no folder with fashion-mnist/"
)
def test_real_data(monkeypatch, capsys):
    monkeypatch.setenv("CNNLAB_DATA", str(REAL_DATA.parent))
    data = fashion_mnist()
    said = capsys.readouterr().out
    assert said == "Data: Fashion-MNIST, 60,000 training and 10,000 test images.\n"
    assert len(data.x_train) == 60_000
    assert len(data.x_test) == 10_000
    scaled = data.x_train.astype("float32") / 255
    assert scaled.mean() == pytest.approx(0.2860, abs=5e-5)
    assert scaled.std() == pytest.approx(0.3530, abs=5e-5)
    assert data.y_train[:10].tolist() == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]
    assert np.bincount(data.y_train).tolist() == [6_000] * 10
    assert np.bincount(data.y_test).tolist() == [1_000] * 10


@pytest.mark.skipif(
    not REAL_DATA.is_dir(), reason="CNNLAB_DATA names no folder with fashion-mnist/"
)
def test_checksums_are_those_of_the_real_files():
    for name, ndim in datasets.MNIST_FILES.items():
        datasets.read_idx(REAL_DATA / name, ndim, datasets.FASHION_MNIST_SHA256[name])


# --- sounds --------------------------------------------------------------------------


def test_worn_record(capsys):
    record = datasets.worn_record()
    assert capsys.readouterr().out == (
        "Data: a generated tune on a worn record, 3.5 s at 8,000 samples a second.\n"
    )
    assert record.samples.shape == record.tune.shape == (28_000,)
    assert (record.rate, record.source) == (8_000, "generated")
    pattern = np.correlate(record.samples, record.click, "valid")
    assert pattern[record.click_starts].min() > 0.4


def test_worn_records_share_nothing():
    """A notebook may write into its record."""
    one = datasets.worn_record(seed=5)
    one.samples[:] = one.tune[:] = one.click[:] = one.click_starts[:] = 0
    again = datasets.worn_record(seed=5)
    for array in (again.samples, again.tune, again.click, again.click_starts):
        assert array.any()


def test_music_clips(capsys):
    data = datasets.music_clips(n_train=6, n_test=3)
    assert capsys.readouterr().out == (
        "Data: 6 training and 3 test clips of generated music, "
        "2 s each at 4,000 samples a second.\n"
    )
    train = (data.x_train, data.y_train, data.tempo_train, data.onset_train)
    test = (data.x_test, data.y_test, data.tempo_test, data.onset_test)
    for split, n in ((train, 6), (test, 3)):
        assert [len(array) for array in split] == [n] * 4
        for array in split:
            array[:1] = 0  # may be written to
    assert data.x_train.shape == (6, 2 * data.rate)
    assert (data.class_names[0], data.source) == ("jazz", "clips")


def test_fewer_music_clips_are_the_first_ones():
    many, few = datasets.music_clips(7, 4), datasets.music_clips(4, 2)
    np.testing.assert_array_equal(many.x_train[:4], few.x_train)
    np.testing.assert_array_equal(many.tempo_test[:2], few.tempo_test)
