"""Execute on the workers of a dask scheduler, which may be anywhere.

A worker that is lost takes nothing with it: dask gives what it had to others, until a
notebook has lost so many (dask's `allowed-failures`, 3) that it is given up. What a
student's code does is a result, whatever it is, and never tried again.
"""

import logging
import pickle
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, Queue
from time import monotonic
from typing import Any
from uuid import uuid4

from distributed import CancelledError, Client, Future, KilledWorker

from autograder import environment, sandbox
from autograder.course import UsageError
from autograder.forking import COLD_WARNING, started_cold
from autograder.payload import Payload
from autograder.pool import WorkerLost
from autograder.remote import PLUGIN, ZygotePlugin, work

NAME = "autograder"  # begins what the scheduler calls its clients
CONNECT_SECONDS = 10
LOOK_SECONDS = 2.0  # between two looks at which workers there are
AHEAD = 2  # notebooks on their way to each thread, so that it doesn't wait for the next
RETRIES = 2  # how often a failure of a worker that lives on is tried again
SHOWN = 4  # how many differences an error names


@contextmanager
def open_cluster(
    address: str, modules: tuple[str, ...], say: Callable[[str], None]
) -> Iterator["Cluster"]:
    """Connect to the scheduler and start a zygote on each of its workers.

    On leaving, what still runs there for us is ended, and so are the zygotes. Raises
    UsageError where the scheduler can't be reached, or its workers can't be used.
    """
    # What it logs about lost connections is told in our own words.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():  # versions are compared below
            warnings.simplefilter("ignore")
            client = ClosingClient(
                address, timeout=CONNECT_SECONDS, name=NAME, set_as_default=False
            )
    except (OSError, ValueError) as error:
        raise UsageError(
            f"no dask scheduler at {address}: start one with `dask scheduler`, and "
            f"workers with `dask worker ADDRESS`. ({error})"
        ) from error
    try:
        _check(client, address)
        client.register_plugin(ZygotePlugin(modules))
        cluster = Cluster(client, say)
        try:
            yield cluster
        finally:
            cluster.close()
    finally:
        client.close(timeout=CONNECT_SECONDS)


class ClosingClient(Client):
    """A client that is closed at once where it can't connect.

    dask leaves that to the garbage collector, and waits for itself forever where that
    comes along while another client starts.
    """

    def __init__(self, *arguments, **named):
        try:
            super().__init__(*arguments, **named)
        except (OSError, ValueError):
            with suppress(Exception):
                self.close()
            raise


class Cluster:
    """Executes payloads on the scheduler's workers."""

    def __init__(self, client: Client, say: Callable[[str], None]):
        self.client, self.say = client, say
        self.size = 0
        self._warned = False
        self._futures: dict[str, Future] = {}
        self._done: Queue[tuple[str, Any]] = Queue()
        self._looked = -LOOK_SECONDS
        self._look()

    def check_sandbox(self) -> None:
        """Raise UsageError where a worker can't confine students' code."""
        for worker, found in self.client.run(sandbox.probe).items():
            if found[0] is None:
                refusal = sandbox.refusal(found[1])
                raise UsageError(f"the worker {worker} can't be used: {refusal}")

    def has_room(self) -> bool:
        """Tell whether a worker could use another payload."""
        return len(self._futures) < AHEAD * self.size

    def submit(self, name: str, job: Payload) -> None:
        """Send the payload; `name` comes back with the result."""
        # A key of its own: dask would take an equal one's result, or its cancellation.
        key = f"autograder-{name[:16]}-{uuid4().hex}"
        # Pickled here, since dask would look for futures in each cell.
        content = pickle.dumps(job)
        with warnings.catch_warnings():  # dask warns of payloads beyond 10 MB
            warnings.simplefilter("ignore")
            future = self.client.submit(
                work, key, content, environment.fingerprint(), key=key, retries=RETRIES
            )
        self._futures[name] = future
        future.add_done_callback(lambda future: self._fetch(name, future))

    def results(self, timeout: float) -> list[tuple[str, Any]]:
        """Wait at most `timeout` seconds for (name, entry or exception).

        Raises UsageError when the scheduler is gone, or a worker can't be used.
        """
        found = []
        with suppress(Empty):
            if timeout:
                found.append(self._done.get(timeout=timeout))
            while True:
                found.append(self._done.get_nowait())
        self._look()
        if not self._warned and any(started_cold(result) for _, result in found):
            self._warned = True
            self.say(COLD_WARNING)
        return [self._settled(name, result) for name, result in found]

    def close(self) -> None:
        """End all that still runs for us on the workers, and zygotes without use."""
        with suppress(Exception):  # the scheduler may be gone
            self.client.cancel(list(self._futures.values()), force=True)
            clients = self.client.run_on_scheduler(
                lambda dask_scheduler: list(dask_scheduler.clients)
            )
            if sum(each.startswith(f"Client-{NAME}-") for each in clients) <= 1:
                self.client.unregister_worker_plugin(PLUGIN)

    def _fetch(self, name: str, future: Future) -> None:
        """Get the result to this computer; runs in a thread of dask's."""
        try:
            self._done.put((name, future.result()))
        except BaseException as error:
            self._done.put((name, error))

    def _settled(self, name: str, result: Any) -> tuple[str, Any]:
        self._futures.pop(name).release()
        if isinstance(result, CancelledError):
            raise UsageError(
                "the scheduler is gone. What is graded is kept: start it and its "
                "workers, and run the same command again to go on."
            )
        if isinstance(result, KilledWorker):
            lost = "the workers that executed it were lost, one after the other"
            result = WorkerLost(lost)
        elif isinstance(result, dict) and "differs" in result:
            raise UsageError(_differs("a worker that came later", result["differs"]))
        return name, result

    def _look(self) -> None:
        """Count the workers' threads now and then: they may come and go."""
        if monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = monotonic()
        had, self.size = self.size, sum(self._threads())
        if had and not self.size:
            self.say("No worker is left: waiting for one to come. Ctrl-C stops.")

    def _threads(self) -> list[int]:
        with suppress(Exception):  # no answer: its futures are cancelled next
            return list(self.client.nthreads().values())
        return []


def _check(client: Client, address: str) -> None:
    """Make sure that there are workers, and that each has our environment."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError as error:
        raise UsageError(
            f"the dask scheduler at {address} has no workers: start some with "
            f"`dask worker {address}`."
        ) from error
    for worker, parts in client.run(environment.parts, on_error="return").items():
        if isinstance(parts, Exception):
            raise UsageError(
                f"the worker {worker} can't be used: {parts!r}. Install there what "
                "is installed here, from requirements.lock, this package included."
            )
        if parts != environment.parts():
            raise UsageError(_differs(f"the worker {worker}", parts))


def _differs(worker: str, parts: dict[str, str]) -> str:
    """Say in what an environment differs from this one."""
    ours = environment.parts()
    names = sorted(n for n in ours | parts if ours.get(n) != parts.get(n))
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return (
        f"{worker} would not give the same results. It differs from this computer in "
        f"{', '.join(names[:SHOWN])}{more}. Install there what is installed here, from "
        "requirements.lock, and set the same variables; then start it again."
    )
