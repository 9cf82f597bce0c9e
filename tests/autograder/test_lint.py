"""The rules for test cells: for each what passes and what is refused, and where.

A refused cell's offending line ends in `# no`; the refusal must name that line.
"""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.build import refused
from autograder.lint import lint
from autograder.notebooks import ROOT

SETUP = """\
import keras
import numpy as np
from cnnlab import checks, datasets, plots"""
SOLUTION = """\
### BEGIN SOLUTION
from scipy import signal


def blur(image, kernel=None, act=None):
    return signal.convolve(image, kernel)


def build_model():
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])


class Block(keras.layers.Layer):
    pass


relu = lambda x: np.maximum(x, 0)
history = {"loss": [1.0]}
model = build_model()
### END SOLUTION"""
TRY = "response = blur(np.ones((3, 3)))"
GIVEN = "image = np.ones((3, 3))"
OTHER_TEST = '"""Another test."""\nseed = 3\nassert seed == 3'


def cell(grade_id, source, **marks):
    marks = {"grade": False, "solution": False, "locked": False, "task": False} | marks
    about = {"schema_version": 3, "grade_id": grade_id, **marks}
    return new_code_cell(source, id=grade_id, metadata={"nbgrader": about})


def notebook(source, **marks):
    """A notebook around one test cell, and all kinds of cells before it."""
    tested = {"grade": True, "locked": True, "points": 1}
    return new_notebook(
        cells=[
            cell("setup", SETUP, locked=True),
            cell("given", GIVEN, locked=True),
            cell("blur", SOLUTION, solution=True),
            new_code_cell(TRY, id="try_blur"),
            cell("test_other", OTHER_TEST, **tested),
            cell("test_it", source, **tested | marks),
        ]
    )


def refusals(source, **marks):
    found = lint(notebook(source, **marks), "solutions/01_x/01_x.ipynb")
    assert all(refusal.cell == "test_it" for refusal in found), found
    return found


def test_real_notebooks_are_clean():
    assert list(refused(ROOT)) == []


# Bodies of test cells; a docstring goes before and `assert got is not None` after.
ACCEPTED = {
    "plain numbers": "got = blur([[1, 2], [3, 4]], 3.5)",
    "arrays, drawn afresh": "got = blur(np.random.default_rng(1).random((3, 3)))",
    "keywords and dicts": 'got = blur([1], **{"kernel": [1, 2]})',
    "a comprehension": "got = blur([i**2 for i in range(3)])",
    "a list made of a generator": "got = blur(list(i for i in range(3)))",
    "a list made of a range": "got = blur(list(range(3)), sorted({3, 1}))",
    "an array made by a lambda": "f = lambda x: 2 * x\ngot = blur(f(3))",
    "an array made of a tensor": "got = blur(np.asarray(keras.ops.ones((3, 3))))",
    "one-hot labels of Keras": "got = blur(keras.utils.to_categorical([1, 2], 3))",
    "constants of modules": "got = blur([np.pi, np.inf])",
    "a reference of one's own": (
        "from scipy.ndimage import correlate\n"
        "x = np.eye(3)\n"
        "got = blur(x)\n"
        "assert np.allclose(got, correlate(x, x))"
    ),
    "a variable of the student's": 'got = history["loss"][0]',
    "a model of the student's": "got = model.predict(np.ones((1, 3)))",
    "a model that one gets": "got = build_model()(np.ones((1, 3)), training=False)",
    "a model that one gives": (
        'layer = keras.layers.Dense(2, "relu")\n'
        "network = keras.Sequential([keras.Input((3,)), layer])\n"
        'network.compile(keras.optimizers.SGD(0.1), "mse")\n'
        "got = blur(network)"
    ),
    "a functional model": (
        "x = keras.Input((3,))\n"
        "network = keras.Model(x, keras.layers.Dense(2)(x))\n"
        "got = blur(network)"
    ),
    "a model's own layers": (
        "got = [getattr(layer, 'rate', 0) for layer in model.layers]"
    ),
    "the student's functions in turn": (
        "for function in (blur, relu):\n    got = function([1, 2])"
    ),
    "names with references": (
        'for name, f in {"exp": np.exp, "sin": np.sin}.items():\n'
        "    got = blur(f(0.5), name)"
    ),
    "references and values side by side": (
        "for f, x in zip([np.exp, np.sin], [1, 2]):\n    got = (blur(x), f(x))"
    ),
    "a table of references": (
        "for f, x in ((np.exp, 1), (np.sin, 2)):\n    got = (blur(x), f(x))"
    ),
    "numbered references": (
        "for i, f in enumerate([np.exp, np.sin]):\n    got = (blur(i), f(i))"
    ),
    "a helper that calls the student": (
        "def run(x):\n    return blur(x)\n\n\ngot = run([1])"
    ),
    "a helper with a layer of the same name": (
        "def reference(x):\n"
        "    x = keras.layers.ReLU()(x)\n"
        "    return np.asarray(x)\n\n\n"
        "x = np.ones(3)\n"
        "got = blur(x) - reference(x)"
    ),
    "the student's function for others": "got = np.vectorize(relu)([1, 2])",
    "an error that is expected": (
        "try:\n    got = blur(None)\n"
        "except ValueError:\n    got = 1\n"
        "else:\n    raise AssertionError('no error')"
    ),
    "an error in the student's call alone": (
        "try:\n    got = blur(1)\nexcept Exception as error:\n    got = str(error)"
    ),
    "an error said better": (
        "try:\n    checks.shape(blur([1]), (1,), 'x')\n"
        "except Exception as error:\n    raise AssertionError('no') from error\n"
        "got = 1"
    ),
    "a walrus": "got = [y for x in (1, 2) if (y := blur(x))], y",
    "a class of one's own": (
        "class Case:\n    size = 3\n\n\ngot = blur(Case.size), Case().size"
    ),
    "Keras by way of the course": "from cnnlab.quiet import keras\ngot = keras.Model",
    "a decorator": (
        "from functools import cache\n\n\n"
        "@cache\ndef f(x):\n    return x\n\n\ngot = blur(f(3))"
    ),
    "a name that Python also has": "input = np.ones(3)\ngot = blur(input)",
    "a local name that a module has": (
        "def run(plots):\n    return blur(plots.size)\n\n\ngot = run(np.ones(3))"
    ),
    "a local name that Python also has": (
        "def size(input):\n    return len(input)\n\n\ngot = size([1])"
    ),
    "data of the course": (
        "unseen = datasets.fashion_mnist(1, 5)\ngot = blur(unseen.x_test[0])"
    ),
}


@pytest.mark.parametrize("body", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(body):
    source = f'"""What is checked."""\n{body}\nassert got is not None'
    assert refusals(source) == []


REFUSED = {
    # what goes to the student's process
    "a lambda": "got = blur(lambda x: x)  # no",
    "a lambda in a list": "got = blur([1, lambda x: x])  # no",
    "a lambda in a dict": 'got = blur({"f": lambda x: x})  # no',
    "a lambda by keyword": "got = blur([1], act=lambda x: x)  # no",
    "a lambda in a keyword dict": 'got = blur(**{"act": lambda x: x})  # no',
    "a lambda from a comprehension": "got = blur([lambda x: x for _ in '12'])  # no",
    "a lambda from a dict comprehension": (
        "got = blur({i: lambda x: x for i in '12'})  # no"
    ),
    "a lambda that has a name": "f = lambda x: x\ngot = blur(f)  # no",
    "a lambda of two names": "f = g = lambda x: x\nh = g\ngot = blur(h)  # no",
    "a lambda from a tuple": "n, f = 1, lambda x: x\ngot = blur(f)  # no",
    "a lambda appended": "f = []\nf.append(lambda x: x)\ngot = blur(f)  # no",
    "a lambda put in a place": (
        'f = {"a": 1}\nf["b"] = lambda x: x\ngot = blur(f)  # no'
    ),
    "a lambda, perhaps": "f = 1\nif model:\n    f = lambda x: x\ngot = blur(f)  # no",
    "either of two": "got = blur(np.sin if model else 3)  # no",
    "a walrus": "got = blur(f := lambda x: x)  # no",
    "a function of the cell": "def f(x):\n    return x\n\n\ngot = blur(f)  # no",
    "what a function of the cell makes": (
        "def f(n):\n    return lambda x: n * x\n\n\ngot = blur(f(3))  # no"
    ),
    "in a function of the cell": (
        "def f(x):\n    return blur(lambda y: x)  # no\n\n\ngot = f(1)"
    ),
    "a class of the cell": "class A:\n    pass\n\n\ngot = blur(A)  # no",
    "an object": "class A:\n    pass\n\n\na = A()\ngot = blur([a])  # no",
    "another function of the student's": "got = blur([1], act=relu)  # no",
    "by another name": "f = blur\ngot = f(np.sin)  # no",
    "in a loop over functions": (
        "for f in (blur, relu):\n    got = f(lambda x: x)  # no"
    ),
    "a reference in a loop": "for f in [np.sin, np.cos]:\n    got = blur(f)  # no",
    "a reference beside its name": (
        'for name, f in {"sin": np.sin}.items():\n    got = blur(f)  # no'
    ),
    "partial": "from functools import partial\ngot = partial(blur, act=np.sin)()  # no",
    "a partial function": (
        "import functools\nf = functools.partial(max, 3)\ngot = blur(f)  # no"
    ),
    "through partial": (
        "from functools import partial\nf = partial(blur, [1])\ngot = f(np.sin)  # no"
    ),
    "map": "got = list(map(blur, [np.sin, np.cos]))  # no",
    "stars": "fs = [np.sin]\ngot = blur(*fs)  # no",
    "a function of NumPy": "got = blur([1], act=np.tanh)  # no",
    "a function of Python": "got = blur([1], act=max)  # no",
    "an imported function": "from math import exp\ngot = blur(exp)  # no",
    "a dtype": "got = blur([1], np.float32)  # no",
    "a module": "got = blur(np)  # no",
    "a generator": "got = blur(i for i in '12')  # no",
    "a generator that has a name": "g = (i for i in '12')\ngot = blur(g)  # no",
    "a generator function": "def g():\n    yield 1\n\n\ngot = blur(g())  # no",
    "a range": "got = blur(range(3))  # no",
    "a map object": "got = blur(map(abs, [1]))  # no",
    "a set": "got = blur({1, 2})  # no",
    "a view of a dict": 'got = blur({"a": 1}.values())  # no',
    "a random generator": "rng = np.random.default_rng(1)\ngot = blur([1], rng)  # no",
    "a tensor": "got = blur(keras.ops.ones((3, 3)))  # no",
    "a tensor of TensorFlow": "import tensorflow as tf\ngot = blur(tf.ones(3))  # no",
    "a tensor that a layer gives": "got = blur(keras.layers.ReLU()(np.ones(3)))  # no",
    "a symbolic tensor": "x = keras.Input((3,))\ngot = blur(x)  # no",
    "a layer": "layer = keras.layers.Dense(3)\ngot = blur([layer])  # no",
    "a layer by another name": (
        "layers = keras.layers\ngot = blur(layers.Dense(3))  # no"
    ),
    "a layer imported": ("from keras.layers import Dense\ngot = blur(Dense(3))  # no"),
    "a layer of TensorFlow's Keras": (
        "import tensorflow as tf\ngot = blur(tf.keras.layers.Dense(3))  # no"
    ),
    "a callback": "cb = [keras.callbacks.EarlyStopping()]\ngot = blur(cb)  # no",
    "an optimizer": "got = blur([1], act=keras.optimizers.Adam(0.1))  # no",
    "a schedule": (
        "s = keras.optimizers.schedules\ngot = blur(s.CosineDecay(0.1, 9))  # no"
    ),
    "a model with a Lambda": (
        "m = keras.Sequential([keras.Input((3,)), keras.layers.Lambda(abs)])\n"
        "got = blur(m)  # no"
    ),
    "an estimator": ("from sklearn.svm import SVC\nsvc = SVC()\ngot = blur(svc)  # no"),
    "a data set": "d = datasets.fashion_mnist(9, 9)\ngot = blur(d)  # no",
    # what one may look at
    "a function's attribute": "got = blur.calls  # no",
    "an attribute by another name": "f = blur\ngot = f.calls  # no",
    "an attribute in a list": "got = [blur, relu][0].calls  # no",
    "an attribute by getattr": "got = getattr(blur, 'calls')  # no",
    "a function as decorator": ("@blur  # no\ndef f(x):\n    return x\n\n\ngot = f(1)"),
    "code": "f = build_model\ngot = f.__code__  # no",
    "code by getattr": "got = getattr(model, '__class__')  # no",
    "private parts": "got = model._layers  # no",
    "a History": "got = history.history  # no",
    "a class of the student's": "got = Block()  # no",
    "a summary": "got = model.summary()  # no",
    "a change of the student's variable": 'got = 1\nhistory["loss"] = [2]  # no',
    "a change of the student's model": "got = 1\nmodel.trainable = False  # no",
    "a file of the student's": "got = np.load('student.npy')  # no",
    "weights of the student's": (
        "net = keras.Sequential()\ngot = net.load_weights('x.weights.h5')  # no"
    ),
    # names
    "another test's name": "got = seed  # no",
    "a try cell's name": "got = response  # no",
    "a given variable": "got = image  # no",
    "an import of the student's": "got = signal  # no",
    "a name of nobody's": "got = reponse  # no",
    "in a function": "def f():\n    return response  # no\n\n\ngot = f()",
    "in a class": "class A:\n    a = response  # no\n\n\ngot = A",
    "in a default": "def f(x=response):  # no\n    return x\n\n\ngot = f()",
    "in a comprehension": "got = [response for _ in '12']  # no",
    "the student's name assigned": "got = model\nmodel = 3  # no",
    "the student's name, perhaps": (
        "got = model\nif got is None:\n    model = 3  # no"
    ),
    "the student's name in a loop": "got = 1\nfor model in '12':  # no\n    pass",
    "the student's name defined": "got = 1\n\n\ndef blur(x):  # no\n    return x",
    "the student's name imported": "import math as blur  # no\ngot = blur",
    "the student's name by walrus": "got = [(model := i) for i in '12']  # no",
    "the student's name as global": (
        "def f():\n    global model\n    model = 3  # no\n\n\ngot = f()"
    ),
    "the student's name deleted": "got = 1\ndel model  # no",
    "a locked import assigned": "got = 1\nnp = 3  # no",
    # the process
    "open": "got = open('x')  # no",
    "exec": "got = exec('1')  # no",
    "IPython": "got = get_ipython()  # no",
    "builtins": "got = __builtins__  # no",
    "os": "import os  # no\ngot = os",
    "os from Keras": "from keras.src.utils import os  # no\ngot = os",
    "os in NumPy": "got = np.lib.npyio.os  # no",
    "sys by a private name": "import collections\ngot = collections._sys  # no",
    "Keras's private side": "got = keras.src.layers  # no",
    "import *": "from numpy import *  # no\ngot = 1",
    "async": "async def f():  # no\n    pass\n\n\ngot = 1",
    "await": "got = await blur(1)  # no",
    "magic": "got = 1\n%time blur(1)  # no",
    "shell": "got = 1\n!ls  # no",
    "return": "got = 1\nreturn got  # no",
    # failing
    "bare except": "got = 1\ntry:\n    assert blur(1)\nexcept:  # no\n    pass",
    "except AssertionError": (
        "try:\n    checks.equal(blur(1), 1, 'x')\n"
        "except (AssertionError, ValueError):  # no\n    got = 1"
    ),
    "except Exception": (
        "got = 1\ntry:\n    blur(1)\n    raise AssertionError\n"
        "except Exception:  # no\n    pass"
    ),
    # models and randomness
    "a model without Input": (
        "got = blur(keras.Sequential([keras.layers.Dense(2)]))  # no"
    ),
    "no seed": "got = blur(np.random.default_rng().random(3))  # no",
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_refused(body):
    source = f'"""What is checked."""\n{body}\nassert got is not None'
    line = next(n for n, s in enumerate(source.split("\n"), 1) if s.endswith("# no"))
    found = refusals(source)
    assert {refusal.line for refusal in found} == {line}, found
    for refusal in found:
        assert str(refusal).startswith(
            f"solutions/01_x/01_x.ipynb: cell test_it, line {refusal.line}: "
        )


WHOLE = {
    "no docstring": (1, "assert blur(1) == 1", "docstring"),
    "empty": (1, "", "docstring"),
    "only a docstring": (1, '"""Nothing."""', "nothing in this cell can fail"),
    "nothing can fail": (1, '"""X."""\ngot = blur(1)', "can fail"),
    "a constant truth": (1, '"""X."""\nassert True', "can fail"),
    "a truthy tuple": (1, '"""X."""\nassert (blur(1) == 1, "no")', "can fail"),
    "a number at the end": (3, '"""X."""\nassert blur(1)\nblur(1)', "partial"),
    "a name at the end": (4, '"""X."""\ngot = 1\nassert got\ngot', "partial"),
    "a number of NumPy at the end": (
        3,
        '"""X."""\nassert blur(1)\nnp.mean([1])',
        "partial",
    ),
    "a value at the end of what is visible": (
        2,
        '"""X."""\nblur(1)\n### BEGIN HIDDEN TESTS\nassert blur(2)\n'
        "### END HIDDEN TESTS",
        "partial",
    ),
    "a visible half that is no Python": (
        3,
        '"""X."""\nfor x in (1, 2):\n    ### BEGIN HIDDEN TESTS\n'
        "    assert blur(x)\n    ### END HIDDEN TESTS\nassert blur(3)",
        "without its hidden tests",
    ),
    "a region without end": (
        2,
        '"""X."""\n### BEGIN HIDDEN TESTS\nassert blur(2)',
        "without an END",
    ),
    "an end without begin": (
        3,
        '"""X."""\nassert blur(2)\n### END HIDDEN TESTS',
        "without a BEGIN",
    ),
}


@pytest.mark.parametrize(("line", "source", "told"), WHOLE.values(), ids=WHOLE)
def test_whole_cells(line, source, told):
    found = refusals(source)
    assert any(told in refusal.what for refusal in found), found
    # The parser may notice a missing block where the next statement begins.
    lines = {refusal.line for refusal in found if told in refusal.what}
    assert line in lines or told.startswith("without its")


@pytest.mark.parametrize(
    "last",
    [
        "checks.equal(blur(1), 1, 'x')",
        "np.testing.assert_allclose(blur(1), 1)",
        "print('fine')",
        "compare(3)",
        "partial_score = 0.5\npartial_score",
    ],
)
def test_last_lines_that_are_no_score(last):
    helper = "\n\n\ndef compare(x):\n    assert blur(x) == x\n\n\n"
    assert refusals(f'"""X."""{helper}{last}') == []


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        ({"locked": False}, "locked"),
        ({"points": 0}, "points"),
        ({"points": None}, "points"),
        ({"points": -1}, "points"),
        ({"grade_id": "test_It"}, "lower_case"),
        ({"grade_id": "test_other"}, "twice"),
        ({"grade_id": "it"}, "begin test_"),
        ({"grade_id": "cell-0123456789abcdef"}, "lower_case"),
    ],
)
def test_marks_of_a_test_cell(marks, told):
    made = notebook('"""X."""\nassert blur(1)')
    made.cells[-1].metadata.nbgrader.update(marks)
    found = lint(made, "x.ipynb")
    assert any(told in refusal.what for refusal in found), found


def test_cell_id_is_the_grade_id():
    made = notebook('"""X."""\nassert blur(1)')
    made.cells[-1].id = "another"
    assert "should be its grade id" in lint(made, "x.ipynb")[0].what


def test_generated_cell_id():
    made = notebook('"""X."""\nassert blur(1)')
    made.cells[3].id = "0123abcd"
    assert "not readable" in lint(made, "x.ipynb")[0].what


@pytest.mark.parametrize(
    ("source", "line", "told"),
    [
        ("def blur(x):\n    return x", 1, "BEGIN SOLUTION"),
        ("x = 1\n### BEGIN SOLUTION\ny = 2", 2, "without an END"),
        ("### BEGIN SOLUTION\n%time\n### END SOLUTION", 2, "not plain Python"),
    ],
)
def test_solution_cells(source, line, told):
    made = notebook('"""X."""\nassert True is not blur')
    made.cells.append(cell("more", source, solution=True))
    found = [r for r in lint(made, "x.ipynb") if told in r.what]
    assert [(r.cell, r.line) for r in found] == [("more", line)]


def test_points_on_a_solution_cell():
    made = notebook('"""X."""\nassert True is not blur')
    made.cells[2].metadata.nbgrader["points"] = 2
    assert [r.what for r in lint(made, "x.ipynb")] == ["points belong to test cells"]


def test_notebook_is_left_alone():
    made = notebook('"""X."""\nassert blur(1)')
    before = nbformat.writes(made)
    lint(made, "x.ipynb")
    assert nbformat.writes(made) == before
