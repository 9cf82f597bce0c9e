"""What holds for every stand-in of a set of labelled images: garments and digits."""

import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pytest
from cnnlab.data import digits, garments

STAND_INS = {garments: "fashion-mnist", digits: "mnist"}  # and what they stand for
each = pytest.mark.parametrize(
    "data", STAND_INS, ids=lambda module: module.__name__.split(".")[-1]
)


def folder(data) -> Path:
    return Path(data.__file__).parent


def name(data) -> str:
    return Path(data.__file__).stem


def record(data) -> dict:
    return json.loads((folder(data) / f"{name(data)}.json").read_text())


@each
@pytest.mark.parametrize("n", [0, 1, 999, 1_000, 1_001])
def test_shapes_and_types(data, n):
    images, labels = data.generate(n, "test")
    assert images.shape == (n, 28, 28) and images.dtype == np.uint8
    assert labels.shape == (n,) and labels.dtype == np.uint8


@each
@pytest.mark.parametrize(
    ("n", "split"), [(10, "val"), (10, "Train"), (10, ""), (-1, "train")]
)
def test_other_splits_and_sizes_are_refused(data, n, split):
    with pytest.raises(ValueError, match="must"):
        data.generate(n, split)


@each
def test_fewer_images_are_the_first_ones(data):
    all_images, all_labels = data.generate(1_500, "train")
    for n in (1, 700, 1_300):
        images, labels = data.generate(n, "train")
        np.testing.assert_array_equal(images, all_images[:n])
        np.testing.assert_array_equal(labels, all_labels[:n])


@each
@pytest.mark.parametrize("split", ["train", "test"])
def test_images_are_those_that_were_measured(data, split):
    # A hash, though it asks for every bit: the generators take only rng.random,
    # rng.permutation and arithmetic that IEEE 754 rounds in one way, so processor and
    # compiler don't matter. It fails after a change of the images, whose difficulty
    # must then be measured anew, or of NumPy's random streams.
    images, labels = data.generate(1_000, split)
    digest = hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()
    assert digest == record(data)["sha256"][split], f"run {record(data)['command']}"


@each
def test_no_image_occurs_twice(data):
    both = [
        data.generate(n, split)[0] for n, split in ((5_000, "train"), (2_000, "test"))
    ]
    everything = [image.tobytes() for images in both for image in images]
    assert len(set(everything)) == len(everything) == 7_000


@each
def test_datasheet_quotes_the_record(data):
    sheet = (folder(data) / "README.md").read_text()
    sheet = sheet.partition(f"## {name(data).capitalize()}")[2].partition("\n## ")[0]
    pair = (name(data), STAND_INS[data])
    for model, key in (("linear model", "linear"), ("MLP", "mlp"), ("CNN", "cnn")):
        quoted = re.search(rf"^\| {model}\b.*\| (.+) % \| (.+) % \|$", sheet, re.M)
        assert quoted, f"no row for {model}"
        both = [record(data)["accuracy"][of][key] for of in pair]
        assert list(quoted.groups()) == [f"{100 * a:.1f}" for a in both]
    for key, text in (("mean", "mean"), ("std", "standard deviation")):
        ours, real = (record(data)[key][of] for of in pair)
        assert f"{text} {ours} (real: {real})" in sheet
    assert record(data)["command"] in sheet
