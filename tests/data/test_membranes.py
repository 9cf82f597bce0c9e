"""The drawn slices: what they are, that they stay so, that no shortcut solves them."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from cnnlab.data import membranes
from scipy import ndimage

from tests.measure.membranes import fingerprint

DATA = Path(membranes.__file__).parent
RECORD = json.loads((DATA / "membranes.json").read_text())
SLICES = range(100, 104)


@pytest.fixture(scope="module")
def slices():
    """Four slices and masks: images as floats, True inside of cells."""
    images, labels = map(np.stack, zip(*map(membranes.draw, SLICES), strict=True))
    return images.astype(float), labels == membranes.INSIDE


@pytest.mark.parametrize("size", [64, 101, 512])
def test_shapes_types_and_labels(size):
    image, label = membranes.draw(3, size)
    assert image.shape == label.shape == (size, size)
    assert image.dtype == label.dtype == np.uint8
    assert set(np.unique(label)) == {0, 255}
    assert image.min() < 60 and image.max() > 180


@pytest.mark.parametrize(("seed", "size"), [(-1, 512), (0, 63)])
def test_other_seeds_and_sizes_are_refused(seed, size):
    with pytest.raises(ValueError, match="must"):
        membranes.draw(seed, size)


def test_the_same_seed_draws_the_same_slice():
    for one, again in zip(membranes.draw(7), membranes.draw(7), strict=True):
        np.testing.assert_array_equal(one, again)


def test_slices_are_those_that_were_measured():
    # A change of the generator asks for new measurements.
    assert fingerprint() == RECORD["sha256"], f"run {RECORD['command']}"


def test_each_seed_draws_another_slice(slices):
    images, inside = slices
    for i in range(1, len(SLICES)):
        assert abs(np.corrcoef(images[0].ravel(), images[i].ravel())[0, 1]) < 0.1
        assert abs(np.corrcoef(inside[0].ravel(), inside[i].ravel())[0, 1]) < 0.1


def test_as_much_membrane_as_in_the_real_slices(slices):
    share = slices[1].mean(axis=(1, 2))
    assert share.min() > 0.70 and share.max() < 0.85
    assert share.mean() == pytest.approx(0.78, abs=0.03)


def test_cells_of_all_sizes(slices):
    """On average a hundred cells, from less than 300 to more than 8,000 pixels."""
    sizes = [np.bincount(ndimage.label(one)[0].ravel())[1:] for one in slices[1]]
    sizes = [cells[cells > 20] for cells in sizes]
    assert 60 < np.mean([len(cells) for cells in sizes]) < 180
    for cells in sizes:
        assert np.percentile(cells, 15) < 500 and cells.max() > 8_000


def test_membranes_are_lines_of_varying_width(slices):
    depth = [ndimage.distance_transform_edt(~one) for one in slices[1]]
    ridges = np.concatenate(
        [d[(d == ndimage.maximum_filter(d, 5)) & (d > 0)] for d in depth]
    )
    assert 2 < np.median(ridges) < 4
    assert np.percentile(ridges, 95) > 2 * np.percentile(ridges, 20)


def test_membranes_are_darker_and_overlap_with_cells(slices):
    images, inside = slices
    assert images[inside].mean() - images[~inside].mean() > 30
    dark_insides = np.mean(images[inside] < images[~inside].mean())
    assert 0.05 < dark_insides < 0.2, "distractors"


def test_grain_is_that_of_a_blurred_picture(slices):
    images, _ = slices
    fine = images - ndimage.gaussian_filter(images, (0, 4, 4))
    assert fine.std() == pytest.approx(30, abs=6)
    neighbours = np.mean(fine[:, :, 1:] * fine[:, :, :-1]) / fine.var()
    assert neighbours == pytest.approx(0.6, abs=0.12)


# --- how hard they are ---------------------------------------------------------------


def test_no_threshold_finds_the_membranes(slices):
    """Not even the best one, after the best smoothing, chosen on the answers."""
    images, inside = slices
    best = 0
    for sigma in (0, 1, 1.5, 2, 3):
        smooth = ndimage.gaussian_filter(images, (0, sigma, sigma))
        for grey in range(60, 150, 5):
            dark = smooth < grey
            best = max(best, np.sum(dark & ~inside) / np.sum(dark | ~inside))
    assert best < 0.55
    assert best < RECORD["measured"]["membranes"]["U-Net"]["iou_membrane"] - 0.1


@pytest.mark.parametrize("source", ["membranes", "isbi2012"])
def test_a_trained_network_beats_every_shortcut(source):
    of = RECORD["measured"][source]
    for shortcut in ("everything inside", "threshold", "smoothed threshold"):
        for score in ("accuracy", "iou_inside", "iou_membrane"):
            assert of["U-Net"][score] > of[shortcut][score] + 0.02, (shortcut, score)
    assert of["everything inside"]["iou_membrane"] == 0
    # A threshold is a poor bargain: what it gains for membranes, the cells pay for.
    assert of["threshold"]["accuracy"] < of["everything inside"]["accuracy"] + 0.03


def test_as_hard_as_the_real_slices():
    drawn, real = (RECORD["measured"][of] for of in ("membranes", "isbi2012"))
    for model in ("threshold", "smoothed threshold", "U-Net"):
        for score, value in drawn[model].items():
            assert value == pytest.approx(real[model][score], abs=0.12), (model, score)


def test_datasheet_quotes_the_record():
    sheet = (DATA / "README.md").read_text().partition("## Membranes")[2]
    sheet = sheet.partition("\n## ")[0]
    both = [RECORD["measured"][of] for of in ("membranes", "isbi2012")]
    for row in ("everything inside", "threshold", "smoothed threshold", "U-Net"):
        quoted = re.search(rf"^\| {row} (.+)\|$", sheet, re.M | re.I)
        assert quoted, f"no row for {row}"
        cells = [cell.strip() for cell in quoted[1].split("|")][-3:]
        for cell, score in zip(
            cells, ("accuracy", "iou_inside", "iou_membrane"), strict=True
        ):
            assert cell == " / ".join(f"{of[row][score]:.3f}" for of in both), row
    for key, name in (("mean", "mean"), ("std", "standard deviation")):
        assert f"{name} {both[0][key]} (real: {both[1][key]})" in sheet
    assert RECORD["command"] in sheet
