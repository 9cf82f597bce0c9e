"""What Colab saves is graded without loss.

Colab writes nbformat 4.0: cells have no id but one in their metadata. It adds its own
to cells and outputs, a person's name among it, and the state of widgets without the
key that nbconvert asks for.
"""

import json

import nbformat
import pytest

from autograder.grade import grade
from tests.autograder import tiny
from tests.autograder.tiny import ASSIGNMENT, RIGHT, TESTS

pytestmark = pytest.mark.xdist_group("saved by colab")  # graded once

PERSON = "Ada Lovelace-Student"
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"


def saved_by_colab(notebook: nbformat.NotebookNode) -> dict:
    """The notebook as Colab's menu hands it out, run and with nbgrader's marks."""
    cells = [
        saved_cell(cell, number) for number, cell in enumerate(notebook.cells, start=1)
    ]
    widget = {"model_module": "@jupyter-widgets/controls", "model_name": "VBoxModel"}
    metadata = {
        "accelerator": "GPU",
        "colab": {"gpuType": "T4", "provenance": [], "toc_visible": True},
        "kernelspec": {"display_name": "Python 3", "name": "python3"},
        "language_info": {"name": "python"},
        "widgets": {STATE: {"a1": {**widget, "state": {"children": []}}}},
    }
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 0}


def saved_cell(cell: nbformat.NotebookNode, number: int) -> dict:
    made = {"cell_type": cell.cell_type, "source": cell.source.splitlines(True)}
    about = made["metadata"] = {**cell.metadata, "id": f"kX{number:010d}"}
    if cell.cell_type == "code":
        about["colab"] = {"base_uri": "https://" + "localhost:8080/", "height": 34}
        about["outputId"] = f"7a93c8f2-0000-4000-8000-{number:012d}"
        about["executionInfo"] = {
            "status": "ok",
            "timestamp": 1_790_000_000_000 + number,
            "user_tz": -120,
            "elapsed": 312,
            "user": {"displayName": PERSON, "userId": "01234567890123456789"},
        }
        shown = {"text/plain": ["VBox()"], VIEW: {"model_id": "a1"}}
        output = {"output_type": "display_data", "data": shown, "metadata": {}}
        stream = {"output_type": "stream", "name": "stdout", "text": [f"{number}\n"]}
        made |= {"execution_count": number, "outputs": [stream, output]}
    else:
        about["colab_type"] = "text"
    return made


def without_marks(notebook: dict) -> dict:
    """The same, of a student who pasted the cells into a notebook of their own."""
    for cell in notebook["cells"]:
        cell["metadata"].pop("nbgrader", None)
    return notebook


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The course, and the row of each who handed in the same right answers."""
    course = tiny.make_course(tmp_path_factory.mktemp("class"))
    path = tiny.hand_in(course, "jupyter", **RIGHT)
    right = nbformat.read(path, as_version=4)
    saved = {
        "colab": saved_by_colab(right),
        "pasted": without_marks(saved_by_colab(right)),
    }
    for student, notebook in saved.items():
        path = course.submission(student, ASSIGNMENT) / f"{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook))
    return course, {row.student: row for row in grade(course, ASSIGNMENT, preload=())}


@pytest.mark.parametrize("student", ["colab", "pasted"])
def test_full_marks_as_from_jupyter(graded, student):
    _, rows = graded
    assert rows[student].cells == rows["jupyter"].cells
    assert [rows[student].cells[name]["score"] for name in TESTS] == [2, 1, 2]


def test_nothing_to_repair_where_the_marks_are_there(graded):
    _, rows = graded
    assert rows["colab"].repairs == []
    assert rows["pasted"].repairs


@pytest.mark.parametrize("student", ["colab", "pasted"])
def test_feedback_shows_the_work_and_not_the_person(graded, student):
    course, _ = graded
    page = course.feedback / student / ASSIGNMENT / f"{ASSIGNMENT}.html"
    text = page.read_text()
    assert RIGHT["words"] in text
    assert PERSON not in text


@pytest.mark.parametrize("student", ["colab", "pasted"])
def test_answers_are_those_handed_in(graded, student):
    course, _ = graded
    path = course.folder / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    cells = {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}
    assert {name: cells[name] for name in RIGHT} == RIGHT
