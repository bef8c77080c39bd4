"""What a person asks by Ctrl-C, and the system by SIGTERM or SIGHUP, while a command follows a study."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ASKING = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Counts the requests to end instead of ending; use it as a context.

    A SIGHUP that was ignored before (`nohup`) stays ignored.
    """

    def __init__(self) -> None:
        self.asked = 0
        """Ctrl-C and SIGTERM so far."""
        self.hangup = False
        """The terminal is gone."""
        self._old: dict[int, signal.Handlers | int | None] = {}

    def __enter__(self) -> Interrupts:
        for number in _ASKING:
            self._old[number] = signal.signal(number, self._ask)  # type: ignore[assignment]
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            self._old[signal.SIGHUP] = signal.signal(signal.SIGHUP, self._hang_up)  # type: ignore[assignment]
        return self

    def __exit__(self, *exception: object) -> None:
        for number, handler in self._old.items():
            signal.signal(number, handler)
        self._old.clear()

    def pause(self, seconds: float) -> None:
        """Wait, but not past a request."""
        before = (self.asked, self.hangup)
        end = time.monotonic() + seconds
        while (self.asked, self.hangup) == before and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, 0.05))

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked += 1

    def _hang_up(self, number: int, frame: FrameType | None) -> None:
        self.hangup = True


@contextmanager
def left_to_the_job() -> Iterator[None]:
    """Leave Ctrl-C to the job of this command, which hears it too and stops with a checkpoint; a second one ends
    both."""

    def ask(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, old)

    old = signal.signal(signal.SIGINT, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, old)
