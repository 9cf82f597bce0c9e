"""Slices of tissue: from a folder, from the challenge's archive or as a stand-in."""

import io
import os
import socket
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnlab import datasets
from cnnlab.datasets import DamagedFileError, membranes

REAL_DATA = Path(os.environ.get("CNNLAB_DATA", "")) / "isbi2012"
SMALL = {"n_train": 2, "n_test": 1}


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


@pytest.fixture(scope="module")
def made():
    """Thirty slices and their labels, as the challenge has them, quickly drawn."""
    rng = np.random.default_rng(11)
    coarse = rng.integers(0, 256, (30, 8, 8), dtype=np.uint8)
    images = coarse.repeat(64, axis=1).repeat(64, axis=2)
    return {"image": images, "label": np.where(images > 50, 255, 0).astype(np.uint8)}


def write_all(folder: Path, made: dict[str, np.ndarray]) -> Path:
    for kind, slices in made.items():
        (folder / kind).mkdir(parents=True)
        for i, one in enumerate(slices):
            Image.fromarray(one).save(folder / kind / f"{i}.png")
    return folder


@pytest.fixture
def classroom(tmp_path, monkeypatch, made):
    monkeypatch.setenv("CNNLAB_DATA", str(tmp_path))
    return write_all(tmp_path / "isbi2012", made)


@pytest.fixture
def server(monkeypatch, made):
    """A download of the challenge's archive; the list says how often it was asked for.

    A test may change what is served.
    """
    served, asked = dict(made), []
    sums = {kind: datasets._sha256(slices) for kind, slices in made.items()}
    monkeypatch.setattr(datasets, "ISBI_SHA256", sums)

    def get_file(fname, origin, cache_dir, cache_subdir):
        assert origin == datasets.ISBI_URL + fname
        asked.append(fname)
        with zipfile.ZipFile(Path(cache_dir) / cache_subdir / fname, "w") as archive:
            for kind, name in (("image", "volume"), ("label", "labels")):
                first, *others = map(Image.fromarray, served[kind])
                file = io.BytesIO()
                first.save(file, "tiff", save_all=True, append_images=others)
                archive.writestr(f"challenge/train-{name}.tif", file.getvalue())
            archive.writestr("challenge/test-volume.tif", b"not looked at")

    monkeypatch.setattr("keras.utils.get_file", get_file)
    return served, asked


def left(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def test_generated_on_request(classroom, monkeypatch, capsys):
    monkeypatch.setenv("CNNLAB_DATA", "generated")
    data = membranes(**SMALL)
    assert data.source == "membranes"
    assert capsys.readouterr().out == (
        "Data: generated membranes, a stand-in for ISBI 2012 electron microscopy "
        "(CNNLAB_DATA=generated), 2 training and 1 test slices.\n"
    )


def test_classroom(classroom, made, capsys):
    data = membranes()
    assert data.source == "isbi2012"
    np.testing.assert_array_equal(data.x_train, made["image"][:24])
    np.testing.assert_array_equal(data.y_train, made["label"][:24])
    np.testing.assert_array_equal(data.x_test, made["image"][24:])
    np.testing.assert_array_equal(data.y_test, made["label"][24:])
    assert capsys.readouterr().out == (
        "Data: ISBI 2012 electron microscopy, 24 training and 6 test slices.\n"
    )


@pytest.mark.parametrize("place", ["generated", "classroom"])
def test_same_shapes_and_types_either_way(place, request, monkeypatch):
    if place == "generated":
        monkeypatch.setenv("CNNLAB_DATA", "generated")
    else:
        request.getfixturevalue(place)
    data = membranes(**SMALL)
    for (x, y), n in ((data.train, 2), (data.test, 1)):
        assert x.shape == y.shape == (n, 512, 512)
        assert x.dtype == y.dtype == np.uint8
        assert set(np.unique(y)) == {0, 255}
        x[:] = y[:] = 0  # may be written to


@pytest.mark.parametrize("place", ["generated", "classroom"])
def test_fewer_are_the_first_ones(place, request, monkeypatch):
    if place == "generated":
        monkeypatch.setenv("CNNLAB_DATA", "generated")
    else:
        request.getfixturevalue(place)
    many, few = membranes(3, 2), membranes(1, 1)
    np.testing.assert_array_equal(many.x_train[:1], few.x_train)
    np.testing.assert_array_equal(many.y_train[:1], few.y_train)
    np.testing.assert_array_equal(many.x_test[:1], few.x_test)
    np.testing.assert_array_equal(many.y_test[:1], few.y_test)


def test_training_and_test_slices_differ(monkeypatch):
    monkeypatch.setenv("CNNLAB_DATA", "generated")
    data = membranes()
    slices = [s.tobytes() for s in (*data.x_train, *data.x_test)]
    assert len(set(slices)) == len(slices) == 30


@pytest.mark.parametrize(
    "asked", [{"n_train": 25}, {"n_train": 0}, {"n_test": 7}, {"n_test": -1}]
)
def test_size_out_of_range(asked):
    with pytest.raises(ValueError, match="24 training and 1 to 6 test"):
        membranes(**asked)


def test_download_fills_the_cache(server, made, keras_home):
    assert membranes(**SMALL).source == "isbi2012"
    data = membranes()
    np.testing.assert_array_equal(data.x_test, made["image"][24:])
    np.testing.assert_array_equal(data.y_train, made["label"][:24])
    assert server[1] == ["ISBI-2012-challenge.zip"]  # once
    files = [name for name in left(keras_home) if "." in name]
    assert len(files) == 60 and all(name.endswith(".png") for name in files)


@pytest.mark.parametrize("kind", ["image", "label"])
@pytest.mark.parametrize("spoil", [lambda s: s[:29], lambda s: 255 - s])
def test_other_slices_are_refused(server, keras_home, kind, spoil, capsys):
    server[0][kind] = spoil(server[0][kind])
    assert membranes(**SMALL).source == "membranes"
    assert "what was downloaded is damaged" in capsys.readouterr().out
    assert left(keras_home) == []


@pytest.mark.parametrize("content", [b"", b"a page that says sorry"])
def test_no_archive_is_refused(monkeypatch, keras_home, content, capsys):
    def get_file(fname, origin, cache_dir, cache_subdir):
        (Path(cache_dir) / cache_subdir / fname).write_bytes(content)

    monkeypatch.setattr("keras.utils.get_file", get_file)
    assert membranes(**SMALL).source == "membranes"
    assert "what was downloaded is damaged" in capsys.readouterr().out
    assert left(keras_home) == []


def test_offline(keras_home, capsys):
    """Keras's own get_file, without a network."""
    assert membranes(**SMALL).source == "membranes"
    said = capsys.readouterr().out.splitlines()[-1]
    assert "generated membranes, a stand-in for ISBI 2012" in said
    assert "Temporary failure in name resolution" in said
    assert "http" not in said
    assert left(keras_home) == []


def spoilt(how: str, path: Path) -> None:
    if how == "missing":
        path.unlink()
    elif how == "cut":
        path.write_bytes(path.read_bytes()[:200])
    elif how == "text":
        path.write_text("no picture")
    elif how == "small":
        Image.fromarray(np.zeros((64, 64), np.uint8)).save(path)
    else:
        Image.fromarray(np.zeros((512, 512, 3), np.uint8)).save(path)


@pytest.mark.parametrize("how", ["missing", "cut", "text", "small", "coloured"])
def test_bad_file_is_named(classroom, how):
    path = classroom / "label" / "24.png"
    spoilt(how, path)
    with pytest.raises(DamagedFileError, match="Delete it and copy") as caught:
        membranes(**SMALL)
    assert str(path) in str(caught.value)


@pytest.mark.skipif(
    not REAL_DATA.is_dir(), reason="CNNLAB_DATA names no folder with isbi2012/"
)
def test_real_data(monkeypatch):
    monkeypatch.setenv("CNNLAB_DATA", str(REAL_DATA.parent))
    data = membranes()
    assert data.source == "isbi2012"
    for kind, parts in (
        ("image", (data.x_train, data.x_test)),
        ("label", (data.y_train, data.y_test)),
    ):
        assert datasets._sha256(np.concatenate(parts)) == datasets.ISBI_SHA256[kind]
    assert np.mean(data.y_train[0] == 255) == pytest.approx(0.78, abs=0.005)
    inside = np.concatenate([data.y_train, data.y_test]) == 255
    assert inside.mean() == pytest.approx(0.78, abs=0.005)
