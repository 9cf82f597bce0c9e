"""The accuracy gates of the exercises follow from measured runs, and let mistakes fail.

`python -m tests.measure.gates NN_slug` measures anew.
"""

import ast
import json

import pytest

from autograder.notebooks import ROOT, is_test, read
from tests.measure.gates import (
    MISTAKE_SEEDS,
    RECORD,
    REFERENCE_SEEDS,
    gate_of,
    mistakes,
)

RECORDS = json.loads(RECORD.read_text())
SOURCES = {  # what the data call themselves
    "real data": {"fashion-mnist", "isbi2012", "mnist"},
    "stand-in": {"garments", "digits", "clips", "membranes"},
}


def gates_in_cells() -> dict[tuple[str, str], dict[str, float]]:
    """(exercise, test cell) -> the gates that the cell holds, by source of the data."""
    found = {}
    for path in sorted(ROOT.glob("solutions/*/*.ipynb")):
        for cell in read(path).cells:
            if is_test(cell) and "gate = " in cell.source:
                (table,) = (
                    ast.literal_eval(node.value.value)
                    for node in ast.walk(ast.parse(cell.source))
                    if isinstance(node, ast.Assign)
                    and ast.unparse(node.targets[0]) == "gate"
                )
                found[path.stem, cell.id] = table
    return found


CELLS = gates_in_cells()


GATES = [(*key, source) for key, table in CELLS.items() for source in table]
every_gate = pytest.mark.parametrize(
    ("exercise", "cell", "source"), GATES, ids=map("-".join, GATES)
)


def recorded(exercise: str, cell: str, source: str) -> dict:
    """The record of a test cell on one kind of data; a cell measures one thing."""
    (kind,) = (kind for kind, sources in SOURCES.items() if source in sources)
    (record,) = RECORDS[exercise][kind][cell].values()
    return record


@every_gate
def test_gate_is_the_recorded_one(exercise, cell, source):
    record = recorded(exercise, cell, source)
    assert len(record["reference"]) == len(REFERENCE_SEEDS) >= 10
    gate = CELLS[exercise, cell][source]
    assert gate == record["gate"] == gate_of(record["reference"])


@every_gate
def test_mistakes_stay_below_the_gate(exercise, cell, source):
    record = recorded(exercise, cell, source)
    for name, values in record["mistakes"].items():
        assert len(values) == len(MISTAKE_SEEDS)
        assert max(values) < record["gate"], name
    # The others that must fail this cell don't come as far as a number.
    assert set(record["mistakes"]) <= set(mistakes(exercise, cell))
    assert record["mistakes"], "no prepared mistake was measured"


def test_every_gate_is_recorded():
    measured = {
        (exercise, cell)
        for exercise, kinds in RECORDS.items()
        for cells in kinds.values()
        for cell in cells
    }
    # A gate on an easy made-up task, the same whatever the data, needs no record.
    assert set(CELLS) <= measured
