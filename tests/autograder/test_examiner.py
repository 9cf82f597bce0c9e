"""Test cells run in an examiner and ask the student's kernel for what they read."""

import socket
import sys

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder import forking
from autograder.channel import Channel
from autograder.examiner import Examiner, Prelude
from autograder.execute import execute
from autograder.forking import OwnZygote
from autograder.payload import Limits, Payload
from autograder.provisioner import KERNEL
from tests.autograder.tiny import LIGHT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


@pytest.fixture(scope="module")
def zygote():
    """A zygote without TensorFlow, found by everything that starts kernels here."""
    zygote = OwnZygote(LIGHT)
    zygote.wait()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(forking.VARIABLE, str(zygote.folder))
        yield zygote
    zygote.close()


def marked(source: str, **marks):
    about = {"schema_version": 3, "grade_id": "x", "grade": False, "solution": False}
    return new_code_cell(
        source, metadata={"nbgrader": about | {"locked": True, "task": False} | marks}
    )


def examine(student: str, *tests: str, given: str = "", seconds=5, kernel=KERNEL):
    """Run tests after a locked cell and the student's: entry, tests' outputs."""
    cells = [marked(given), new_code_cell(student)]
    cells += [marked(test, grade=True, points=2) for test in tests]
    limits = Limits(cell_seconds=seconds)
    payload = Payload(new_notebook(cells=cells), {"a.txt": b"hello"}, limits)
    entry = execute(payload, kernel)
    return entry, [cell["outputs"] for cell in entry["cells"][2:]]


def verdicts(found) -> list[str]:
    """ "" for each test that passed, else its error."""
    _, cells = found
    errors = [[o for o in cell if o["output_type"] == "error"] for cell in cells]
    return [f"{e[0]['ename']}: {e[0]['evalue']}" if e else "" for e in errors]


FUNCTIONS = """\
import numpy as np
import os
def same(*args, **kwargs):
    return args, kwargs
def kinds(value):
    return type(value).__name__, getattr(value, "dtype", None) is not None
def add_one(rows):
    rows.append(1)
    return rows
def shout(text):
    print(text)
def number(n, /, base=10):
    return n * base
def later():
    return number
def pairs():
    for n in range(3):
        yield n, n**2
def view():
    return {"x": 1}.keys()
def place():
    return os.getpid(), os.getcwd()
words, table = ["a", "b"], {"x": np.arange(3), (1, 2): None}
sum = lambda values: 42
import collections
Point = collections.namedtuple("Point", "x y")
point, thing = Point(1, 2), object()
"""
PASSES = {
    "plain arguments": """\
got = same(1, 2.5, [None], "ü", k={"a": (1, b"x")})
assert got == ((1, 2.5, [None], "ü"), {"k": {"a": (1, b"x")}}), got""",
    "arrays": """\
(got,), _ = same(np.arange(6, dtype="int8").reshape(2, 3).T)
assert got.dtype == np.int8 and got.tolist() == [[0, 3], [1, 4], [2, 5]]""",
    "NumPy's numbers": "assert kinds(np.float32(1)) == ('float32', True)",
    "variables": "assert words == ['a', 'b'] and table[1, 2] is None",
    "in a function": """\
def twice(n):
    return [number(n) for _ in range(2)]
assert twice(2) == [20, 20]""",
    "in a class": "class Box:\n    size = number(1)\nassert Box.size == 10",
    "copies": "rows = []\nassert add_one(rows) == [1] and rows == []",
    "functions that come back": "assert later()(3, base=2) == 6",
    "generators": "assert [b for _, b in pairs()] == [0, 1, 4]",
    "views": "assert view() == ['x']",
    "named tuples": "assert point == (1, 2)",
    "handed back": "same(thing)",
    "a process of its own": """\
import os
assert place() != (os.getpid(), os.getcwd())""",
    "files": "assert open('a.txt').read() == 'hello'",
    "Python's own functions": "assert sum([1, 2]) == 3",
    "locked imports": "assert np.float64 is numpy.float64 and root(9) == 3",
    "locked values": "assert ten == 10",
    "its own names": "words = 5\nassert words == 5",
    "no names of other tests": """\
try:
    got
except NameError:
    got = None
assert got is None""",
}
GIVEN = "import numpy\nimport numpy as np\nfrom math import sqrt as root\nten = 10"


@pytest.mark.parametrize("kernel", [KERNEL, "python3"])
def test_what_a_test_may_do(zygote, kernel):
    found = examine(FUNCTIONS, *PASSES.values(), given=GIVEN, kernel=kernel)
    failures = dict(zip(PASSES, verdicts(found), strict=True))
    assert failures == dict.fromkeys(PASSES, "")
    assert found[0]["kernel"] == ("forked" if kernel == KERNEL else "cold")


def test_the_examiner_gets_ready_while_the_students_cells_run(zygote):
    student = "import time\ntime.sleep(0.3)\nbegan = time.time()"
    test = "import psutil\nassert psutil.Process().create_time() < began"
    assert verdicts(examine(student, test)) == [""]


RAISES = """\
class Own(ValueError):
    pass
def raises(kind):
    if kind == "unicode":
        b"\\xff".decode()
    raise {"own": Own, "exit": SystemExit, "none": Exception}.get(kind, KeyError)(kind)
"""


def test_a_students_modules_stay_with_the_student(zygote):
    """Nor does connecting leave or take a name of the student's."""
    files = {"autograder.py": b"1 / 0", "numpy.py": b"1 / 0", "math.py": b"pi = 3"}
    cells = [new_code_cell("path, sys = 5, 6")]
    tests = [
        "while True: pass",
        "import numpy as np\nassert np.pi > 3 and path + sys == 11",
    ]
    cells += [marked(test, grade=True, points=2) for test in tests]
    payload = Payload(new_notebook(cells=cells), files, Limits(cell_seconds=1))
    for kernel in (KERNEL, "python3"):
        entry = execute(payload, kernel)
        found = [cell["outputs"] for cell in entry["cells"]][1:]
        assert [bool(outputs) for outputs in found] == [True, False], found


def test_errors_are_of_the_type_that_they_were(zygote):
    caught = """\
types = {"own": ValueError, "unicode": UnicodeDecodeError, "": KeyError}
for kind, type_ in types.items():
    try:
        raises(kind)
    except type_:
        continue
    assert False, kind"""
    found = examine(RAISES, caught, "raises('own')", "raises('exit')", "raises('?')")
    said = ["", "Own: own", "SystemExit: exit", "KeyError: '?'"]
    assert verdicts(found) == said
    trace = "\n".join(found[1][1][0]["traceback"])
    assert "----> 1 raises('own')" in trace
    assert "in raises" in trace and "raise {" in trace
    assert "autograder" not in trace


def test_prints_of_a_call_are_the_tests(zygote):
    source = "import sys, warnings\ndef f():\n    print('out')\n    warnings.warn('w')"
    entry, (outputs,) = examine(source, "print('before')\nf()\nprint('after')")
    (stream,) = outputs
    assert stream["name"] == "stdout"
    assert stream["text"].startswith("before\nout\n") and "w" in stream["text"]
    assert stream["text"].endswith("after\n")
    assert entry["cells"][1]["outputs"] == []


def test_last_number_is_a_partial_score(zygote):
    ends = ["1 + half", "np.float32(0.5)", "'1.5'", "True", "None", "[1]"]
    _, cells = examine("half = 0.5", *ends, given="import numpy as np")
    kinds = [[output["output_type"] for output in cell] for cell in cells]
    partial, text = ["execute_result"], ["stream"]
    assert kinds == [partial, partial, text, text, [], text]
    assert cells[0][0]["data"] == {"text/plain": "1.5"}
    assert cells[1][0]["data"] == {"text/plain": "0.5"}


def test_an_array_is_no_score(zygote):
    """As text it would be worth full marks."""
    source = "import numpy as np\ndef f(n):\n    return np.array([5] * n)"
    found = examine(source, *(f"sum(f({n}) == k for k in (4, 5)) / 2" for n in (1, 2)))
    assert found[1][0][0]["data"] == {"text/plain": "0.5"}
    assert verdicts(found)[1].startswith("BrokenTest: the test ends in a value of type")


def test_no_error_ends_a_loop_of_the_tests(zygote):
    source = """\
def f(n):
    raise StopIteration
def g(n):
    raise ExceptionGroup("m", [ValueError()])"""
    found = verdicts(
        examine(source, "assert all(map(lambda n: f(n) == 1, range(3)))", "g(1)")
    )
    assert found[0].startswith("StopIteration")
    assert found[1].startswith("ExceptionGroup: m")


def test_broken_tests_say_so(zygote):
    source = "def f(x):\n    return x"
    tests = [
        "f(lambda: 1)",
        "try:\n    f(object())\nexcept BaseException as e:\n    raise",
        "f(",
        "f(n for n in [1])",
    ]
    assert all(
        said.startswith("BrokenTest: ") for said in verdicts(examine(source, *tests))
    )
    found = examine("x = 1", "assert x == other", given="other = 1 / 0")
    assert verdicts(found) == [
        "BrokenTest: a locked cell fails: ZeroDivisionError: division by zero"
    ]


def test_faults_of_the_examiner_are_no_students(monkeypatch):
    examiner = Examiner()
    ours, _ = socket.socketpair()
    examiner.meet(Channel(ours))
    monkeypatch.setattr(Prelude, "names", None)
    (error,) = examiner.examine("assert x", [])["outputs"]
    assert error["ename"] == "BrokenTest" and "NoneType" in error["evalue"]


def test_an_examiner_that_dies_is_no_students_fault(zygote, monkeypatch):
    """Not even where it was the student's doing: a person is to look."""
    killing = "import os\nos.kill(os.getpid(), 9)"
    found = verdicts(examine("x = 1", killing, "assert x == 1"))
    assert found[0].startswith("BrokenTest: the examiner ended")
    assert found[1] == ""


def test_locked_cells_that_need_the_student_lend_imports_only(zygote):
    given = "import math\nresult = answer() + 1"
    found = examine(
        "def answer():\n    return 1\nresult = 5", "assert result == 5", given=given
    )
    assert verdicts(found) == [""]
    found = examine("def answer():\n    return 1", "assert math.pi > 3", given=given)
    assert verdicts(found) == [""]


def test_what_does_not_cross_says_so(zygote):
    source = """\
class History:
    history = {"loss": [1]}
    def __eq__(self, other):
        return True
    def __len__(self):
        return 3
h = History()
def train():
    return h
"""
    tests = [
        "train().history",
        "assert train() == 3",
        "len(train())",
        "np.asarray(h)",
        "assert type(h).__name__ == 'History'",
    ]
    found = verdicts(examine(source, *tests, given="import numpy as np"))
    assert "plain data, but got History" in found[0]
    assert found[1] == "AssertionError: "
    assert "History" in found[2]
    assert found[3].startswith("TypeError: Expected plain data")
    assert found[4] == ""


def test_names_that_there_are_not(zygote):
    assert verdicts(examine("x = 1", "assert y == 1")) == [
        "NameError: name 'y' is not defined"
    ]


def test_time_outs(zygote):
    source = "import time\ndef f():\n    while True:\n        time.sleep(0.01)\nx = 1"
    found = examine(
        source, "f()", "assert x == 1", "while True: pass", "x / 2", seconds=1
    )
    late = "CellTimeoutError: the test was stopped after 1 s"
    assert verdicts(found) == [f"{late}: f was still running", "", late, ""]
    assert found[0]["ended"] == "finished"


def test_a_deaf_kernel_is_left(zygote):
    source = """\
import time
def f():
    while True:
        try:
            time.sleep(60)
        except KeyboardInterrupt:
            pass
"""
    found = examine(source, "f()", "f()", "1.0", seconds=1)
    assert found[0]["ended"] == "hung"
    assert [said.split(":")[0] for said in verdicts(found)] == [
        "CellTimeoutError",
        "CellTimeoutError",
        "DeadKernelError",
    ]


def test_a_kernel_that_ends(zygote):
    found = examine("import os\ndef f():\n    os._exit(0)", "f()", "1.0")
    assert found[0]["ended"] == "kernel died"
    assert [said.split(":")[0] for said in verdicts(found)] == ["DeadKernelError"] * 2


def test_seeds_reach_the_student(zygote):
    source = """\
import random
import numpy as np
def draw():
    return random.random(), np.random.rand()
"""
    test = """\
random.seed(3)
np.random.seed(4)
got = draw()
random.seed(3)
np.random.seed(4)
assert got == draw() == (random.random(), np.random.rand())"""
    given = "import random\nimport numpy as np"
    assert verdicts(examine(source, test, given=given)) == [""]


def test_tests_draw_the_same_whatever_ran_before(zygote):
    test = "print(np.random.rand())"
    _, cells = examine("", test, "np.random.rand(7)", test, given="import numpy as np")
    assert cells[0] == cells[2]


def test_the_students_process_never_has_the_tests(zygote):
    source = """\
import gc
def seen():
    word = "sec" + "ret"
    texts = [repr(o) for o in gc.get_objects() if type(o) in (dict, list, tuple)]
    return [t for t in texts if "word is " + word in t][:3]
def history():
    return "".join(get_ipython().history_manager.input_hist_raw + In)
"""
    test = "'the word is secret'\nassert not seen()\nassert 'the word' not in history()"
    assert verdicts(examine(source, test)) == [""]
