"""What students get holds no hidden tests: no source, no values, whatever happened."""

import html
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from autograder.course import Course
from autograder.grade import grade
from autograder.hidden import FRAME, LINE, NOTE, HideTests
from autograder.notebooks import ROOT
from autograder.style import TABLES
from tests.autograder import tiny
from tests.autograder.tiny import ASSIGNMENT, RIGHT

# The last line is said when the test fails; every other word is the instructor's.
HIDDEN = """\
assert double(1) == 2, "visible zebra"
### BEGIN HIDDEN TESTS
def reference_walrus(pelican):
    return pelican + pelican
secret_ocelot = 40961
marmot = double(secret_ocelot)
assert marmot == reference_walrus(secret_ocelot), (
    "large numbers are not doubled"
)
### END HIDDEN TESTS"""
WORDS = ("walrus", "pelican", "ocelot", "40961", "marmot")
STUDENTS = {
    "right": RIGHT,
    "wrong": {"double": "def double(x):\n    return 2 * x % 1000"},
    "raises": {
        "double": "def double(x):\n    if x > 99:\n        raise ValueError('too much')"
        "\n    return 2 * x"
    },
    "prints": {"double": "def double(x):\n    print('got', x)\n    return 2 * x"},
    "tells": {"double": "def double(x):\n    if x > 99:\n"
              "        raise type(f'n{x}', (ValueError,), {})(f'got {x}')\n"
              "    return 2 * x"},
    "looks": RIGHT,
    "ends": {"double": "def double(x):\n    if x > 99:\n        import os\n"
             "        os._exit(1)\n    return 2 * x"},
    "untouched": {},
}  # fmt: skip


MARKS = {
    "schema_version": 3,
    "grade_id": "t",
    "grade": True,
    "solution": False,
    "locked": True,
    "task": False,
    "points": 1,
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A class graded by `autograder grade`, with a hidden test that can go wrong."""
    course = tiny.make_course(tmp_path_factory.mktemp("hidden"))
    path = course.source(ASSIGNMENT) / f"{ASSIGNMENT}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    (cell,) = (cell for cell in notebook.cells if cell.id == "test_negative")
    cell.source = HIDDEN
    nbformat.write(notebook, path)
    shutil.copy(ROOT / "nbgrader_config.py", course.repository)
    course = Course(course.repository / "grading", course.repository)
    for student, cells in STUDENTS.items():
        path = tiny.hand_in(course, student, **cells)
        if student == "looks":
            notebook = nbformat.read(path, as_version=4)
            spy = "from IPython import get_ipython\nprint(get_ipython().user_ns['In'])"
            notebook.cells += [new_code_cell(spy), new_code_cell("raise KeyError(In)")]
            tiny.write(course, student, notebook)
    grade(course, ASSIGNMENT, preload=())
    return course


def feedback(course, student):
    """The text that a browser shows of the student's feedback."""
    path = course.feedback / student / ASSIGNMENT / f"{ASSIGNMENT}.html"
    body = path.read_text().partition("<body")[2]
    return html.unescape(re.sub(r"<[^>]*>", "", body))


def test_tables_have_lines(course):
    (page, *_) = course.feedback.rglob("*.html")
    assert TABLES in page.read_text()


def assert_nothing_hidden(course):
    files = [path for path in course.feedback.rglob("*") if path.is_file()]
    assert len(files) >= len(STUDENTS)
    for path in files:
        text = path.read_text(errors="replace")
        shown = html.unescape(re.sub(r"<[^>]*>", "", text))
        for word in WORDS:
            assert word not in text, (path, word)
            assert word not in shown, (path, word)


def test_no_word_of_a_hidden_test(course):
    assert_nothing_hidden(course)
    inside = course.autograded / "right" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    assert "walrus" in inside.read_text(), "the instructor sees it"


def test_what_helps_a_student_stays(course):
    assert "large numbers are not doubled" in feedback(course, "wrong")
    assert "too much" in feedback(course, "raises")
    assert "raise ValueError('too much')" in feedback(course, "raises")
    for student in STUDENTS:
        shown = feedback(course, student)
        assert "visible zebra" in shown
        assert NOTE in shown
        assert "double(2) is 4" in shown
        assert "Score:" in shown


def test_same_from_nbgrader(course):
    shutil.rmtree(course.feedback)
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_feedback", ASSIGNMENT],
        cwd=course.repository,
        check=True,
        capture_output=True,
    )
    assert_nothing_hidden(course)
    test_what_helps_a_student_stays(course)


def hide(source, *outputs, count=7):
    cell = new_code_cell(source, metadata={"nbgrader": MARKS}, outputs=list(outputs))
    cell.execution_count = count
    notebook, _ = HideTests().preprocess(new_notebook(cells=[cell]), {})
    return notebook.cells[0]


def error(*frames, name="AssertionError", text=""):
    frames = [*frames, f"{name}: {text}"]
    return new_output("error", ename=name, evalue=text, traceback=frames)


def test_region_in_a_block_or_without_end():
    begin, end = "    ### BEGIN HIDDEN TESTS", "    ### END HIDDEN TESTS"
    source = f"for x in (1, 2):\n{begin}\n    f(x)\n{end}\nf(3)"
    assert hide(source).source == f"for x in (1, 2):\n    {NOTE}\nf(3)"
    assert hide("f(1)\n### BEGIN HIDDEN TESTS\nf(2)").source == f"f(1)\n{NOTE}"


def test_frames():
    source = (
        "f(1)\n### BEGIN HIDDEN TESTS\nx = 5\nassert f(x)\n### END HIDDEN TESTS\ng()"
    )
    at_hidden = "Cell In[7], line 4\n      3 x = 5\n----> 4 assert f(x)\n"
    at_visible = "Cell In[7], line 1\n----> 1 f(1)\n      3 x = 5\n      4 assert f(x)"
    own = "Cell In[3], line 2, in f(x)\n      1 x = 5\n----> 2 return y\n"
    (output,) = hide(source, error(at_hidden, own, text="no")).outputs
    assert output.traceback[0] == FRAME
    assert "return y" in output.traceback[1]
    assert output.traceback[2] == "AssertionError: no"
    (output,) = hide(source, error(at_visible)).outputs
    assert "----> 1 f(1)" in output.traceback[0]
    assert "f(x)" not in output.traceback[0]
    assert output.traceback[0].count(LINE) == 1


def test_message_of_several_lines_stays():
    source = '### BEGIN HIDDEN TESTS\nassert f(1), """\nexpected the number two\n"""\n'
    (output,) = hide(source, error(text="\nexpected the number two\n")).outputs
    assert output.evalue == "\nexpected the number two\n"


def test_no_hidden_test_no_change():
    printed, failed = new_output("stream", text="f(1)"), error("frame", text="f(1)")
    cell = hide("assert f(1) == 'long enough'", printed, failed)
    assert cell.source == "assert f(1) == 'long enough'"
    assert cell.outputs == [printed, failed]


def test_only_a_score_is_left_of_what_a_hidden_test_gives():
    source = "### BEGIN HIDDEN TESTS\nf(1)\n### END HIDDEN TESTS"
    score = new_output("execute_result", data={"text/plain": "0.5"})
    value = new_output("execute_result", data={"text/plain": "[5, 6]"})
    picture = new_output("display_data", data={"image/png": "aa"})
    cell = hide(source, score, value, picture, new_output("stream", text="5"))
    assert cell.outputs == [score]
