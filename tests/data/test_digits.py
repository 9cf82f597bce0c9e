"""The enlarged digits: what they are, that they stay so, and how hard they are."""

import json
from pathlib import Path

import numpy as np
import pytest
from cnnlab.data import digits
from sklearn.linear_model import LogisticRegression

DATA = Path(digits.__file__).parent
RECORD = json.loads((DATA / "digits.json").read_text())


@pytest.fixture(scope="module")
def train():
    return digits.generate(5_000, "train")


@pytest.fixture(scope="module")
def test():
    return digits.generate(2_000, "test")


def test_splits_share_no_original():
    both = [digits._originals(split)[0] for split in digits.SPLITS]
    assert [len(part) for part in both] == [1_347, 450]
    seen = {image.tobytes() for image in both[0]}
    assert not any(image.tobytes() in seen for image in both[1])


def test_enlarging_keeps_the_strokes():
    """A digit, enlarged and averaged over the pixels of the original, is itself."""
    rng = np.random.default_rng(0)
    small = np.pad(rng.random((3, 4, 4), np.float32), ((0, 0), (2, 2), (2, 2)))
    side = 8 + 2 * digits.MARGIN
    large = digits._enlarge(small).reshape(3, side, digits.ZOOM, side, digits.ZOOM)
    again = large.mean(axis=(2, 4))[:, digits.MARGIN : -digits.MARGIN]
    again = again[:, :, digits.MARGIN : -digits.MARGIN]
    assert np.corrcoef(again.ravel(), small.ravel())[0, 1] > 0.97


def test_classes_are_balanced_and_mixed(train):
    labels = train[1]
    assert np.bincount(labels, minlength=10).min() > 400
    assert (np.diff(labels.astype(int)) == 0).mean() < 0.15


def test_white_on_black_in_the_middle(train):
    images = train[0] / 255
    assert images.mean() == pytest.approx(0.131, abs=0.04)
    assert images.std() == pytest.approx(0.308, abs=0.04)
    assert images.mean(axis=(1, 2)).min() > 0.02  # none is empty
    frame = images.copy()
    frame[:, 2:-2, 2:-2] = 0
    assert frame.mean() < 0.002  # hardly any is cut off


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_labels_fit_the_images(train, test):
    (x_train, y_train), (x_test, y_test) = train, test
    linear = LogisticRegression(max_iter=40)
    linear.fit(x_train[:3_000].reshape(3_000, -1) / 255, y_train[:3_000])
    assert linear.score(x_test.reshape(len(x_test), -1) / 255, y_test) > 0.75


def test_recorded_accuracies_rank_as_on_mnist():
    for accuracy in RECORD["accuracy"].values():
        assert accuracy["linear"] + 0.01 < accuracy["mlp"] + 0.005 < accuracy["cnn"]
    assert {"digits", "mnist"} <= set(RECORD["accuracy"])
