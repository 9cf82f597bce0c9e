"""`make bench`: what grading costs, beside nbgrader alone and beside the cells.

    python -m autograder.bench [--quick] [stock] [slope] [confinement] [workers]

Each part writes its figures into build/bench.json, under "grading"; all else stays.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from statistics import linear_regression, median
from time import perf_counter as now

import nbformat
import psutil
from nbformat import NotebookNode

from autograder import bench_exercises as exercises
from autograder import gradebook
from autograder.course import Course
from autograder.execute import Runner, execute
from autograder.forking import zygote_for_workers
from autograder.grade import cores
from autograder.local_dask import local_dask
from autograder.notebooks import ROOT
from autograder.payload import Limits, Payload
from autograder.provisioner import KERNEL
from autograder.stock import grade_stock
from autograder.whole import writing
from autograder.zygote import PRELOAD

NAME = "01_bench"
PARTS = ("stock", "slope", "confinement", "workers")
FILE = ROOT / "build" / "bench.json"
SUBMISSIONS, FEW, LIGHT_SIZES, WORKER_SIZE = 40, 4, (50, 100, 200), 40
LIGHT_TURNS, KERAS_TURNS = 20, 10
SAMPLE_SECONDS = 0.2
# A process of its own, as the command is: its start and its imports count.
GRADE = """\
import json, sys
from pathlib import Path
from autograder.course import Course
from autograder.grade import grade
folder, repository, name, scheduler, preload = json.loads(sys.argv[1])
preload = None if preload is None else tuple(preload)
course = Course(Path(folder), Path(repository))
grade(course, name, None, scheduler, preload)
"""


def main(argv: list[str] | None = None) -> None:
    """Measure the parts asked for, print and record them."""
    parser = argparse.ArgumentParser(description="Measure what grading costs.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="only see that it works")
    parser.add_argument("--output", type=Path, default=FILE, metavar="FILE")
    arguments = parser.parse_args(argv)
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    measures = {"stock": stock, "slope": slope, "workers": workers}
    measures["confinement"] = confinement
    for part in arguments.parts or PARTS:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            figures = measures[part](Path(folder), arguments.quick)
        record(figures, arguments.output)


def stock(folder: Path, quick: bool) -> dict:
    """Grade the same class by nbgrader alone and by ours; compare scores, then times.

    A quick run takes an exercise without TensorFlow.
    """
    cells = (exercises.KERAS, exercises.KERAS_SLIPS)
    if quick:
        cells = (exercises.LIGHT, exercises.LIGHT_SLIPS)
    size, few = (3, 1) if quick else (SUBMISSIONS, FEW)
    beginning = exercises.make_class(folder / "few", NAME, *cells, range(few))
    few_seconds = timed_grade(beginning, quick)
    course = exercises.make_class(folder, NAME, *cells, range(size))
    ours = timed_grade(course, quick)
    one_more = (ours - few_seconds) / (size - few)
    rows = gradebook.submissions(course, NAME)
    print(f"autograder grade:    {ours:6.1f} s for {size} submissions", flush=True)
    theirs, their_seconds = grade_stock(course, NAME, folder / "stock")
    print(f"nbgrader autograde:  {their_seconds:6.1f} s", flush=True)
    compare(
        {student: row.auto_scores for student, row in rows.items()},
        {student: row.auto_scores for student, row in theirs.items()},
    )
    cpu = sum(entry["cpu_seconds"] for entry in _entries(course))
    overhead = one_more * cores() - cpu / size
    ratio = their_seconds / ours
    memory = kernel_memory(course, cells, range(size, size + 2), quick)
    print(
        f"  same scores, cell by cell; {ratio:.1f} times the throughput on {cores()} "
        "cores\n"
        f"  the cells' CPU time {cpu:.1f} s: {cpu / size:.2f} s a submission\n"
        f"  one more: {one_more:.2f} s, {overhead:.2f} s of a core beside its cells; "
        f"start: {ours - size * one_more:.1f} s\n"
        f"  a kernel adds {memory:.0f} MB at its peak",
        flush=True,
    )
    return {
        "submissions": size,
        "cores": cores(),
        "ratio_to_nbgrader": round(ratio, 2),
        "nbgrader_s": round(their_seconds, 2),
        "grade_s": round(ours, 2),
        "cells_cpu_s": round(cpu, 2),
        "start_s": round(ours - size * one_more, 2),
        "overhead_s": round(overhead, 3),
        "kernel_memory_mb": round(memory),
    }


def slope(folder: Path, quick: bool) -> dict:
    """Grade ever more light submissions: what one more of them costs."""
    seconds = {}
    for size in (2, 4) if quick else LIGHT_SIZES:
        course = _light_class(folder / str(size), size)
        seconds[size] = timed_grade(course, quick)
        print(f"{size:4} light submissions: {seconds[size]:6.1f} s", flush=True)
    line = linear_regression(list(seconds), list(seconds.values()))
    print(f"  one more: {line.slope:.3f} s; start: {line.intercept:.1f} s", flush=True)
    return {
        "light_s": {str(size): round(each, 2) for size, each in seconds.items()},
        "light_slope_s": round(line.slope, 4),
        "light_start_s": round(line.intercept, 2),
    }


def confinement(folder: Path, quick: bool) -> dict:
    """Execute a notebook with sandbox and examiner, and with neither, turn by turn.

    What both cost is the median of the differences, so that it holds on a computer
    whose speed changes.
    """
    figures = {}
    kinds = {"light": (exercises.LIGHT, LIGHT_TURNS)}
    if not quick:
        kinds["keras"] = exercises.KERAS, KERAS_TURNS
    modules = ("numpy", "ipykernel.ipkernel") if quick else PRELOAD
    with zygote_for_workers(modules, confined=False) as zygote:
        if zygote is None:
            print("kernels can't be forked here: nothing to compare")
            return {}
        zygote.wait()
        for kind, (cells, turns) in kinds.items():
            course = exercises.make_class(folder / kind, NAME, cells, (), range(1))
            (path,) = course.submitted.rglob("*.ipynb")
            notebook = nbformat.read(path, as_version=4)
            differences, usual = _pairs(notebook, 2 if quick else turns)
            figures[f"confinement_{kind}_s"] = round(median(differences), 3)
            print(
                f"sandbox and examiner, {kind}: {median(differences):.3f} s on top of "
                f"{median(usual):.3f} s",
                flush=True,
            )
    return figures


class Bare(Runner):
    """Runs tests in the student's kernel, as nbgrader does."""

    def _examine(self, cell: NotebookNode, index: int) -> None:
        self._execute(cell, index)

    @contextmanager
    def _examiner(self, nb: NotebookNode) -> Iterator[None]:
        yield


def _pairs(notebook: NotebookNode, turns: int) -> tuple[list[float], list[float]]:
    """Seconds that sandbox and examiner add in each turn, and those without either."""
    added, usual = [], []
    for turn in range(turns + 1):
        taken = []
        for runner, sandbox in ((Bare, False), (Runner, True)):
            payload, started = Payload(notebook, {}, Limits(sandbox=sandbox)), now()
            entry = execute(payload, KERNEL, runner=runner)
            taken.append(now() - started)
            outputs = [o for cell in entry["cells"] for o in cell["outputs"]]
            if outputs or entry["kernel"] != "forked":
                raise RuntimeError(f"{runner.__name__}: {outputs or entry['kernel']}")
        if turn:  # the first warms up
            usual.append(taken[0])
            added.append(taken[1] - taken[0])
    return added, usual


def workers(folder: Path, quick: bool) -> dict:
    """Grade light submissions on one and on two dask workers with a core each."""
    if find_spec("distributed") is None:
        print("dask is not installed: no workers to measure")
        return {}
    size, seconds = (3 if quick else WORKER_SIZE), {}
    for count in (1,) if quick else (1, 2):
        course = _light_class(folder / str(count), size)
        with local_dask(folder / f"dask{count}") as cluster:
            for _ in range(count):
                cluster.add_worker()
            seconds[count] = timed_grade(course, quick, cluster.address)
        print(f"{size} light on {count} dask worker(s): {seconds[count]:.1f} s")
    return {
        "dask_submissions": size,
        "dask_s": {str(count): round(each, 2) for count, each in seconds.items()},
    }


def timed_grade(course: Course, quick: bool, scheduler: str | None = None) -> float:
    """Grade in a process of its own; return the seconds that it took."""
    started = now()
    _finish(_start(course, quick, scheduler), course)
    return now() - started


def kernel_memory(course: Course, cells: tuple, students: range, quick: bool) -> float:
    """Grade a few more; return the MB that a kernel had of its own, at most.

    What it shares with the process that it was forked from costs nothing. A run by
    itself, since looking takes time.
    """
    exercises.make_class(course.folder.parent, NAME, *cells, students)
    peak, ended = [0], threading.Event()
    process = _start(course, quick, None)

    def sample() -> None:
        while not ended.wait(SAMPLE_SECONDS):
            with suppress(psutil.Error):
                for kernel in _kernels(psutil.Process(process.pid)):
                    peak.append(kernel.memory_full_info().uss)

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        _finish(process, course)
    finally:
        ended.set()
        thread.join()
    return max(peak) / 1e6


def compare(ours: dict, theirs: dict) -> None:
    """Raise RuntimeError, with the cells, where two gradings differ."""
    differ = [
        f"{student}: {cell}: {ours.get(student, {}).get(cell)} and nbgrader {score}"
        for student, cells in theirs.items()
        for cell, score in cells.items()
        if ours.get(student, {}).get(cell) != score
    ]
    if differ or set(ours) != set(theirs):
        raise RuntimeError("\n".join(["the scores differ:", *differ]))


def record(figures: dict, path: Path) -> None:
    """Put the figures into the file, in place of earlier ones of the same names."""
    content = json.loads(path.read_text()) if path.is_file() else {}
    content["grading"] = content.get("grading", {}) | figures
    with writing(path) as file:
        file.write(json.dumps(content, indent=1) + "\n")


def _light_class(folder: Path, size: int) -> Course:
    cells = (exercises.LIGHT, exercises.LIGHT_SLIPS)
    return exercises.make_class(folder, NAME, *cells, range(size))


def _start(course: Course, quick: bool, scheduler: str | None) -> subprocess.Popen:
    preload = ["numpy"] if quick else None
    folders = [str(course.folder), str(course.repository)]
    arguments = json.dumps([*folders, NAME, scheduler, preload])
    with _log(course).open("w") as log:
        return subprocess.Popen([sys.executable, "-c", GRADE, arguments], stderr=log)


def _finish(process: subprocess.Popen, course: Course) -> None:
    """Wait for a grading; raise RuntimeError with what it said where it failed."""
    if process.wait():
        raise RuntimeError(_log(course).read_text())


def _log(course: Course) -> Path:
    return course.folder / "grade.txt"


def _entries(course: Course) -> list[dict]:
    folder = course.journal(NAME) / "entries"
    return [json.loads(path.read_text()) for path in folder.glob("*.json")]


def _kernels(process: psutil.Process) -> list[psutil.Process]:
    """The kernels that are forked for a run: below its zygote, in sandboxes or not."""
    return [
        kernel
        for each in process.children()
        if "autograder.zygote" in each.cmdline()
        for kernel in each.children(recursive=True)
    ]


if __name__ == "__main__":
    main()
