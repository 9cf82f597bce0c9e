"""Feedback without hidden tests: neither their source nor the values in them.

`nbgrader_config.py` puts `HideTests` into `GenerateFeedback.preprocessors`, so that
`nbgrader generate_feedback`, the formgrader and `autograder grade` hide the same. A
student still sees the score, the message of the check that failed, the frames of their
own functions, what visible tests say, and comments.
"""

import ast
import builtins
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_grade, is_solution
from traitlets import List

from autograder.tracebacks import IN_SUBMISSION
from autograder.verdict import plain

NOTE = "# (hidden tests)"
LINE = "(a line of a hidden test)"
FRAME = "(in a hidden test)\n"
WORDS = "(what an error says is told for visible tests)"
# What is too short to be told from other code is no secret: "else:", "x = 1".
SHORTEST = 10
# The cell that a frame of a traceback is in, by the number of its execution.
CELL = re.compile(r"\s*Cell In ?\[(\d+)\]")
# The same of a student's frame: the cell, the line, the function's name.
PLACE = re.compile(r"Cell In ?\[\d+\], line \d+(?:, in (\w+|<lambda>))?")
# A line of code as IPython shows it in a traceback, "---->" before the current one.
SHOWN = re.compile(r"^(-*>)?\s*\d+(?: |$)(.*)$")


class HideTests(ClearHiddenTests):
    """Take hidden tests out of a graded notebook, and out of what its cells put out.

    Subclasses nbgrader's ClearHiddenTests for its delimiters, which are configurable.
    """

    # Of the exporter. nbgrader's base class takes it for a mistake, and warns.
    display_data_priority = List().tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict
    ) -> tuple[NotebookNode, dict]:
        """Hide the tests of test cells in them, and in the outputs of all cells."""
        secret, sayable, hiding = set(), set(), []
        for cell in nb.cells:
            if cell.cell_type == "code" and is_grade(cell) and not is_solution(cell):
                lines = set(self._hidden(cell.source))
                if lines:
                    hiding.append(cell)
                    secret |= lines
                    sayable |= set(_within_strings(cell.source))
        told = Secret(secret, sayable)
        own = Own(cell.source for cell in nb.cells if cell not in hiding)
        for cell in hiding:
            cell.source = self._without(cell.source)
            cell.outputs = list(_verdict(cell, told, own))
        for cell in nb.cells:
            if cell.cell_type == "code" and secret:
                for output in cell.outputs:
                    _scrub(output, told)
        return nb, resources

    def _hidden(self, source: str) -> Iterator[str]:
        """Yield the lines of hidden tests, without space at their ends."""
        inside = False
        for line in source.splitlines():
            if self.begin_test_delimeter in line:
                inside = True
                yield line.strip()
            elif self.end_test_delimeter in line:
                inside = False
            elif inside and line.strip():
                yield line.strip()

    def _without(self, source: str) -> str:
        """Put a note in place of each hidden part; one without an end is all hidden."""
        kept, inside = [], False
        for line in source.splitlines():
            if self.begin_test_delimeter in line:
                if not inside:
                    kept.append(line[: len(line) - len(line.lstrip())] + NOTE)
                inside = True
            elif self.end_test_delimeter in line:
                inside = False
            elif not inside:
                kept.append(line)
        return "\n".join(kept)


class Secret:
    """The lines that must not be shown. Those in `sayable` may be in a message."""

    def __init__(self, lines: set[str], sayable: set[str]):
        self.lines = lines
        self.telling = {line for line in lines if len(line) >= SHORTEST}
        self.sayable = sayable

    def shows(self, line: str, telling: set[str] | None = None) -> bool:
        """Tell whether the line holds a hidden one, as it is or in quotes."""
        return any(
            secret in line or repr(secret)[1:-1] in line
            for secret in (self.telling if telling is None else telling)
        )

    def scrub(self, text: str, telling: set[str] | None = None) -> str:
        """Return the text with lines that show a hidden one replaced."""
        plain_text = plain(text)
        if not self.shows(plain_text, telling):
            return text
        kept = []
        for line in plain_text.split("\n"):
            line = LINE if self.shows(line, telling) else line
            if line != LINE or kept[-1:] != [LINE]:
                kept.append(line)
        return "\n".join(kept)

    def message(self, text: str) -> str:
        """Scrub the message of an error: words in quotes are there to be said."""
        return self.scrub(text, self.telling - self.sayable)

    def frame(self, text: str) -> str:
        """Scrub a frame of a traceback through a cell that holds hidden tests.

        All of a frame goes whose current line is hidden: values may stand there too.
        """
        kept = []
        for line in plain(text).split("\n"):
            shown = SHOWN.match(line)
            if shown and shown[2].strip() in self.lines:
                if shown[1]:
                    return FRAME
                line = LINE
            if line != LINE or kept[-1:] != [LINE]:
                kept.append(line)
        return self.scrub("\n".join(kept)) + "\n"


class Own:
    """What a student has written, and so may be shown of an error in a hidden test.

    What a submission's error is called and says, and the lines that it shows, are made
    when it is raised: it can say with what a hidden test has called it.
    """

    def __init__(self, sources: Iterable[str]):
        self.strings: set[str] = set()
        self.words = {"lambda"}
        self.lines: set[str] = set()
        for source in sources:
            self.words |= set(re.findall(r"\w+", source))
            self.lines |= {line.strip() for line in source.splitlines()}
            with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
                for node in ast.walk(ast.parse(source)):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        self.strings.add(node.value)

    def settle(self, error: NotebookNode) -> None:
        """Leave in a submission's error what its student has written."""
        if IN_SUBMISSION not in error.traceback:
            return
        if not hasattr(builtins, error.ename) and error.ename not in self.words:
            error.ename = "StudentError"
        if error.evalue not in self.strings:
            error.evalue = WORDS
        first = error.traceback.index(IN_SUBMISSION) + 1
        theirs = filter(self.wrote, error.traceback[first:-1])
        error.traceback[first:-1] = list(theirs)

    def wrote(self, frame: str) -> bool:
        """Tell whether a frame is of the student's code, as it was handed in."""
        head, *shown = plain(frame).split("\n")
        place = PLACE.fullmatch(head)
        if not place or not set(re.findall(r"\w+", place[1] or "")) <= self.words:
            return False
        lines = (SHOWN.match(line.strip()) for line in shown if line.strip())
        return all(line and line[2].strip() in {*self.lines, ""} for line in lines)


def _verdict(cell: NotebookNode, secret: Secret, own: Own) -> Iterator[NotebookNode]:
    """Yield what a student may see of the outputs of a cell with hidden tests.

    That is its score and its error. What the student's functions printed goes: they
    print what a hidden test gave them.
    """
    for output in cell.outputs:
        if output.output_type == "execute_result" and _is_number(output):
            yield output
        elif output.output_type == "error":
            own.settle(output)
            output.evalue = secret.message(output.evalue)
            frames = []
            for frame in output.traceback[:-1]:
                place = CELL.match(plain(frame))
                elsewhere = place and int(place[1]) != cell.execution_count
                frames.append((secret.scrub if elsewhere else secret.frame)(frame))
            output.traceback = [*frames, f"{output.ename}: {output.evalue}"]
            output.settled = True
            yield output


def _is_number(output: NotebookNode) -> bool:
    try:
        float(output.data["text/plain"])
    except (KeyError, TypeError, ValueError):
        return False
    return True


def _scrub(output: NotebookNode, secret: Secret) -> None:
    """Take hidden lines out of any output: code can ask Python for the last input."""
    if output.output_type == "stream":
        output.text = secret.scrub(output.text)
    elif output.output_type == "error":
        if not output.pop("settled", False):
            output.evalue = secret.scrub(output.evalue)
            output.traceback = [secret.scrub(frame) for frame in output.traceback]
    else:
        for kind, content in output.get("data", {}).items():
            if isinstance(content, str) and not kind.startswith("image/"):
                output.data[kind] = secret.scrub(content)


def _within_strings(source: str) -> Iterator[str]:
    """Yield the lines in the midst of a string of several, as of a long message."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    lines = source.splitlines()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for number in range(node.lineno, node.end_lineno - 1):
                yield lines[number].strip()
