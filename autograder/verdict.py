"""Read from an executed cell what it says about the student's work.

nbgrader's rule: an error scores 0, a cell that ends with a number scores that number,
any other cell scores in full. We keep it but for two faults. Text on stderr, such as a
warning or a line of TensorFlow's log, costs no points. And a number that can't be a
score (negative, not finite, more than the cell's points) is a broken test for a person
to look at; nbgrader gives full marks for some and gives up on others.
"""

import math
import re

from nbformat import NotebookNode
from nbformat.v4 import new_output

BROKEN = "BrokenTest"
TIMEOUT = "CellTimeoutError"
DEAD = "DeadKernelError"
# Colours (CSI … m) and other escapes of a terminal.
ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[@-_]")


def settle(cell: NotebookNode) -> None:
    """Put a test cell's outputs into the form from which nbgrader scores fairly."""
    for output in cell.outputs:
        if output.output_type == "stream":
            output.name = "stdout"
        elif output.output_type == "execute_result":
            trouble = _trouble(output, float(cell.metadata.nbgrader["points"]))
            if trouble:
                cell.outputs.append(
                    new_output(
                        "error",
                        ename=BROKEN,
                        evalue=trouble,
                        traceback=[f"{BROKEN}: {trouble}"],
                    )
                )
                # nbgrader reads the first of the two: keep it as a picture of itself.
                output.output_type = "display_data"
                output.pop("execution_count", None)
                break


def read(cell: NotebookNode) -> tuple[str, str]:
    """Return the outcome of an executed test cell and the message that explains it."""
    errors = [output for output in cell.outputs if output.output_type == "error"]
    for name, outcome in ((TIMEOUT, "timeout"), (BROKEN, "broken test")):
        for error in errors:
            if error.ename == name:
                return outcome, plain(error.evalue)
    if errors:
        error = errors[0]
        outcome = "failed" if error.ename == "AssertionError" else "error"
        return outcome, plain(error.evalue) or error.ename
    return "passed", ""


def was_not_run(cell: NotebookNode) -> bool:
    """Tell whether Python had ended before the cell, or during it."""
    return any(o.output_type == "error" and o.ename == DEAD for o in cell.outputs)


def plain(text: str) -> str:
    """Return the text without a terminal's colours and without space at its ends."""
    return ANSI.sub("", text).strip()


def _trouble(output: NotebookNode, points: float) -> str:
    """Say why the last value of a test cell can't be a score; "" if it can."""
    text = output.data.get("text/plain")
    if not isinstance(text, str) or not text:
        return "the test's last value has no text that could be a score"
    try:
        score = float(text)
    except ValueError:
        return ""  # no number: nbgrader gives full marks
    if not math.isfinite(score) or score < 0:
        return f"the test gives the score {text}, which is none"
    if score > points:
        return f"the test gives the score {text} of {points:g} points"
    return ""
