"""The helper that takes functions out of notebooks takes nothing else."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.notebook_code import definitions

CELLS = {
    "setup": "import math\n\nundefined_name.fail()",
    "double": "def double(x):\n    return 2 * x\n\n\nassert double(1) == 3\nprint(1)",
    "area": "from fractions import Fraction\n\n\ndef area(r):\n    return PI * r**2",
    "picture": "figure = draw_something()",
}


@pytest.fixture
def notebook(tmp_path):
    cells = [new_code_cell(source, id=name) for name, source in CELLS.items()]
    path = tmp_path / "some.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell("# Text"), *cells]), path)
    return path


def test_functions_and_imports_alone(notebook):
    names = definitions(notebook, "double")
    assert names["double"](4) == 8
    assert names["math"].pi > 3  # from the setup cell
    assert "area" not in names and "figure" not in names


def test_given_names_and_several_cells(notebook):
    names = definitions(notebook, "area", "double", PI=3)
    assert names["double"](names["area"](2)) == 24
    assert names["Fraction"](1, 2) == 0.5


def test_a_cell_that_is_gone_or_defines_nothing_is_told(notebook):
    with pytest.raises(KeyError, match="no code cell gone"):
        definitions(notebook, "double", "gone")
    with pytest.raises(ValueError, match="picture defines no function"):
        definitions(notebook, "picture")


def test_functions_see_each_other_and_their_errors_name_the_cell(notebook):
    names = definitions(notebook, "area")
    with pytest.raises(NameError) as caught:
        names["area"](1)
    assert "some.ipynb: area" in str(caught.traceback[-1].path)
