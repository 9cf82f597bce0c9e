"""Time a newcomer's way: from `git clone` to a lecture whose first cells have run.

    python -m tests.measure.newcomer

takes the committed state of this repository, twice: first with empty caches, so that
all packages are fetched from the index, then with what the first try has left. It
clones, runs `make lab` until JupyterLab answers, opens lecture 01 there and runs its
cells up to the first picture. Printed are seconds on the clock since the clone began,
and at the end those of the processors. All of it is in a temporary folder.
"""

import os
import resource
import subprocess
import tempfile
from pathlib import Path
from time import monotonic, sleep

import nbformat
from jupyter_client import BlockingKernelClient

from tests.jupyterlab import answering, ask, started

ROOT = Path(__file__).parents[2]
LECTURE = "lectures/01_signals_and_filters.ipynb"
LIMIT = 1800  # seconds for any one step


class Clock:
    """Prints how long it has been, on the clock and by processor."""

    def __init__(self):
        self.began, self.cpu = monotonic(), self._processors()

    def say(self, what: str) -> None:
        print(f"  {monotonic() - self.began:6.1f} s  {what}", flush=True)

    def end(self) -> None:
        used = self._processors() - self.cpu
        print(f"  {used:6.1f} s  of processors, all in all", flush=True)

    @staticmethod
    def _processors() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)  # once they have ended
        return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure with empty caches, then with full ones."""
    with tempfile.TemporaryDirectory(prefix="newcomer-") as folder:
        caches = {
            name: f"{folder}/{name}" for name in ("UV_CACHE_DIR", "PIP_CACHE_DIR")
        }
        for number, kind in enumerate(("empty", "full")):
            print(f"caches {kind}:")
            measure(Path(folder) / f"try-{number}", os.environ | caches)


def measure(folder: Path, environment: dict[str, str]) -> None:
    """Go a newcomer's way in a new folder; print how long each step took."""
    folder.mkdir()
    dropped = ("VIRTUAL_ENV", "PYTHONPATH", "MPLBACKEND")
    environment = {k: v for k, v in environment.items() if k not in dropped}
    path = environment["PATH"].split(os.pathsep)
    path = [place for place in path if not place.startswith(str(ROOT))]
    environment |= {
        "PATH": os.pathsep.join(path),
        "BROWSER": "true",  # a command that opens nothing
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
    }
    clock = Clock()
    clone = folder / "cnnlab"
    subprocess.run(["git", "clone", "--quiet", ROOT.as_uri(), clone], check=True)
    clock.say("cloned")
    log = folder / "log"
    with started(["make", "lab"], clone, environment, log) as lab:
        wait_for(clone / ".venv" / "ready", lab, log)
        clock.say("installed")
        address = answering(lab, log, LIMIT)
        clock.say("JupyterLab answers")
        run_first_cells(address, folder / "runtime", clock)
        ask(address + "api/shutdown", {}, LIMIT)
        lab.wait(60)
    clock.end()


def wait_for(path: Path, lab: subprocess.Popen, log: Path) -> None:
    """Wait until a file is there."""
    limit = monotonic() + LIMIT
    while not path.exists():
        if lab.poll() is not None or monotonic() > limit:
            raise RuntimeError(log.read_text())
        sleep(0.1)


def run_first_cells(address: str, runtime: Path, clock: Clock) -> None:
    """Open the lecture as JupyterLab does; run its cells up to the first picture."""
    lecture = ask(f"{address}api/contents/{LECTURE}", seconds=LIMIT)["content"]
    kernel = {"name": lecture["metadata"]["kernelspec"]["name"]}
    session = {"path": LECTURE, "name": "", "type": "notebook", "kernel": kernel}
    kernel_id = ask(f"{address}api/sessions", session, LIMIT)["kernel"]["id"]
    client = BlockingKernelClient()
    client.load_connection_file(str(runtime / f"kernel-{kernel_id}.json"))
    client.start_channels(hb=False)  # a busy machine is slow to answer
    pictures = []

    def look(message):
        content = message["content"]
        pictures.extend(k for k in content.get("data", {}) if k.startswith("image/"))
        if message["msg_type"] == "error":
            raise RuntimeError("\n".join(content["traceback"]))

    try:
        client.wait_for_ready(timeout=LIMIT)
        clock.say("the kernel is there")
        for cell in nbformat.from_dict(lecture).cells:
            if cell.cell_type == "code" and not pictures:
                source = "".join(cell.source)
                client.execute_interactive(source, output_hook=look, timeout=LIMIT)
                if cell.id == "setup":
                    clock.say("the setup cell has run")
    finally:
        client.stop_channels()
    if not pictures:
        raise RuntimeError("the lecture draws nothing")
    clock.say("the first picture is drawn")


if __name__ == "__main__":
    main()
