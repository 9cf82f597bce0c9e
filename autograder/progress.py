"""Say how far a long run is: a line that renews itself on a terminal, else plain."""

import sys
from time import monotonic
from typing import TextIO

WIDTH = 24  # characters of the bar
PLAIN_SECONDS = 10.0  # between two lines where there is no terminal


class Progress:
    """Counts `done` of `total` submissions on `stream`."""

    def __init__(self, total: int, label: str, stream: TextIO | None = None):
        self.total, self.label, self.stream = total, label, stream or sys.stderr
        self.done = self.kept = 0
        self.live = self.stream.isatty()
        self.started = self.said = monotonic()

    def step(self, kept: bool = False) -> None:
        """Count one submission as done; `kept` if it had been graded before."""
        self.done += 1
        self.kept += kept
        self.show()

    def show(self) -> None:
        """Show where things stand, if it is time to."""
        now = monotonic()
        if self.live:
            self.stream.write(f"\r\x1b[2K{self._line(now)}")
            self.stream.flush()
        elif now - self.said >= PLAIN_SECONDS and self.done < self.total:
            self.said = now
            print(self._line(now), file=self.stream, flush=True)

    def say(self, text: str) -> None:
        """Print a line of its own."""
        if self.live:
            self.stream.write("\r\x1b[2K")
        print(text, file=self.stream, flush=True)

    def close(self) -> None:
        """Leave the last state on a line of its own."""
        if self.live:
            self.stream.write("\r\x1b[2K")
        print(self._summary(), file=self.stream, flush=True)

    def _line(self, now: float) -> str:
        full = round(WIDTH * self.done / max(1, self.total))
        bar = "█" * full + "·" * (WIDTH - full)
        fresh, seconds = self.done - self.kept, now - self.started
        pace = ""
        if fresh:
            left = (self.total - self.done) * seconds / fresh
            pace = f"  {60 * fresh / seconds:.0f} a minute, {_time(left)} left"
        bar = f"{bar} " if self.live else ""
        return f"{self.label} {bar}{self.done}/{self.total}{pace}"

    def _summary(self) -> str:
        kept = f", {self.kept} unchanged" if self.kept else ""
        time = _time(monotonic() - self.started)
        return f"{self.label}: {self.done} of {self.total} done in {time}{kept}"


def _time(seconds: float) -> str:
    """Seconds as a person reads them: 42 s, 3 min 20 s."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
