"""What has been executed: one file per content hash, written whole or not at all.

    JOURNAL/entries/KEY.json          an execution's outputs (autograder.execute)
    JOURNAL/receipts/STUDENT.json     what phase two made of a submission
    JOURNAL/registered.json           which version of the sources the gradebook holds
    JOURNAL/release/                  what students got of that version

Deleting the folder is safe: everything is executed again.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from autograder.whole import writing

FORMAT = 1
NAME_LIMIT = 200  # bytes; file systems allow 255


@dataclass(frozen=True)
class Journal:
    """The journal of one assignment, in `folder`."""

    folder: Path

    def entry(self, key: str) -> dict | None:
        """Return the outputs recorded for `key`, or None."""
        return _read(self._entry(key))

    def put_entry(self, key: str, entry: dict) -> None:
        """Record an execution's outputs."""
        _write(self._entry(key), entry)

    def receipt(self, student: str) -> dict | None:
        """Return what was recorded when the student's row was complete, or None."""
        return _read(self._receipt(student))

    def put_receipt(self, student: str, receipt: dict) -> None:
        """Record that the student's row is complete: call it last of all."""
        _write(self._receipt(student), receipt)

    def graded_at(self, student: str) -> float | None:
        """Return when the row was complete, in seconds since 1970, or None."""
        path = self._receipt(student)
        return path.stat().st_mtime if path.exists() else None

    def drop_receipt(self, student: str) -> None:
        """Forget that the student's row is complete: call it before changing it."""
        self._receipt(student).unlink(missing_ok=True)

    def registered(self) -> dict | None:
        return _read(self.folder / "registered.json")

    def put_registered(self, stamp: dict) -> None:
        _write(self.folder / "registered.json", stamp)

    @property
    def release(self) -> Path:
        return self.folder / "release"

    def _entry(self, key: str) -> Path:
        return self.folder / "entries" / f"{key}.json"

    def _receipt(self, student: str) -> Path:
        name = student
        if len(name.encode()) > NAME_LIMIT:
            name = hashlib.sha256(name.encode()).hexdigest()
        return self.folder / "receipts" / f"{name}.json"


def _read(path: Path) -> dict | None:
    """Return what the file holds; None if missing, damaged or of another format."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    current = isinstance(content, dict) and content.get("format") == FORMAT
    return content if current else None


def _write(path: Path, content: dict) -> None:
    with writing(path) as file:
        json.dump({"format": FORMAT, **content}, file)
