"""The drawn garments: what they are, that they stay so, and how hard they are."""

import json
from pathlib import Path

import numpy as np
import pytest
from cnnlab.data import garments
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

DATA = Path(garments.__file__).parent
RECORD = json.loads((DATA / "garments.json").read_text())


@pytest.fixture(scope="module")
def train():
    return garments.generate(15_000, "train")


@pytest.fixture(scope="module")
def test():
    return garments.generate(5_000, "test")


def test_classes_are_balanced_and_mixed(train):
    labels = train[1]
    assert (np.bincount(labels, minlength=10) == 1_500).all()
    assert len(np.unique(labels[:100])) == 10
    assert (np.diff(labels.astype(int)) == 0).mean() < 0.15


def test_grey_on_black_like_the_real_ones(train):
    images = train[0] / 255
    assert images.mean() == pytest.approx(0.286, abs=0.05)
    assert images.std() == pytest.approx(0.353, abs=0.05)
    assert images.mean(axis=(1, 2)).min() > 0.01  # none is empty
    # They fill the frame: nearly all span 20 of its 28 pixels one way.
    seen = images > 0.1
    height, width = seen.any(axis=2).sum(axis=1), seen.any(axis=1).sum(axis=1)
    assert (np.maximum(height, width) >= 20).mean() > 0.99


def test_every_class_varies_and_differs_from_the_others(train):
    images, labels = train
    means = np.stack([images[labels == c].mean(axis=0) for c in range(10)])
    for a in range(10):
        assert images[labels == a].std(axis=0).max() > 60
        for b in range(a):
            assert np.abs(means[a] - means[b]).max() > 20


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_quick_ranking(train, test):
    def flat(images):
        return images.reshape(len(images), -1).astype(np.float32) / 255

    (x_train, y_train), (x_test, y_test) = train, test
    linear = LogisticRegression(max_iter=60).fit(flat(x_train[:3_000]), y_train[:3_000])
    assert 0.70 < linear.score(flat(x_test), y_test) < 0.85
    scores = {}
    for hidden in ((), (128,)):
        model = MLPClassifier(hidden, batch_size=128, max_iter=8, random_state=0)
        model.fit(flat(x_train), y_train)
        scores[hidden] = model.score(flat(x_test), y_test)
    assert scores[(128,)] > scores[()] + 0.01


def test_recorded_accuracies_rank_as_on_fashion_mnist():
    accuracy = RECORD["accuracy"]["garments"]
    assert 0.83 <= accuracy["linear"] <= 0.855
    assert 0.87 <= accuracy["mlp"] <= 0.89
    assert 0.908 <= accuracy["cnn"] <= 0.925
    for name, real in RECORD["accuracy"]["fashion-mnist"].items():
        assert accuracy[name] == pytest.approx(real, abs=0.015)
