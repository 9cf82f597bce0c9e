"""The drawn crowd: what comes, that it stays so, and that Waldo can be found in it."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from cnnlab.data import waldo

from cnnlab import datasets
from tests.measure.waldo import SEEDS, digest, gray, measure, raw

DATA = Path(waldo.__file__).parent
RECORD = json.loads((DATA / "waldo.json").read_text())
SMALL = (100, 150)
H, W = (n // 2 for n in waldo.TEMPLATE_SHAPE)


def around(image, position):
    """The part of an image that lies under the template."""
    row, column = position
    return image[row - H : row + H + 1, column - W : column + W + 1]


@pytest.mark.parametrize("shape", [(80, 80), (97, 131), (400, 600)])
def test_shapes_and_types(shape):
    scene = datasets.waldo_scene(1, shape)
    assert scene.image.shape == (*shape, 3)
    assert scene.template.shape == (*waldo.TEMPLATE_SHAPE, 3)
    assert scene.image.dtype == scene.template.dtype == np.uint8
    assert all(type(place) is int for place in scene.position)


@pytest.mark.parametrize(
    ("seed", "shape", "told"),
    [(-1, SMALL, "-1"), (0, (79, 80), "79 x 80"), (0, (80, 79), "80 x 79")],
)
def test_other_seeds_and_shapes_are_refused(seed, shape, told):
    with pytest.raises(ValueError, match=told):
        datasets.waldo_scene(seed, shape)


def test_bytes_are_the_same_everywhere():
    # A hash of every bit, on purpose: see the end of waldo.py's docstring. After a
    # change of the drawing, measure again and replace it.
    assert digest() == RECORD["sha256"], f"run {RECORD['command']}"


def test_one_seed_one_scene():
    one, same, other = (datasets.waldo_scene(seed, SMALL) for seed in (5, 5, 6))
    np.testing.assert_array_equal(one.image, same.image)
    assert one.position == same.position
    assert (one.image != other.image).mean() > 0.5
    assert one.position != other.position
    np.testing.assert_array_equal(one.template, other.template)
    one.template[:] = 0  # may be written to
    assert same.template.any() and waldo.template().any()


@pytest.mark.parametrize("seed", range(8))
def test_waldo_is_whole_and_nothing_hides_him(seed):
    scene = datasets.waldo_scene(seed, (200, 300))
    under = around(scene.image, scene.position).astype(float)
    assert under.shape == scene.template.shape
    # The middle is the template's, up to the light, which changes slowly over him.
    inner = np.s_[10:27, 5:12]
    ratio = under[inner] / scene.template[inner]
    assert ratio.std(axis=(0, 1)).max() < 0.08
    assert 0.5 < ratio.mean() < 1.2


def test_he_may_be_anywhere():
    places = np.array([datasets.waldo_scene(s, SMALL).position for s in range(60)])
    assert (places.min(axis=0) < (30, 30)).all()
    assert (places.max(axis=0) > (70, 120)).all()


def test_scenes_are_varied_and_bright():
    image = datasets.waldo_scene(3).image
    assert 100 < image.mean() < 190
    assert image.std() > 50
    assert len(np.unique(image.reshape(-1, 3), axis=0)) > 10_000


def test_others_share_some_of_his_things_but_not_all():
    dice = waldo.Dice(np.random.default_rng(0))
    crowd = [waldo._person(dice) for _ in range(3_000)]
    he = waldo.WALDO

    def things(one):
        return (
            (one.pattern, one.top, one.second) == (he.pattern, he.top, he.second),
            (one.headgear, one.hat) == (he.headgear, he.hat),
            one.glasses == he.glasses,
            (one.below, one.bottom) == (he.below, he.bottom),
        )

    shared = np.array([things(one) for one in crowd])
    assert (shared.sum(axis=1) < 4).all()
    assert (shared.sum(axis=1) == 3).mean() > 0.03  # these make it hard
    assert (shared.mean(axis=0) > 0.05).all()
    assert (shared.sum(axis=1) == 0).mean() > 0.4


def test_normalised_correlation_finds_him_and_raw_does_not():
    leads = measure(range(500, 512), (160, 240))
    assert min(leads["normalised"]) > 0 > max(leads["raw"])


def test_raw_correlation_is_drawn_to_bright_patches():
    for seed in range(4):
        scene = datasets.waldo_scene(seed, (160, 240))
        image, template = gray(scene.image), gray(scene.template)
        response = raw(image, template)
        row, column = np.unravel_index(response.argmax(), response.shape)
        bright = around(image, (row + H, column + W)).mean()
        assert bright > around(image, scene.position).mean()
        assert bright > image.mean() + 0.1


@pytest.mark.slow
def test_recorded_leads():
    """In every tenth scene of the full size: a scene takes a second to draw."""
    recorded = {name: leads[::10] for name, leads in RECORD["leads"].items()}
    assert measure(SEEDS[::10]) == recorded


def test_datasheet_quotes_the_record():
    leads = RECORD["leads"]
    hits = {name: sum(lead > 0 for lead in leads[name]) for name in leads}
    assert len(leads["normalised"]) == hits["normalised"] == len(SEEDS) == 100
    sheet = (DATA / "README.md").read_text()
    for name, number in hits.items():
        assert re.search(rf"^\| {name}\b.*\| {number} \|$", sheet, re.M), name
    assert f"by {min(leads['normalised'])}" in sheet
    assert RECORD["command"] in sheet
