"""A dask scheduler and its workers on this computer, to measure and to test with."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

START_SECONDS = 60
HERE = "127.0.0.1"


class LocalDask:
    """Processes as `dask scheduler` and `dask worker` start them, on free ports."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.processes: list[subprocess.Popen] = []
        file = folder / "scheduler.json"
        self._start("scheduler", "--port=0", f"--scheduler-file={file}")
        limit = monotonic() + START_SECONDS
        while not file.exists() or '"address"' not in file.read_text():
            if monotonic() > limit:
                raise TimeoutError(f"dask did not start: see {folder / 'log.txt'}")
            sleep(0.05)
        self.address = file.read_text().split('"address": "')[1].split('"')[0]

    def add_worker(self, **variables: str) -> subprocess.Popen:
        """Start a worker with one thread, in a folder of its own."""
        place = self.folder / f"worker{len(self.processes)}"
        options = ("--nthreads=1", "--no-nanny", f"--local-directory={place}")
        return self._start("worker", self.address, *options, **variables)

    def _start(self, kind: str, *options: str, **variables: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "dask", kind, "--no-dashboard"]
        with (self.folder / "log.txt").open("a") as log:
            process = subprocess.Popen(
                [*command, f"--host={HERE}", *options],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                env=os.environ | variables,
            )
        self.processes.append(process)
        return process


@contextmanager
def local_dask(folder: Path) -> Iterator[LocalDask]:
    """Start a scheduler; on leaving, kill it and its workers."""
    folder.mkdir(parents=True)
    cluster = LocalDask(folder)
    try:
        yield cluster
    finally:
        for process in cluster.processes:
            process.kill()
            process.wait()
