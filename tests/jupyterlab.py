"""A JupyterLab that a test or a measurement starts, and asks."""

import json
import os
import re
import signal
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import Popen
from time import monotonic, sleep
from typing import Any

TOKEN = "a-token-of-these-tests"
ADDRESS = re.compile(r"http://(localhost|127\.0\.0\.1):\d+/")
START_SECONDS = 120
ANSWER_SECONDS = 120
END_SECONDS = 20


@contextmanager
def started(
    command: list[str], folder: Path, environment: dict[str, str], log: Path
) -> Iterator[Popen]:
    """Run what starts a JupyterLab in `folder`; end it and all that it has started."""
    with log.open("w") as file:
        process = Popen(
            command,
            cwd=folder,
            stdout=file,
            stderr=file,
            env=environment | {"JUPYTER_TOKEN": TOKEN},
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(END_SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def answering(process: Popen, log: Path, seconds: float = START_SECONDS) -> str:
    """Wait until the server answers, and return its address.

    It tells the address a moment before. Raises RuntimeError with what it said.
    """
    limit = monotonic() + seconds
    while process.poll() is None and monotonic() < limit:
        if match := ADDRESS.search(log.read_text()):
            with suppress(OSError):
                ask(f"{match[0]}api")
                return match[0]
        sleep(0.1)
    raise RuntimeError(log.read_text())


def get(address: str, data: bytes | None = None, seconds=ANSWER_SECONDS) -> str:
    """Return the text at an address of the server's; POST where there are data."""
    request = urllib.request.Request(
        address, data, headers={"Authorization": f"token {TOKEN}"}
    )
    with urllib.request.urlopen(request, timeout=seconds) as answer:
        return answer.read().decode()


def ask(address: str, content: dict | None = None, seconds=ANSWER_SECONDS) -> Any:
    """Return what the server's interface answers, to the content where there is one."""
    data = None if content is None else json.dumps(content).encode()
    return json.loads(get(address, data, seconds) or "null")
