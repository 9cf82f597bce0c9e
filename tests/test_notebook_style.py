"""The style of the notebooks, as far as a program can see it."""

import ast
import re
from itertools import pairwise
from pathlib import Path
from statistics import median

import nbformat
import pytest

from autograder.lint import GENERATED_ID, READABLE_ID
from autograder.notebooks import BADGE, SETUP_CELL, badge, grading, is_test, repository

ROOT = Path(__file__).parents[1]
LECTURES = sorted((ROOT / "lectures").glob("*.ipynb"))
SOLUTIONS = sorted((ROOT / "solutions").glob("*/*.ipynb"))
TASK = re.compile(r"^## (\d+) · .+ \((\d+) points?\)$", flags=re.M)
TABLE_ROW = re.compile(r"^\| (\d+) \|.*\| (\d+) \|$", flags=re.M)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


every_notebook = pytest.mark.parametrize("path", LECTURES + SOLUTIONS, ids=name)
every_lecture = pytest.mark.parametrize("path", LECTURES, ids=name)
every_solution = pytest.mark.parametrize("path", SOLUTIONS, ids=name)


def cells(path: Path, kind: str | None = None) -> list[nbformat.NotebookNode]:
    """The cells of a notebook, or those of one kind."""
    found = nbformat.read(path, as_version=4).cells
    return [cell for cell in found if kind in (None, cell.cell_type)]


def test_there_are_notebooks():
    assert LECTURES
    assert SOLUTIONS


# --- every notebook ------------------------------------------------------------------


@every_notebook
def test_valid(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)


@every_notebook
def test_no_outputs(path):
    for cell in cells(path, "code"):
        assert cell.outputs == [], cell.id
        assert cell.execution_count is None, cell.id


@every_notebook
def test_readable_ids(path):
    ids = [cell.id for cell in cells(path)]
    assert len(ids) == len(set(ids))
    for cell_id in ids:
        assert READABLE_ID.fullmatch(cell_id), cell_id
        assert not GENERATED_ID.fullmatch(cell_id), cell_id


@every_notebook
def test_short_cells_and_lines(path):
    for cell in cells(path, "code"):
        lines = cell.source.split("\n")
        assert len(lines) <= 25 or is_test(cell), f"{cell.id}: {len(lines)} lines"
        for line in lines:
            assert len(line) <= 88, f"{cell.id}: {line}"


@every_notebook
def test_plain_python(path):
    """No magics, no shell, no questions: nothing but Python compiles."""
    for cell in cells(path, "code"):
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            pytest.fail(f"{cell.id}, line {error.lineno}: not plain Python")


@every_notebook
def test_begins_with_title_question_and_badge(path):
    title = cells(path)[0]
    assert title.cell_type == "markdown"
    number = path.stem[:2]
    kind = "Exercise " if path in SOLUTIONS else ""
    lines = title.source.split("\n")
    assert lines[0].startswith(f"# {kind}{number} · ")
    assert re.fullmatch(r"\*[^*].+\?\*", lines[2]), "the question, in italics"
    place = name(path).replace("solutions/", "exercises/")
    assert badge(place) in lines
    assert "minute" in title.source, "how long it takes"
    assert sum(cell.source.count(BADGE) for cell in cells(path)) == 1


@every_notebook
def test_setup_cell_comes_first(path):
    setup = cells(path, "code")[0]
    assert setup.id == "setup"
    assert setup.source == SETUP_CELL.format(repository=repository())
    for cell in cells(path, "code")[1:]:
        assert "COLAB_RELEASE_TAG" not in cell.source


@every_notebook
def test_one_title_and_no_skipped_heading(path):
    levels = []
    for cell in cells(path, "markdown"):
        text = re.sub(r"^```.*?^```", "", cell.source, flags=re.M | re.S)
        levels += [len(marks) for marks in re.findall(r"^(#+) ", text, flags=re.M)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    for before, after in pairwise(levels):
        assert after <= before + 1


@every_notebook
def test_alt_texts_say_something(path):
    for cell in cells(path):
        if "mystnb" in cell.metadata:
            alt = cell.metadata.mystnb.image.alt
            assert len(alt.split()) >= 5, cell.id
            assert alt.endswith("."), cell.id


# --- lectures ------------------------------------------------------------------------


@every_lecture
def test_median_cell_is_short(path):
    code = [cell for cell in cells(path, "code") if cell.id != "setup"]
    assert median(len(cell.source.split("\n")) for cell in code) <= 5


@every_lecture
def test_predict_then_run(path):
    """At least three predictions, each followed by a cell that reveals the answer."""
    everything = cells(path)
    places = [i for i, cell in enumerate(everything) if "**Predict" in cell.source]
    assert len(places) >= 3
    for i in places:
        assert "?" in everything[i].source.split("**Predict", 1)[1]
        following = [cell.cell_type for cell in everything[i + 1 : i + 4]]
        assert "code" in following, everything[i].id


@every_lecture
def test_first_picture_comes_early(path):
    code = [cell for cell in cells(path, "code") if cell.id != "setup"]
    assert any("mystnb" in cell.metadata for cell in code[:4])


@every_lecture
def test_objectives_setup_and_summary(path):
    texts = cells(path, "markdown")
    objectives = re.findall(r"^- ", texts[0].source, flags=re.M)
    assert 2 <= len(objectives) <= 4
    headings = re.findall(r"^## (.+)$", "\n".join(c.source for c in texts), flags=re.M)
    assert headings[0] == "Setup"
    assert headings[-1] == "Summary"
    question = texts[0].source.split("\n")[2].strip("*")
    summary = next(c.source for c in texts if c.source.startswith("## Summary"))
    assert question in " ".join(summary.split()), "the summary answers the question"


@every_lecture
def test_some_claims_are_checked(path):
    code = "\n".join(cell.source for cell in cells(path, "code"))
    assert re.search(r"^\s*assert |checks\.", code, flags=re.M)


@every_lecture
def test_no_grading_in_a_lecture(path):
    assert not any(grading(cell) for cell in cells(path))


# --- exercises -----------------------------------------------------------------------


@every_solution
def test_points_add_up(path):
    """The table of the title, the headings of the tasks and the tests agree."""
    table = {int(n): int(p) for n, p in TABLE_ROW.findall(cells(path)[0].source)}
    headings, tests, task = {}, {}, None
    for cell in cells(path):
        found = TASK.search(cell.source) if cell.cell_type == "markdown" else None
        if found:
            task, points = map(int, found.groups())
            assert task not in headings, f"there are two tasks {task}"
            headings[task] = points
        elif grading(cell).get("points"):
            tests[task] = tests.get(task, 0) + grading(cell)["points"]
    assert headings
    assert list(headings) == list(range(1, len(headings) + 1))
    assert headings == tests
    assert headings == table


@every_solution
def test_each_task_is_prompt_stub_tests(path):
    """Text first, then the student's cell, then at least one test."""
    kinds = []  # text, solution, check
    for cell in cells(path):
        if TASK.search(cell.source) and cell.cell_type == "markdown":
            kinds.append("t")
        elif grading(cell).get("solution"):
            kinds.append("s")
        elif grading(cell).get("grade"):
            kinds.append("c")
    assert kinds[0] == "t"
    for task in "".join(kinds).split("t")[1:]:
        assert task.startswith("s"), "a task begins with the student's cell"
        assert task.endswith("c"), "a task ends with a test"


@every_solution
def test_stubs_have_docstrings(path):
    for cell in cells(path, "code"):
        if grading(cell).get("solution"):
            for node in ast.parse(cell.source).body:
                if isinstance(node, ast.FunctionDef):
                    assert ast.get_docstring(node), f"{cell.id}: {node.name}"


@every_solution
def test_texts_and_setup_are_locked(path):
    """What students should not edit, nbgrader puts back before it grades."""
    for cell in cells(path):
        if cell.cell_type == "markdown" and not grading(cell).get("solution"):
            assert grading(cell).get("locked"), cell.id
    assert grading(cells(path, "code")[0])["locked"]
