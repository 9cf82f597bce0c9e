"""The data of the course, each from the first place that has it.

1. `$CNNLAB_DATA/<name>/`, where a classroom keeps a copy;
2. the usual download, kept in the Keras cache (`~/.keras/datasets`);
3. a stand-in that `cnnlab.data` generates, of the same shapes and types.

`CNNLAB_DATA=generated` asks for the stand-ins. Each loader prints one line that says
which data it used, and the `source` of what it returns says the same.
"""

import hashlib
import json
import os
import shutil
import socket
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import ModuleType

import numpy as np

from cnnlab.data import clips, digits, garments, sounds, waldo
from cnnlab.data import membranes as drawn_membranes
from cnnlab.idx import DamagedFileError, read_idx, write_idx

__all__ = [
    "ClipData",
    "DamagedFileError",
    "ImageData",
    "Record",
    "SliceData",
    "deck_run",
    "fashion_mnist",
    "membranes",
    "mnist",
    "music_clips",
    "resnet_run",
    "waldo_scene",
    "worn_record",
]

GENERATED = "generated"  # the value of CNNLAB_DATA that asks for the stand-ins
DOWNLOAD_TIMEOUT = 10  # seconds without an answer before the download is given up


@dataclass(frozen=True)
class ImageData:
    """Images with one label each, split into a training and a test set."""

    x_train: np.ndarray  # (n, height, width), uint8
    y_train: np.ndarray  # (n,), uint8
    x_test: np.ndarray
    y_test: np.ndarray
    class_names: tuple[str, ...]
    source: str  # "fashion-mnist", or the name of the stand-in

    @property
    def train(self) -> tuple[np.ndarray, np.ndarray]:
        return self.x_train, self.y_train

    @property
    def test(self) -> tuple[np.ndarray, np.ndarray]:
        return self.x_test, self.y_test

    def head(self, n_train: int, n_test: int) -> "ImageData":
        """The first `n_train` and `n_test` images of each set."""
        return ImageData(
            *(self.x_train[:n_train], self.y_train[:n_train]),
            *(self.x_test[:n_test], self.y_test[:n_test]),
            *(self.class_names, self.source),
        )


def fashion_mnist(n_train: int = 60_000, n_test: int = 10_000) -> ImageData:
    """Return Fashion-MNIST, or garments that look and behave like it.

    Images are uint8 of shape (n, 28, 28), labels uint8 of shape (n,) in 0..9. Fewer
    images are the first ones of the full set. Raises `ValueError` for a size out of
    range and `DamagedFileError` for a file that is there but not whole.

    Source: Xiao, Rasul and Vollgraf, "Fashion-MNIST: a novel image dataset for
    benchmarking machine learning algorithms", 2017.
    """
    download = _download_fashion_mnist
    return _mnist_or_like(
        "Fashion-MNIST", "fashion-mnist", download, garments, n_train, n_test
    )


def mnist(n_train: int = 60_000, n_test: int = 10_000) -> ImageData:
    """Return MNIST, or other handwritten digits of the same shapes and types.

    Images are uint8 of shape (n, 28, 28), labels uint8 of shape (n,) in 0..9. Fewer
    images are the first ones of the full set. Raises `ValueError` for a size out of
    range and `DamagedFileError` for a file that is there but not whole.

    Source: LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to
    document recognition", 1998.
    """
    return _mnist_or_like("MNIST", "mnist", _download_mnist, digits, n_train, n_test)


def _say(what: str) -> None:
    print(f"Data: {what}")


def _sizes(n_train: int, n_test: int) -> str:
    return f"{n_train:,} training and {n_test:,} test images"


# --- finding the files ---------------------------------------------------------------


def _find_folder(
    name: str, download: Callable[[Path], None]
) -> tuple[Path | None, str]:
    """Return the folder that holds data set `name`, or None and the reason."""
    place = os.environ.get("CNNLAB_DATA")
    if place == GENERATED:
        return None, f"CNNLAB_DATA={GENERATED}"
    if place:
        if not Path(place).is_dir():
            raise FileNotFoundError(
                f"CNNLAB_DATA is set to {place!r}, which is not a folder. Correct it, "
                "or unset it to download the data or use a stand-in."
            )
        folder = Path(place) / name
        if folder.is_dir():
            return folder, ""
    folder = _cache() / name
    if folder.is_dir():
        return folder, ""
    try:
        _download_whole(download, folder)
    except DamagedFileError:
        return None, "no copy here, and what was downloaded is damaged"
    except Exception as error:  # whatever goes wrong, the course goes on without it
        return None, f"no copy here, and the download failed: {_reason(error)}"
    return folder, ""


def _cache() -> Path:
    """The folder into which Keras downloads data sets."""
    return Path(os.environ.get("KERAS_HOME", Path.home() / ".keras")) / "datasets"


def _download_whole(download: Callable[[Path], None], folder: Path) -> None:
    """Fill `folder` by `download`, all of it or nothing."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        with _timeout(DOWNLOAD_TIMEOUT):
            download(unfinished)
        unfinished.chmod(0o755)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


@contextmanager
def _timeout(seconds: float):
    """Give up on a server that doesn't answer."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _reason(error: Exception) -> str:
    """The first line of what an error says, less the address that Keras begins with."""
    line = (str(error).strip() or repr(error)).splitlines()[0]
    return line.rpartition(" -- ")[2][:120]


# --- MNIST and its likes -------------------------------------------------------------

MNIST_FILES = {
    "train-images-idx3-ubyte.gz": 3,
    "train-labels-idx1-ubyte.gz": 1,
    "t10k-images-idx3-ubyte.gz": 3,
    "t10k-labels-idx1-ubyte.gz": 1,
}
KERAS_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
FASHION_MNIST_SHA256 = {  # of the uncompressed files
    "train-images-idx3-ubyte.gz": (
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"
    ),
    "train-labels-idx1-ubyte.gz": (
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"
    ),
    "t10k-images-idx3-ubyte.gz": (
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"
    ),
    "t10k-labels-idx1-ubyte.gz": (
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
    ),
}


MNIST_SHA256 = {
    "train-images-idx3-ubyte.gz": (
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
    ),
    "train-labels-idx1-ubyte.gz": (
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
    ),
    "t10k-images-idx3-ubyte.gz": (
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
    ),
    "t10k-labels-idx1-ubyte.gz": (
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
    ),
}


def _mnist_or_like(
    title: str,
    name: str,
    download: Callable[[Path], None],
    stand_in: ModuleType,
    n_train: int,
    n_test: int,
) -> ImageData:
    """Return the data set `name`, or as many images of its stand-in."""
    if not (1 <= n_train <= 60_000 and 1 <= n_test <= 10_000):
        raise ValueError(
            f"{title} has 1 to 60,000 training and 1 to 10,000 test images, "
            f"but n_train = {n_train} and n_test = {n_test} were asked for."
        )
    folder, why_not = _find_folder(name, download)
    if folder:
        data = _read_mnist_like(folder, name, stand_in.CLASS_NAMES)
        if len(data.x_train) < n_train or len(data.x_test) < n_test:
            raise DamagedFileError(
                f"{folder} has only {_sizes(len(data.x_train), len(data.x_test))}. "
                "Delete the folder and copy or download its files again, or ask for "
                "fewer images."
            )
        _say(f"{title}, {_sizes(n_train, n_test)}.")
        return data.head(n_train, n_test)
    source = stand_in.__name__.rpartition(".")[2]
    _say(
        f"generated {source}, a stand-in for {title} ({why_not}), "
        f"{_sizes(n_train, n_test)}."
    )
    return ImageData(
        *stand_in.generate(n_train, split="train"),
        *stand_in.generate(n_test, split="test"),
        stand_in.CLASS_NAMES,
        source,
    )


def _download_fashion_mnist(folder: Path) -> None:
    from keras.utils import get_file  # 6 s of imports that only a download needs

    for name, ndim in MNIST_FILES.items():
        get_file(name, KERAS_URL + name, cache_dir=folder, cache_subdir="")
        read_idx(folder / name, ndim, FASHION_MNIST_SHA256[name])


def _download_mnist(folder: Path) -> None:
    """Fill `folder` with MNIST's four files from the one that Keras downloads.

    Where `keras.datasets.mnist.load_data()` was called before, that one is there.
    """
    try:
        _unpack_mnist(_cache() / "mnist.npz", folder)
    except (FileNotFoundError, DamagedFileError):
        from keras.utils import get_file  # as above

        name = "mnist.npz"
        get_file(name, KERAS_URL + name, cache_dir=folder, cache_subdir="")
        _unpack_mnist(folder / name, folder)
        (folder / name).unlink()


def _unpack_mnist(archive: Path, folder: Path) -> None:
    """Write Keras' archive of MNIST as the four files, and check what they hold."""
    keys = ("x_train", "y_train", "x_test", "y_test")
    try:
        with np.load(archive) as arrays:
            for name, key in zip(MNIST_FILES, keys, strict=True):
                write_idx(folder / name, arrays[key])
    except (EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise DamagedFileError(f"{archive} is not Keras' copy of MNIST.") from error
    for name, ndim in MNIST_FILES.items():
        read_idx(folder / name, ndim, MNIST_SHA256[name])


def _read_mnist_like(
    folder: Path, source: str, class_names: tuple[str, ...]
) -> ImageData:
    arrays = [read_idx(folder / name, ndim) for name, ndim in MNIST_FILES.items()]
    for images, labels in (arrays[:2], arrays[2:]):
        if images.shape[1:] != (28, 28):
            raise DamagedFileError(
                f"{folder} has images of shape {images.shape[1:]}, not (28, 28). "
                "Delete the folder and copy or download its files again."
            )
        if len(images) != len(labels):
            raise DamagedFileError(
                f"{folder} has {len(images)} images but {len(labels)} labels. "
                "Delete the folder and copy or download its files again."
            )
    return ImageData(*arrays, class_names, source)


# --- membranes -----------------------------------------------------------------------

SLICES = 30
N_TRAIN_SLICES = 24  # the first; the other six are for the test
ISBI_URL = "https://downloads.imagej.net/"
ISBI_ARCHIVE = "ISBI-2012-challenge.zip"
ISBI_SHA256 = {  # of the bytes of the thirty slices, one after the other
    "image": "200da3d452d726e6c9ca1ce04b869d4edb727320d23b516d01cce707dc8c4760",
    "label": "a7cb64000a1a7e542682927e19c91339f58f9f178e0bcce4e207371116f0ca36",
}


@dataclass(frozen=True)
class SliceData:
    """Slices with a label for each pixel, split into a training and a test set."""

    x_train: np.ndarray  # (n, 512, 512), uint8
    y_train: np.ndarray  # (n, 512, 512), uint8: 255 inside of a cell, 0 membrane
    x_test: np.ndarray
    y_test: np.ndarray
    source: str  # "isbi2012", or "membranes", the stand-in

    @property
    def train(self) -> tuple[np.ndarray, np.ndarray]:
        return self.x_train, self.y_train

    @property
    def test(self) -> tuple[np.ndarray, np.ndarray]:
        return self.x_test, self.y_test


def membranes(n_train: int = 24, n_test: int = 6) -> SliceData:
    """Return the slices of the ISBI 2012 challenge, or drawn ones that resemble them.

    Of the 30 labelled slices the first 24 are for training, the last 6 for the test;
    fewer are the first ones of each. Images and labels are uint8 of shape
    (n, 512, 512). Raises `ValueError` for a size out of range and `DamagedFileError`
    for a file that is there but not whole.

    Source: Arganda-Carreras et al., "Crowdsourcing the creation of image segmentation
    algorithms for connectomics", 2015, with data of Cardona et al., "An integrated
    micro- and macroarchitectural analysis of the Drosophila brain by computer-assisted
    serial section electron microscopy", 2010.
    """
    most_test = SLICES - N_TRAIN_SLICES
    if not (1 <= n_train <= N_TRAIN_SLICES and 1 <= n_test <= most_test):
        raise ValueError(
            f"There are 1 to {N_TRAIN_SLICES} training and 1 to {most_test} test "
            f"slices, but n_train = {n_train} and n_test = {n_test} were asked for."
        )
    numbers = [*range(n_train), *range(N_TRAIN_SLICES, N_TRAIN_SLICES + n_test)]
    sizes = f"{n_train} training and {n_test} test slices"
    folder, why_not = _find_folder("isbi2012", _download_isbi2012)
    if folder:
        source = "isbi2012"
        x, y = (
            np.stack([_read_slice(folder / kind / f"{i}.png") for i in numbers])
            for kind in ISBI_SHA256
        )
        _say(f"ISBI 2012 electron microscopy, {sizes}.")
    else:
        source = "membranes"
        x, y = map(np.stack, zip(*map(drawn_membranes.draw, numbers), strict=True))
        _say(
            "generated membranes, a stand-in for ISBI 2012 electron microscopy "
            f"({why_not}), {sizes}."
        )
    return SliceData(*(x[:n_train], y[:n_train], x[n_train:], y[n_train:]), source)


def _download_isbi2012(folder: Path) -> None:
    """Fill `folder` with a PNG file for each slice, from the challenge's archive."""
    from keras.utils import get_file  # 6 s of imports that only a download needs
    from PIL import Image, ImageSequence

    get_file(ISBI_ARCHIVE, ISBI_URL + ISBI_ARCHIVE, cache_dir=folder, cache_subdir="")
    stacks = {"image": "train-volume.tif", "label": "train-labels.tif"}
    try:
        with zipfile.ZipFile(folder / ISBI_ARCHIVE) as archive:
            for kind, name in stacks.items():
                (path,) = (p for p in archive.namelist() if Path(p).name == name)
                with archive.open(path) as file, Image.open(file) as stack:
                    slices = [np.array(page) for page in ImageSequence.Iterator(stack)]
                if _sha256(slices) != ISBI_SHA256[kind]:
                    raise DamagedFileError(f"{name} has other slices.")
                (folder / kind).mkdir()
                for i, page in enumerate(slices):
                    Image.fromarray(page).save(folder / kind / f"{i}.png")
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise DamagedFileError(f"{ISBI_ARCHIVE} is not what it was.") from error
    (folder / ISBI_ARCHIVE).unlink()


def _sha256(slices) -> str:
    return hashlib.sha256(b"".join(page.tobytes() for page in slices)).hexdigest()


def _read_slice(path: Path) -> np.ndarray:
    """Read a grey picture of 512 x 512 pixels."""
    from PIL import Image  # what other data don't need

    again = "Delete it and copy or download it again."
    try:
        with Image.open(path) as image:
            pixels = np.array(image)
    except (OSError, SyntaxError) as error:
        raise DamagedFileError(f"{path} is missing or damaged. {again}") from error
    if pixels.shape != (512, 512) or pixels.dtype != np.uint8:
        raise DamagedFileError(
            f"{path} holds {pixels.dtype} of shape {pixels.shape}, not uint8 of shape "
            f"(512, 512). {again}"
        )
    return pixels


# --- sounds --------------------------------------------------------------------------


@dataclass(frozen=True)
class Record:
    """A tune as a worn record plays it, with hiss and clicks, and what was recorded."""

    samples: np.ndarray  # (n,), float64, within -1..1
    tune: np.ndarray  # (n,), the music alone
    click: np.ndarray  # (9,), the shape of every click
    click_starts: np.ndarray  # where in samples each click begins, rising
    rate: int  # samples a second
    source: str


def worn_record(seed: int = 0) -> Record:
    """Return 3.5 s of a generated tune at 8 kHz with twelve clicks and some hiss.

    Another seed is another record of the same tune. There is no real recording that
    this stands in for.
    """
    samples, starts = sounds.worn_record(seed)
    seconds = len(samples) / sounds.RATE
    _say(
        f"a generated tune on a worn record, {seconds} s at {sounds.RATE:,} samples "
        "a second."
    )
    return Record(
        *(samples, sounds.tune(), sounds.CLICK.copy(), starts, sounds.RATE),
        source="generated",
    )


# --- drawings ------------------------------------------------------------------------


def waldo_scene(seed: int, shape: tuple[int, int] = (400, 600)) -> waldo.Scene:
    """Return a crowded beach with one Waldo, in colour, another for each seed.

    `image`: uint8 (*shape, 3); `template`: Waldo, uint8 (29, 17, 3), the same whatever
    the seed; `position`: row and column in the image of the template's middle pixel,
    `template[14, 8]`. Drawn on the spot and on every computer the same, so nothing is
    said about where it comes from. Raises `ValueError` for a negative seed or less than
    80 x 80 pixels.
    """
    return waldo.draw(seed, shape)


@dataclass(frozen=True)
class ClipData:
    """Clips of music, what is known of each, split into a training and a test set."""

    x_train: np.ndarray  # (n, samples), int16
    y_train: np.ndarray  # (n,), uint8, the style, an index into class_names
    tempo_train: np.ndarray  # (n,), float32, beats a minute
    onset_train: np.ndarray  # (n,), int64, the sample with which the music begins
    x_test: np.ndarray
    y_test: np.ndarray
    tempo_test: np.ndarray
    onset_test: np.ndarray
    class_names: tuple[str, ...]
    rate: int  # samples a second
    source: str


def music_clips(n_train: int = 1_000, n_test: int = 500) -> ClipData:
    """Return generated clips of jazz, rock and hip-hop, 2 s each at 4 kHz.

    1.4 s of music begin at a random moment; the rest is quiet. Fewer clips are the
    first ones of more. There are no real recordings that they stand in for. Raises
    `ValueError` for a negative size.
    """
    data = ClipData(
        *clips.generate(n_train, split="train"),
        *clips.generate(n_test, split="test"),
        *(clips.CLASS_NAMES, clips.RATE),
        source="clips",
    )
    _say(
        f"{n_train:,} training and {n_test:,} test clips of generated music, "
        f"{clips.SAMPLES / clips.RATE:g} s each at {clips.RATE:,} samples a second."
    )
    return data


# --- records -------------------------------------------------------------------------


def deck_run() -> dict:
    """Return the recorded training of the deck's network on the real Fashion-MNIST.

    One number an epoch, 25 of them: "loss", "accuracy", "val_loss", "val_accuracy",
    the last two on the test images, and "seconds" of training since the start. Other
    programs slowed some epochs down, so each counts as long as the fastest took.
    """
    record = _recorded("deck_run")
    fastest = min(record["epoch_seconds"])
    record["seconds"] = [fastest * epoch for epoch in range(1, 26)]
    return record


def resnet_run() -> dict:
    """Return the recorded training of a residual network on the real Fashion-MNIST.

    One number an epoch: "accuracy" on the changed training images, while it learned,
    and "test_accuracy". One number in all: "test_accuracy_of_votes" over ten views of
    each test image, by the network of the last epoch; "parameters", averages of batch
    normalisation among them; "cpu_seconds" of the training.
    """
    return _recorded("resnet_run")


def _recorded(name: str) -> dict:
    return json.loads(
        resources.files("cnnlab.data").joinpath(f"{name}.json").read_text()
    )
