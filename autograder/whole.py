"""Files that appear at once, whole: nobody reads half of one, and none is left."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

PART = ".part"  # ends the names of files that are not whole yet


@contextmanager
def writing(path: Path, newline: str | None = None) -> Iterator[TextIO]:
    """Open a file beside `path` for text in UTF-8; it takes its place at the end.

    Missing folders are made. After an error, what was there before stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}{PART}")
    try:
        with temporary.open("w", encoding="utf-8", newline=newline) as file:
            yield file
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
