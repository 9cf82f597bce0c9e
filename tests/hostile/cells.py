"""Tables of attacks: a file of cells, one a submission."""

import re
from pathlib import Path

CELL = re.compile(r"^# %% (.*)\n# (\d): (.*)\n", re.M)


def table(path: Path) -> dict[str, tuple[float, str, str]]:
    """Map each name in a file to its score, the reason for it, and the source."""
    _, *parts = CELL.split(path.read_text())
    return {
        name: (float(score), why, source)
        for name, score, why, source in zip(*[iter(parts)] * 4, strict=True)
    }
