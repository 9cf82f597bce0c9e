"""Hostile models: the table models.ipy, graded by the real engine in one batch.

There a cell says what it scores of 3, and why, or what a message has, in quotes. One
point is for layers, one for what they compute, one for a test that comes after both:
whatever the model is, the examiner lives on. Where a cell defines no `network`, the
right one counts.
"""

import re
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.bench_exercises import make_class
from autograder.grade import grade
from tests.autograder.tiny import LIGHT
from tests.hostile.cells import table

NAME = "01_network"
NETWORKS = table(Path(__file__).with_name("models.ipy"))
# What every cell of the table may use.
GIVEN = """\
import json
from autograder import models
layers = keras.layers
def plain(*more):
    return keras.Sequential([keras.Input((2,)), *more, layers.Dense(1)])
def right():
    model = plain()
    model.layers[-1].set_weights([np.ones((2, 1)), np.zeros(1)])
    return model
def tell(change):
    def told(model, serialize=keras.saving.serialize_keras_object):
        config = serialize(model)
        change(config)
        return config
    keras.saving.serialize_keras_object = told
network = right
"""
CELLS = {
    "setup": "import keras\nimport numpy as np",
    "network": GIVEN,
    "six": "def six():\n    return 6",
    "test_layers": """\
model = network()
assert isinstance(model, keras.Model), type(model)
assert [type(layer) for layer in model.layers] == [keras.layers.Dense]
assert model.count_params() == 3""",
    "test_sum": """\
model = network()
assert isinstance(model, keras.Model), type(model)
got = np.asarray(model(np.array([[1, 2], [-3, 5]], "float32")))
assert np.allclose(got, [[3], [2]]), got""",
    "test_after": "assert six() == 6",
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("networks"),  # one batch
    pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux only"),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    course = make_class(tmp_path_factory.mktemp("n"), NAME, CELLS, (), range(0))
    released = course.journal(NAME) / "release" / f"{NAME}.ipynb"
    for name, (_, _, attack) in NETWORKS.items():
        notebook = nbformat.read(released, as_version=4)
        by_name = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells}
        attack = attack.replace("@COURSE@", str(course.folder))
        by_name["network"].source = GIVEN + attack
        by_name["six"].source = CELLS["six"]
        path = course.submission(name, NAME) / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    rows = grade(course, NAME, jobs=2, preload=(*LIGHT, "keras"))
    return course, {row.student: row for row in rows}


@pytest.mark.parametrize("name", NETWORKS)
def test_network(graded, name):
    score, why, _ = NETWORKS[name]
    row = graded[1][name]
    assert row.score == score, row.cells
    assert row.cells["test_after"]["score"] == 1
    messages = [cell["message"] for cell in row.cells.values()]
    assert sum(map(bool, messages)) == 3 - score
    for words in re.findall('"(.+)"', why):
        assert words in messages[0], messages
    assert row.status == "graded"  # there is nothing for a person to find out


def test_nothing_of_it_is_run_or_written(graded):
    course, rows = graded
    assert len(rows) == len(NETWORKS)
    assert not (course.folder / "wiped").exists()
