"""Where an error came from, as IPython shows it: frames of text with lines of code."""

import linecache
import sys
from traceback import walk_tb
from types import TracebackType

AROUND = 2  # lines before and after the one that ran
# Stands before the frames, and the words, that are the student's in a test's error.
IN_SUBMISSION = "In the submission:"
MOST = 30  # frames; a recursion has a thousand


def frames(trace: TracebackType | None, skip: tuple[str, ...] = ()) -> list[str]:
    """Return a text for each frame, but for those in the files to skip."""
    found = []
    for frame, line in walk_tb(trace):
        file = frame.f_code.co_filename
        if file not in skip:
            found.append(_shown(file, line, frame.f_code.co_name))
    if len(found) > MOST:
        found[MOST // 2 : -MOST // 2] = [f"... {len(found) - MOST} more frames ..."]
    return found


def _shown(file: str, line: int, name: str) -> str:
    inside = "" if name == "<module>" else f", in {name}"
    shown = [f"{_place(file)}, line {line}{inside}"]
    lines = linecache.getlines(file)
    for number in range(max(1, line - AROUND), min(len(lines), line + AROUND) + 1):
        arrow = "----> " if number == line else "      "
        shown.append(f"{arrow}{number} {lines[number - 1].rstrip()}")
    return "\n".join(shown)


def _place(file: str) -> str:
    """The cell that a file stands for, in a kernel; else the file."""
    try:
        cells = sys.modules["IPython"].get_ipython().compile._filename_map
        return f"Cell In[{int(cells[file])}]"
    except Exception:  # no kernel, no such cell, or the student's own doing
        return file if file.startswith("<") else f"File {file}"
