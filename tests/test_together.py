"""Prepared submissions are joined where no test cell sees two of them: only there."""

import nbformat
import pytest

from autograder.prepared import Prepared
from tests.together import joined, reached, together

CELLS = {  # of the reference solution
    "setup": "import numpy as np\nnumbers = np.arange(3)",
    "double": "def double(x):\n    return 2 * x",
    "add": "def add(x, y):\n    return x + y",
    "thrice": "def thrice(x):\n    return add(x, double(x))",
    "try_double": "numbers = double(numbers)\nnp.sum(numbers)",
    "model": "model = [double(1)]\nmodel.append(add(1, 2))",
}
TESTS = {
    "test_double": "x = 3\nassert double(x) == 6",
    "test_add": "def right(x):\n    return x + 1\nassert add(1, 1) == right(1)",
    "test_thrice": "assert thrice(2) == 6",
    "test_numbers": "assert numbers[1] == 2",
    "test_model": "assert model == [2, 3]",
}


def cell(name: str, source: str) -> nbformat.NotebookNode:
    made = nbformat.v4.new_code_cell(source, id=name)
    told = {"grade_id": name, "schema_version": 3, "locked": False}
    told |= {"grade": name in TESTS, "solution": name not in TESTS, "task": False}
    made.metadata["nbgrader"] = told | ({"points": 1} if name in TESTS else {})
    return made


NOTEBOOK = nbformat.v4.new_notebook(
    cells=[cell(name, source) for name, source in (CELLS | TESTS).items()]
)


def wrong(changed: str, *fails: str) -> Prepared:
    source = CELLS[changed].replace("return", "return 1 +")
    return Prepared(f"wrong_{changed}", "", frozenset(fails), {}, {changed: source})


def names(ones: list[Prepared]) -> list[str]:
    return [one.name for one in together(ones, NOTEBOOK, NOTEBOOK)]


def test_what_a_test_reaches():
    assert reached(NOTEBOOK) == {
        "test_double": {"double"},
        "test_add": {"add"},
        "test_thrice": {"thrice", "add", "double"},
        "test_numbers": {"try_double", "setup", "double"},
        "test_model": {"model", "add", "double"},
    }


def test_independent_mistakes_are_joined():
    double = Prepared("a", "", frozenset({"test_double"}), {}, {"double": "pass"})
    both = joined([double, wrong("thrice", "test_thrice")])
    assert both.cells.keys() == {"double", "thrice"}
    assert both.fails == {"test_double", "test_thrice"}
    # No test reaches these two but for its own.
    ones = [wrong("try_double", "test_numbers"), wrong("thrice", "test_thrice")]
    assert names(ones) == ["wrong_try_double_and_1_more"]


@pytest.mark.parametrize(
    ("step", "seen"),
    [
        ("_, axis = draw()\nmodel.fit(axis)", {"model", "step"}),
        ("train(model)", {"model", "step"}),
        ("model.weight = 1", {"model", "step"}),
        ("model += 1", {"model", "step"}),
        ("model, other = add(1, 2), 3", {"step"}),
        ("_, axis = draw(model.predict(1))", {"model"}),
        ("print(model)\nother = 4", {"model"}),
    ],
)
def test_what_changes_a_model(step, seen):
    """Also where another statement of the same cell only shows it."""
    cells = [("model", "model = build()"), ("step", f"axis = 1\n{step}")]
    cells.append(("test_model", "assert model == 1"))
    notebook = nbformat.v4.new_notebook(cells=[cell(*each) for each in cells])
    assert reached(notebook)["test_model"] == seen


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (wrong("double", "test_double"), wrong("add", "test_add")),  # test_thrice
        (wrong("add", "test_add"), wrong("add", "test_thrice")),  # the same cell
        # Why the first fails a test that doesn't see it, names can't tell.
        (wrong("thrice", "test_double"), wrong("try_double", "test_numbers")),
    ],
)
def test_others_are_not(one, other):
    assert names([one, other]) == [one.name, other.name]


def test_what_all_have_in_common_is_no_ones_change():
    shared = {"double": "def double(x):\n    return x + x"}
    ones = [
        Prepared(
            name, "", frozenset({f"test_{name}"}), {}, shared | {name: f"{name} = 0"}
        )
        for name in ("thrice", "model")
    ]
    assert names(ones) == ["thrice_and_1_more"]
    assert names([ones[0], wrong("double", "test_double")]) == [
        "thrice",
        "wrong_double",
    ]
