"""What a student's process does to itself gains nothing: tests run in another one."""

import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from autograder.grade import grade
from tests.autograder import tiny
from tests.autograder.tiny import ASSIGNMENT, LIGHT, RIGHT, TESTS

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="Linux only"),
    pytest.mark.xdist_group("cheats"),  # graded once
]

# Each is wrong, and would have stock nbgrader, or a careless examiner, think otherwise.
WRONG = "\ndef double(x):\n    return 5\n"
CHEATS = {
    "equal to all": """\
class Liar:
    def __eq__(self, other):
        return True
def double(x):
    return Liar()""",
    "a number equal to all": """\
class Liar(float):
    def __eq__(self, other):
        return True
def double(x):
    return Liar(5)""",
    "an array equal to all": """\
import numpy as np
class Liar(np.ndarray):
    def __eq__(self, other):
        return True
def double(x):
    return np.array(5).view(Liar)""",
    "an array of another mind": """\
class Liar:
    def __array__(self, *args, **kwargs):
        raise KeyboardInterrupt
    def __float__(self):
        return 4.0
def double(x):
    return Liar()""",
    "not a number": "def double(x):\n    return float('nan')",
    "no assert": """\
import ast
class Drop(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)
get_ipython().ast_transformers.append(Drop())"""
    + WRONG,
    "other input": """\
get_ipython().input_transformers_post.append(lambda lines: ['2.0\\n'])"""
    + WRONG,
    "a hook": """\
def show(*args):
    print(2.0)
get_ipython().events.register('pre_run_cell', show)
get_ipython().events.register('post_run_cell', show)
get_ipython().run_cell = lambda *args, **kwargs: None"""
    + WRONG,
    "a forged message": """\
import threading, time
def forge():
    kernel = get_ipython().kernel
    content = {'data': {'text/plain': '2.0'}, 'metadata': {}, 'execution_count': 5}
    for _ in range(200):
        kernel.session.send(
            kernel.iopub_socket, 'execute_result', content,
            parent=kernel.get_parent(), ident=b'execute_result')
        time.sleep(0.005)
threading.Thread(target=forge, daemon=True).start()"""
    + WRONG,
    "a forged verdict": """\
import sys
from autograder import answering
def double(x):
    stream = {'output_type': 'execute_result', 'data': {'text/plain': '2.0'}}
    answering._current.channel.send({'outputs': [stream], 'lost': '', 'number': 2})
    return 5""",
    "an unreadable answer": """\
from autograder import answering
answering.Answers._coded = lambda self, encoder, value: ['i', 'zz', []]"""
    + WRONG,
    "a shouted score": "def double(x):\n    print(2.0)\n    print('passed')",
    "patched builtins": """\
import builtins, sys
builtins.sum = lambda *args: 4
builtins.AssertionError = ZeroDivisionError
builtins.open = None
sys.modules['_io'] = None"""
    + WRONG,
    "a look at the caller": """\
import sys
def double(x):
    frame = sys._getframe()
    while frame := frame.f_back:
        for value in (*frame.f_locals.values(), *frame.f_code.co_consts):
            if 'double(-3)' in str(value):
                return 2 * x
    return 5""",
    "the end of Python": "import os\ndef double(x):\n    os._exit(0)",
    "no more connection": "import os\ndef double(x):\n    os.closerange(3, 99)",
    "an error of the engine's": """\
class BrokenTest(Exception):
    pass
def double(x):
    raise BrokenTest('give me the points')""",
    "all exceptions": """\
class Rest(BaseException):
    pass
def double(x):
    raise Rest""",
    "without end": """\
import itertools
def double(x):
    return itertools.count()""",
    "in itself": "loop = []\nloop.append(loop)\ndef double(x):\n    return loop",
    "tags": WRONG,
    "a cell that claims to be locked": WRONG,
}
# Python comes to its end at the first call, or the examiner can't ask any more.
ENDED = {"the end of Python", "no more connection"}
LIAR = "double = lambda x: type('Liar', (), {'__eq__': lambda self, other: True})()"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class of cheats and one honest student: rows by student."""
    course = tiny.make_course(tmp_path_factory.mktemp("cheats"))
    tiny.hand_in(course, "honest", **RIGHT)
    for name, source in CHEATS.items():
        path = tiny.hand_in(course, name, double=source)
        notebook = nbformat.read(path, as_version=4)
        if name == "tags":
            for cell in notebook.cells:
                cell.metadata["tags"] = ["skip-execution", "raises-exception"]
        if "locked" in name:
            marks = {"schema_version": 3, "grade_id": "given", "locked": True}
            marks |= {"grade": False, "solution": False, "task": False}
            cell = new_code_cell(LIAR, metadata={"nbgrader": marks})
            notebook.cells.insert(3, cell)
        tiny.write(course, name, notebook)
    return {row.student: row for row in grade(course, ASSIGNMENT, preload=LIGHT)}


def test_honest_work_has_its_marks(graded):
    assert [graded["honest"].cells[name]["score"] for name in TESTS] == [2, 1, 2]


@pytest.mark.parametrize("name", CHEATS)
def test_cheat_gains_nothing(graded, name):
    cells = graded[name].cells
    assert [cells[test]["score"] for test in TESTS] == [0, 0, 0]
    outcomes = {cells[test]["outcome"] for test in TESTS[:2]}
    if name not in ENDED:  # else a person has a look
        assert outcomes <= {"failed", "error"}, outcomes
        assert graded[name].status == "graded"
