"""Models cross as config and weights: bit for bit the same, and nothing that runs."""

import json
import sys

import numpy as np
import pytest
import tensorflow as tf

from autograder import forking, proxies
from autograder.codec import Decoder, Encoder
from autograder.forking import OwnZygote
from autograder.models import Kept, Refused, pack, unpack
from cnnlab.quiet import keras
from tests.autograder.test_examiner import examine, verdicts
from tests.autograder.tiny import LIGHT

layers = keras.layers


def crossed(packed: dict) -> dict:
    """The same, through the codec."""
    encoder = Encoder(None)
    coded = encoder(packed)
    return Decoder([memoryview(blob) for blob in encoder.blobs], None)(coded)


def rebuilt(model):
    return unpack(crossed(pack(model)))


def skip():
    i = keras.Input((8, 8, 2))
    x = layers.Conv2D(2, 3, padding="same")(i)
    x = layers.BatchNormalization()(x)
    x = keras.ops.relu(x + i)
    return keras.Model(i, layers.Dense(3, "softmax")(layers.Flatten()(x)))


def activated():
    """Without layers of their own, as relu(f(x) + x) is often written."""
    i = keras.Input((4,))
    x = keras.activations.relu(layers.Dense(5)(i))
    return keras.Model(i, keras.activations.softmax(layers.Dense(3)(x)))


def shared():
    a, b = keras.Input((4,)), keras.Input((4,))
    dense = layers.Dense(3, "tanh")
    return keras.Model([a, b], [dense(a), layers.Concatenate()([dense(a), dense(b)])])


def nested():
    inner = keras.Sequential([keras.Input((5,)), layers.Dense(4, "relu")])
    return keras.Sequential([keras.Input((5,)), inner, layers.Dropout(0.5)])


def frozen():
    model = keras.Sequential([keras.Input((5,)), layers.Dense(4), layers.Dense(2)])
    model.layers[0].trainable = False
    model.compile("sgd", "mse", jit_compile=False)
    return model


def normalised():
    layer = layers.Normalization()
    layer.adapt(np.random.default_rng(1).normal(3, 2, (50, 4)).astype("float32"))
    return keras.Sequential([keras.Input((4,)), layer, layers.Dense(2)])


def augmented():
    parts = [layers.RandomFlip(), layers.RandomRotation(0.1), layers.Flatten()]
    return keras.Sequential([keras.Input((6, 6, 1)), *parts, layers.Dense(2)])


def recurrent():
    return keras.Sequential([keras.Input((7, 2)), layers.LSTM(4), layers.Dense(1)])


def mixed():
    policy = keras.DTypePolicy("mixed_float16")
    return keras.Sequential([keras.Input((4,)), layers.Dense(8, dtype=policy)])


BUILDERS = (
    skip,
    activated,
    shared,
    nested,
    frozen,
    normalised,
    augmented,
    recurrent,
    mixed,
)


@pytest.mark.parametrize("build", BUILDERS)
def test_predictions_are_the_same_to_the_last_bit(build):
    model = build()
    rng = np.random.default_rng(2)
    for variable in model.trainable_variables:
        variable.assign(rng.normal(0, 1, variable.shape))
    copy = rebuilt(model)
    inputs = [
        rng.normal(0, 1, (3, *i.shape[1:])).astype("float32") for i in model.inputs
    ]
    inputs = inputs if len(inputs) > 1 else inputs[0]
    for one, two in zip(
        *(keras.tree.flatten(m(inputs, training=False)) for m in (model, copy)),
        strict=True,
    ):
        assert np.asarray(one).tobytes() == np.asarray(two).tobytes()
    counts = [
        (m.count_params(), len(m.trainable_variables), len(m.layers))
        for m in (model, copy)
    ]
    assert counts[0] == counts[1]
    assert isinstance(copy, type(model))


def test_gradient_leads_from_a_layers_output_to_the_models():
    parts = [layers.Conv2D(2, 3, name="maps"), layers.Flatten(), layers.Dense(3)]
    model = rebuilt(keras.Sequential([keras.Input((5, 5, 1)), *parts]))
    both = keras.Model(
        model.inputs[0], [model.get_layer("maps").output, model.outputs[0]]
    )
    with tf.GradientTape() as tape:
        maps, scores = both(np.ones((1, 5, 5, 1), "float32"))
        score = scores[0, 0]
    assert tape.gradient(score, maps) is not None


def test_training_goes_on_as_it_would_have():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(16, 4)).astype("float32"), rng.normal(size=(16, 1))
    model = keras.Sequential([keras.Input((4,)), layers.Dropout(0.3), layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse", jit_compile=False)
    model.train_on_batch(x, y)
    copy = rebuilt(model)
    for each in (model, copy):
        each.train_on_batch(x, y)
    assert int(copy.optimizer.iterations) == 2
    for one, two in zip(model.get_weights(), copy.get_weights(), strict=True):
        assert one.tobytes() == two.tobytes()


def test_a_loss_of_ones_own_leaves_the_layers():
    def strange(y, p):
        return keras.ops.mean(y - p)

    model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    model.compile("sgd", strange, jit_compile=False)
    copy = rebuilt(model)
    assert not copy.compiled
    assert np.array_equal(copy.get_weights()[0], model.get_weights()[0])


def test_an_unbuilt_model_stays_so():
    assert not rebuilt(keras.Sequential([layers.Dense(3)])).built


class Doubled(layers.Layer):
    def call(self, x):
        return 2 * x


@keras.saving.register_keras_serializable("test")
class Registered(layers.Layer):
    def call(self, x):
        return 2 * x


class Dense(layers.Dense):
    pass


class Subclassed(keras.Model):
    def call(self, x):
        return x


def relu(x):
    return x


REFUSED = {
    "Lambda": lambda: layers.Lambda(lambda x: 2 * x),
    "Doubled": Doubled,
    "Registered": Registered,
    "Dense": lambda: Dense(3),
    "relu": lambda: layers.Activation(relu),
    "<lambda>": lambda: layers.Dense(3, activation=lambda x: x),
    "TextVectorization": lambda: layers.TextVectorization(),
}


@pytest.mark.filterwarnings("ignore:The object being serialized:UserWarning")
@pytest.mark.parametrize("name", REFUSED)
def test_refused_by_name(name):
    if name == "TextVectorization":
        model = keras.Sequential([REFUSED[name]()])
    else:
        model = keras.Sequential([keras.Input((3,)), REFUSED[name]()])
    with pytest.raises(Refused, match=name):
        rebuilt(model)


def test_subclassed_models_are_refused():
    model = Subclassed()
    model(np.zeros((1, 3)))
    with pytest.raises(Refused, match="Subclassed"):
        rebuilt(model)


FORGED = [
    {"module": "subprocess", "class_name": "Popen", "config": {"args": ["true"]}},
    {"module": "builtins", "class_name": "function", "config": "eval"},
    {"module": "os", "class_name": "function", "config": "system"},
    {"module": "keras.layers", "class_name": "Lambda", "config": {}},
    {"module": "keras.layers", "class_name": "TFSMLayer", "config": {"filepath": "x"}},
    {"module": "keras.utils", "class_name": "get_file", "config": {}},
    {"module": "keras.src.ops.core", "class_name": "Map", "config": {"f": 1}, "x": 1},
    {"class_name": "__lambda__", "config": {"value": ["x", None, None]}},
    {"class_name": "__typespec__", "config": [], "module": "os", "spec_name": "system"},
    {"class_name": 5, "config": {}},
    {"module": ["keras"], "class_name": "Dense", "config": {}},
]


@pytest.mark.parametrize("node", FORGED, ids=lambda node: str(node["class_name"]))
def test_forged_configs_are_refused(node):
    packed = pack(keras.Sequential([keras.Input((3,)), layers.Dense(2)]))
    config = json.loads(packed["config"])
    config["config"]["layers"][1]["config"]["kernel_initializer"] = node
    with pytest.raises(Refused):
        unpack(packed | {"config": json.dumps(config)})
    for text in ("", "5", "[]", "{}", json.dumps(node)):
        with pytest.raises(Refused):
            unpack(packed | {"config": text})


def test_a_model_that_takes_too_long(monkeypatch):
    packed = pack(keras.Sequential([keras.Input((3,)), layers.Dense(3)]))
    config = json.loads(packed["config"])
    first, dense = config["config"]["layers"]
    many = [json.loads(json.dumps(dense)) for _ in range(2000)]
    for number, layer in enumerate(many):
        layer["config"]["name"] = f"dense_{number}"
    config["config"]["layers"] = [first, *many]
    packed["config"] = json.dumps(config)
    monkeypatch.setattr(proxies, "MODEL_SECONDS", 0.2)
    student = proxies.Student(None)
    with pytest.raises(Refused, match=r"0\.2 s of computing"):
        student._model(lambda coded: coded, "s1", packed)
    assert not student.models.models


def test_weights_must_fit():
    packed = pack(keras.Sequential([keras.Input((3,)), layers.Dense(2)]))
    with pytest.raises(Refused, match="weights"):
        unpack(packed | {"variables": packed["variables"][:1]})
    words = [np.full(v.shape, "a") for v in packed["variables"]]
    with pytest.raises(Refused, match="weights"):
        unpack(packed | {"variables": words})


def test_both_sides_keep_one_model():
    """Handed over and back, it is one object on either side, changed in place."""
    ours, theirs = Kept(), Kept()
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    ours.keep(model, "e1")
    copy = theirs.take("e1", crossed(ours.news("e1")))
    assert ours.news("e1") is None
    copy.compile(keras.optimizers.SGD(0.5), "mse", jit_compile=False)
    copy.train_on_batch(np.ones((2, 3)), np.ones((2, 1)))
    assert ours.take("e1", crossed(theirs.news("e1"))) is model
    assert int(model.optimizer.iterations) == 1
    for one, two in zip(model.get_weights(), copy.get_weights(), strict=True):
        assert np.array_equal(one, two)
    copy.add(layers.Dense(4))
    ours.take("e1", crossed(theirs.news("e1")))
    assert model.output_shape == (None, 4) and len(model.layers) == 2
    assert model.predict(np.ones((1, 3)), verbose=0).shape == (1, 4)
    assert ours.key(model) == "e1"


STUDENT = """\
import keras
def build():
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
def compiled(model, rate):
    model.compile(keras.optimizers.SGD(rate), "mse", jit_compile=False)
    return model
def train(model, x, y):
    return model.fit(x, y, epochs=2, verbose=0)
def losses(model, x, y):
    return train(model, x, y).history["loss"]
def doubled():
    return keras.Sequential([keras.Input((3,)), keras.layers.Lambda(lambda x: 2 * x)])
model = build()
strange = doubled()
"""
GIVEN = "import keras\nimport numpy as np\nx, y = np.ones((4, 3)), np.ones((4, 2))"
BETWEEN = {
    "a model is one": """\
network = build()
assert isinstance(network, keras.Model) and network.count_params() == 8
assert compiled(network, 0.5) is network
assert float(network.optimizer.learning_rate) == 0.5""",
    "training is seen": """\
network = compiled(build(), 0.1)
before = network.get_weights()[0]
got = losses(network, x, y)
assert len(got) == 2 and got[1] < got[0]
assert int(network.optimizer.iterations) == 2
assert not np.array_equal(before, network.get_weights()[0])""",
    "what the test does is seen": """\
network = compiled(build(), 0.0)
network.set_weights([np.zeros((3, 2)), np.ones(2)])
assert losses(network, x, y) == [0, 0]""",
    "a variable is the student's": "assert model.output_shape == (None, 2)",
    "the test's own model": """\
own = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
same = compiled(own, 0.1)
assert same is own and own.optimizer is not None""",
    "seeds reach the training": """\
keras.utils.set_random_seed(3)
one = build().get_weights()[0]
keras.utils.set_random_seed(3)
assert np.array_equal(one, build().get_weights()[0])
keras.utils.set_random_seed(3)
own = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
assert np.array_equal(one, own.get_weights()[0])""",
}


@pytest.mark.skipif(sys.platform != "linux", reason="Linux only")
def test_between_processes(monkeypatch):
    zygote = OwnZygote((*LIGHT, "keras"))
    monkeypatch.setenv(forking.VARIABLE, str(zygote.folder))
    refused = ["doubled()", "strange", "train(build(), x, y)"]
    found = verdicts(
        examine(STUDENT, *BETWEEN.values(), *refused, given=GIVEN, seconds=60)
    )
    zygote.close()
    assert dict(zip(BETWEEN, found, strict=False)) == dict.fromkeys(BETWEEN, "")
    lambdas = found[len(BETWEEN) : -1]
    assert all("Lambda layer ('lambda" in said for said in lambdas), lambdas
    assert all("Keras's own layers" in said for said in lambdas)
    assert found[-1].startswith("RuntimeError") or "compile" in found[-1]
