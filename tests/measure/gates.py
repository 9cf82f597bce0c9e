"""Measure what the accuracy gates of the exercises rest on.

    python -m tests.measure.gates 06_fashion_mnist      # about fifteen minutes

runs an exercise's reference solution with ten seeds, and each prepared submission that
must fail a gate with two, on the real data (if CNNLAB_DATA names it) and on the
stand-in. It writes every measured value to `tests/measure/gates.json`, with the gate
that follows: the reference's worst run less a margin. The test cells hold the same
gates; a test keeps the two in step.

A gate tells a training that worked from one that didn't, at a price of seconds. It
does not tell the network asked for from every other. The worst run of exercise 11's
U-Net has 0.676 on the real slices, and one 11×11 filter, by least squares, reaches
0.65; a softmax regression passes the gate of exercise 09. Prepared submissions whose
mistake is not about training make use of that (`shared/quickly_trained.py`); the
shapes, counts and skips of the networks have test cells of their own.
"""

import argparse
import json
import math
import os
from pathlib import Path
from unittest import mock

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "Agg")

from autograder.notebooks import ROOT, is_locked, is_solution, is_test, read
from autograder.prepared import read_prepared
from cnnlab import checks
from cnnlab.quiet import keras

RECORD = Path(__file__).with_name("gates.json")
REFERENCE_SEEDS, MISTAKE_SEEDS = range(10), range(2)
MARGIN = 0.03  # below the worst run: another machine rounds and threads otherwise


def gate_of(reference: list[float]) -> float:
    """The gate that follows from the reference's runs, in whole percents."""
    return math.floor(100 * (min(reference) - MARGIN)) / 100


def measure(
    assignment: str, cells: dict[str, str], seed: int, only: str | None = None
) -> dict[str, dict]:
    """Run an exercise with some solution cells replaced; return what its gates saw.

    The result maps the ids of test cells with a gate, or `only` that one, to
    {what is measured: value}.
    """
    notebook = read(ROOT / "solutions" / assignment / f"{assignment}.ipynb")
    names, seen = {}, {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        has_gate = is_test(cell) and "gate = " in cell.source
        if has_gate and only in (None, cell.id):
            values = seen[cell.id] = {}

            def note(got, gate, what, values=values):
                values[what] = round(float(got), 4)

            with mock.patch.object(checks, "at_least", note):
                exec(cell.source, dict(names))
        elif is_solution(cell) or is_locked(cell):
            exec(cells.get(cell.id, cell.source), names)
            keras.utils.set_random_seed(seed)  # after the setup cell's own
    return seen


def mistakes(assignment: str, cell: str) -> dict[str, dict[str, str]]:
    """Prepared submissions that must fail the test `cell`: name -> their cells."""
    paths = sorted((ROOT / "tests" / "submissions" / assignment).glob("*.py"))
    prepared = {path.stem: read_prepared(path) for path in paths}
    return {name: p.cells for name, p in prepared.items() if cell in p.fails}


def record(assignment: str) -> dict:
    """Measure every gate of an exercise on the data that CNNLAB_DATA names."""
    result = {}
    for seed in REFERENCE_SEEDS:
        for cell, values in measure(assignment, {}, seed).items():
            for what, value in values.items():
                gate = result.setdefault(cell, {}).setdefault(what, {"reference": []})
                gate["reference"].append(value)
        print(f"reference, seed {seed}: {result}", flush=True)
    for cell, gates in result.items():
        for name, cells in mistakes(assignment, cell).items():
            for seed in MISTAKE_SEEDS:
                try:
                    values = measure(assignment, cells, seed, only=cell)[cell]
                except Exception as error:  # it doesn't come as far as the gate
                    print(f"{name}: {error!r}", flush=True)
                    break
                for what, value in values.items():
                    wrong = gates[what].setdefault("mistakes", {})
                    wrong.setdefault(name, []).append(value)
                print(f"{name}, seed {seed}: {values}", flush=True)
        for gate in gates.values():
            gate["gate"] = gate_of(gate["reference"])
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("assignment")
    assignment = parser.parse_args().assignment
    records = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    places = {"generated": "stand-in"}
    if os.environ.get("CNNLAB_DATA", "generated") != "generated":
        places = {os.environ["CNNLAB_DATA"]: "real data"} | places
    for place, kind in places.items():
        with mock.patch.dict(os.environ, CNNLAB_DATA=place):
            records.setdefault(assignment, {})[kind] = record(assignment)
    RECORD.write_text(json.dumps(records, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
