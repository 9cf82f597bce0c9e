"""A process that runs test cells, and that no code of a student's ever enters.

    python -P -m autograder.examiner DESCRIPTOR

It is forked from the zygote beside the student's kernel; where there is no zygote, it
starts as above. It reads from its socket, and answers each test with what the cell puts
out, in the form that nbgrader scores (`verdict` has the rules):

    → {"tensorflow": true}                  it is going to be needed
    → {"student": true}, then one byte with the descriptor of a channel to the kernel
    → {"test": source, "prelude": [sources of the locked cells before it]}
    ← {"outputs": […], "lost": why the student's kernel can't be asked any more, or ""}

A name that the test reads but doesn't define comes from the locked cells if they define
it, else from the student's kernel: a plain value, a model, or a function to call.
"""

import ast
import builtins
import linecache
import random
import socket
import sys
from contextlib import redirect_stderr, redirect_stdout
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np

from autograder import tracebacks
from autograder.answering import Printed
from autograder.channel import BadFrame, Channel, Closed
from autograder.names import bound, global_reads
from autograder.proxies import (
    BrokenTest,
    Gone,
    Stopped,
    Student,
    StudentError,
    mirrored_seeds,
)

TEST = "<the test>"
SEED = 0


def main(descriptor: int) -> None:
    """Serve tests until the other side closes."""
    control = Channel(socket.socket(fileno=descriptor))
    examiner = Examiner()
    while True:
        try:
            message, _ = control.receive()
            if "tensorflow" in message:
                _use_tensorflow()
                continue
            if "student" in message:
                _, (channel,), _, _ = socket.recv_fds(control.connection, 1, 1)
                examiner.meet(Channel(socket.socket(fileno=channel)))
                continue
            control.send(examiner.examine(message["test"], message["prelude"]))
        except (Closed, BadFrame):
            return


def _use_tensorflow() -> None:
    """Have TensorFlow start its threads, where it is imported."""
    if tensorflow := sys.modules.get("tensorflow"):
        tensorflow.zeros(1)


class Examiner:
    """Runs test cells, each in a dictionary of its own."""

    def __init__(self):
        self.student: Student | None = None
        self.prelude = Prelude()

    def meet(self, channel: Channel) -> None:
        """Ask the student's kernel through this channel from now on."""
        if self.student:
            self.student.channel.close()
        self.student = Student(channel)

    def examine(self, source: str, prelude: list[str]) -> dict:
        """Run a test cell; return what it put out."""
        printed, result = Printed(), []
        with redirect_stdout(printed), redirect_stderr(printed):
            try:
                result = _shown(self._run(source, prelude))
            except BaseException as error:
                result = [_error(error)]
        stream = {"output_type": "stream", "name": "stdout", "text": printed.getvalue()}
        outputs = [stream] * bool(stream["text"]) + result
        return {"outputs": outputs, "lost": self.student.lost}

    def _run(self, source: str, prelude: list[str]) -> Any:
        """Run a test cell; return the value of its last line, if that is one."""
        try:
            tree = ast.parse(source)
            reads = global_reads(source) - bound(tree) - set(dir(builtins))
        except (SyntaxError, ValueError) as error:
            raise BrokenTest(f"the test is no plain Python: {error}") from error
        names = {"__name__": "__main__", "__builtins__": builtins}
        names |= self.prelude.names(reads, prelude)
        unknown = sorted(reads - set(names))
        _seed()
        last = tree.body.pop() if _ends_in_value(tree) else None
        linecache.cache[TEST] = (len(source), None, source.splitlines(True), TEST)
        with mirrored_seeds(self.student):
            names |= self.student.look(unknown)
            exec(compile(tree, TEST, "exec"), names)
            if last is not None:
                return eval(compile(ast.Expression(last.value), TEST, "eval"), names)
        return None


class Prelude:
    """The locked cells that are no tests, run where a test reads what they define.

    A cell that needs the student's work lends its imports only.
    """

    def __init__(self):
        self._names: dict[str, Any] = {"__name__": "__main__"}
        self._run: set[int] = set()

    def names(self, wanted: set[str], sources: list[str]) -> dict[str, Any]:
        """Return those of the names wanted that the cells define. Raises BrokenTest."""
        cells = [_Locked(source) for source in sources]
        given = set().union(*(cell.binds for cell in cells)) | set(dir(builtins))
        for cell in cells:
            if not cell.reads <= given:
                cell.keep_imports()
        wanted, needed = set(wanted), []
        for number in reversed(range(len(cells))):
            if cells[number].binds & wanted:
                wanted |= cells[number].reads
                needed.append(number)
        for number in sorted(set(needed) - self._run):
            self._run.add(number)
            try:
                cells[number].run(self._names)
            except Exception as error:
                what = f"{type(error).__name__}: {error}"
                raise BrokenTest(f"a locked cell fails: {what}") from error
        defined = set().union(*(cell.binds for cell in cells))
        return {n: self._names[n] for n in wanted & defined & set(self._names)}


class _Locked:
    def __init__(self, source: str):
        try:
            self.tree = ast.parse(source)
        except (SyntaxError, ValueError):  # such as a line for the shell
            self.tree = ast.Module([], [])
        self._analyse()

    def keep_imports(self) -> None:
        kept = [n for n in self.tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
        self.tree.body = kept
        self._analyse()

    def run(self, names: dict[str, Any]) -> None:
        exec(compile(self.tree, "<a locked cell>", "exec"), names)

    def _analyse(self) -> None:
        self.binds = bound(self.tree)
        self.reads = global_reads(ast.unparse(self.tree)) - {"__name__"}


def _ends_in_value(tree: ast.Module) -> bool:
    return bool(tree.body) and isinstance(tree.body[-1], ast.Expr)


def _seed() -> None:
    """Give each test the same random numbers, whatever ran before it."""
    if keras := sys.modules.get("keras"):
        keras.utils.set_random_seed(SEED)
    else:
        random.seed(SEED)
        np.random.seed(SEED)  # noqa: NPY002  (for tests that draw from it)


def _shown(value: Any) -> list[dict]:
    """A cell's last value: a number is a partial score, all else is text.

    An array is what becomes of a score that is computed from a student's array: as text
    it would be worth full marks.
    """
    if value is None:
        return []
    if isinstance(value, np.ndarray) and value.size == 1 and value.dtype.kind in "iuf":
        value = value.item()
    if isinstance(value, np.ndarray | complex | np.complexfloating):
        kind = type(value).__name__
        raise BrokenTest(f"the test ends in a value of type {kind}, which is no score")
    if isinstance(value, Real) and not isinstance(value, bool | np.bool):
        return [
            {
                "output_type": "execute_result",
                "data": {"text/plain": repr(float(value))},
                "metadata": {},
                "execution_count": None,
            }
        ]
    return [{"output_type": "stream", "name": "stdout", "text": f"{value!r}\n"}]


def _error(error: BaseException) -> dict:
    """An error as nbgrader takes it, told of frames in the test and the student's."""
    name, text = type(error).__name__, ""
    try:
        text = str(error)
    except Exception as inner:
        name, text = "BrokenTest", f"the test's error can't be told: {inner}"
    if isinstance(error, Gone):
        name = "StudentError"
    elif isinstance(error, Stopped):
        text = f"{error} was still running"
    elif isinstance(error, BrokenTest):
        pass
    elif isinstance(error, MemoryError) or _is_ours(error):
        name, text = "BrokenTest", f"the examiner fails: {name}: {text}"
    shown = [
        frame
        for frame in tracebacks.frames(error.__traceback__)
        if frame.startswith(TEST)
    ]
    if isinstance(error, StudentError):
        shown += [tracebacks.IN_SUBMISSION, *error.frames]
    return {
        "output_type": "error",
        "ename": name,
        "evalue": text,
        "traceback": [*shown, f"{name}: {text}"],
    }


def _is_ours(error: BaseException) -> bool:
    """Whether the engine raised it without meaning to; what proxies raise is meant."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = Path(trace.tb_frame.f_code.co_filename) if trace else Path()
    return place.parent == Path(__file__).parent and place.stem != "proxies"


if __name__ == "__main__":
    main(int(sys.argv[1]))
