"""Canonical form: what is kept, what goes, and that doing it twice changes nothing."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder import notebooks
from autograder.notebooks import ROOT, canonical, read, text

PLACE = "exercises/01_x/01_x.ipynb"
ABOUT = {"grade_id": "test_x", "grade": True, "points": 2, "schema_version": 3}
ALT = {"image": {"alt": "A wave."}}
NOTEBOOKS = sorted([*ROOT.glob("lectures/*.ipynb"), *ROOT.glob("solutions/*/*.ipynb")])


def used() -> nbformat.NotebookNode:
    """A notebook as it looks after a session on Colab and in JupyterLab."""
    return new_notebook(
        cells=[
            new_markdown_cell(
                "# Title\n\n" + notebooks.BADGE + "(https://old.example/x.ipynb)\n",
                id="title",
                metadata={"id": "xYz", "colab_type": "text"},
            ),
            new_code_cell("import os  # an old one", id="setup", execution_count=1),
            new_code_cell(
                "1 + 1\n\n",
                id="picture",
                execution_count=7,
                metadata={
                    "mystnb": ALT,
                    "tags": ["hide-input"],
                    "executionInfo": {"user": {"displayName": "A Student"}},
                    "outputId": "abc",
                    "collapsed": True,
                },
                outputs=[new_output("stream", text="2")],
            ),
            new_code_cell("assert True", id="test_x", metadata={"nbgrader": ABOUT}),
        ],
        metadata={
            "kernelspec": {"name": "conda-env", "display_name": "mine"},
            "language_info": {"name": "python", "version": "3.12.1"},
            "colab": {"provenance": []},
            "widgets": {},
        },
    )


def test_outputs_counts_and_stray_metadata_go():
    made = canonical(used(), PLACE)
    written = text(made)
    for stray in ("A Student", "outputId", "colab_type", "conda-env", "3.12.1"):
        assert stray not in written
    assert all(cell.outputs == [] for cell in made.cells if cell.cell_type == "code")
    assert all(cell.get("execution_count") is None for cell in made.cells)
    assert set(made.metadata) == {"kernelspec", "language_info"}
    assert made.metadata.kernelspec.name == "python3"
    assert (made.nbformat, made.nbformat_minor) == (4, 5)
    nbformat.validate(made)


def test_what_a_cell_means_stays():
    made = {cell.id: cell for cell in canonical(used(), PLACE).cells}
    assert list(made) == ["title", "setup", "picture", "test_x"]
    assert made["picture"].metadata == {"mystnb": ALT, "tags": ["hide-input"]}
    assert made["test_x"].metadata == {"nbgrader": ABOUT}
    assert made["picture"].source == "1 + 1"  # without the empty lines at its end


def test_pasted_pictures_stay():
    pasted = {"wave.png": {"image/png": "iVBORw0KGgo="}}
    cell = new_markdown_cell("![](attachment:wave.png)", attachments=pasted)
    made = canonical(new_notebook(cells=[cell]), PLACE)
    assert made.cells[0].attachments == pasted
    nbformat.validate(made)


def test_idempotent():
    once = canonical(used(), PLACE)
    again = canonical(nbformat.reads(text(once), as_version=4), PLACE)
    assert text(again) == text(once)


def test_input_is_left_alone():
    before = used()
    ids = [cell.id for cell in before.cells]
    canonical(before, PLACE)
    assert [cell.id for cell in before.cells] == ids
    assert before.cells[2].outputs


def test_text_ends_with_one_newline():
    written = text(canonical(used(), PLACE))
    assert written.endswith("}\n")
    assert not written.endswith("\n\n")


def test_same_setup_cell_everywhere():
    cells = {
        cell.source
        for path in NOTEBOOKS
        for cell in read(path).cells
        if cell.id == "setup"
    }
    assert len(NOTEBOOKS) > 1
    assert cells == {notebooks.SETUP_CELL.format(repository=notebooks.repository())}
    assert canonical(used(), PLACE).cells[1].source in cells


def test_repository_is_named_in_one_place(tmp_path):
    """Another line in pyproject.toml: other badges, another address in the setup."""
    (tmp_path / "pyproject.toml").write_text(
        '[project]\n[project.urls]\nrepository = "https://github.com/someone/else"\n'
    )
    made = canonical(used(), PLACE, tmp_path)
    badge = made.cells[0].source.splitlines()[-1]
    assert badge == notebooks.BADGE + (
        "(https://colab.research.google.com/github/someone/else/blob/main/"
        "exercises/01_x/01_x.ipynb)"
    )
    assert "git+https://github.com/someone/else" in made.cells[1].source
    ours = notebooks.repository()
    assert ours not in text(made)
    assert ours.removeprefix("https://github.com/") in text(canonical(used(), PLACE))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_no_other_address_of_the_repository(path):
    """What names the repository in a notebook is what canonical form writes."""
    place = notebooks.repository().removeprefix("https://")
    for cell in read(path).cells:
        if place in cell.source:
            assert cell.id == "setup" or notebooks.BADGE in cell.source


def test_heading():
    lecture = new_notebook(cells=[new_markdown_cell("# 01 · X\n\n*Why?*\n\nText.")])
    assert notebooks.heading(lecture) == ("01 · X", "Why?")


@pytest.mark.parametrize(
    ("about", "test", "solution", "locked"),
    [
        ({"grade": True, "solution": False, "locked": True}, True, False, False),
        ({"grade": False, "solution": True, "locked": False}, False, True, False),
        ({"grade": True, "solution": True, "locked": False}, False, True, False),
        ({"grade": False, "solution": False, "locked": True}, False, False, True),
        (None, False, False, False),
    ],
)
def test_kinds_of_cells(about, test, solution, locked):
    cell = new_code_cell("", metadata={"nbgrader": about} if about else {})
    assert notebooks.is_test(cell) == test
    assert notebooks.is_solution(cell) == solution
    assert notebooks.is_locked(cell) == locked
