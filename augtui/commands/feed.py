"""What a study and its running runs say, read from their logs as they grow."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from augtui.paths import StudyPaths
from augtui.runlog.events import Event
from augtui.runlog.fold import RunState, StudyState
from augtui.runlog.liveness import study_status
from augtui.runlog.reader import EventReader


@dataclass(slots=True)
class _Tail:
    """One growing log of a run, folded."""

    reader: EventReader
    state: RunState = field(default_factory=RunState)

    def refresh(self) -> None:
        for event in self.reader.read():
            self.state.apply(event)


class StudyFeed:
    """Folds a study's log, and the logs of the runs that are running.

    Args:
        paths: the study.
        clock: seconds since 1970.
    """

    def __init__(self, paths: StudyPaths, clock: Callable[[], float] = time.time) -> None:
        self.paths = paths
        self.state = StudyState()
        self.running: dict[str, RunState] = {}
        """By run folder, in the order in which they were taken."""
        self.status = "queued"
        """As `study_status` says, at the last refresh."""
        self.clock = clock
        self._reader = EventReader(paths.events)
        self._tails: dict[str, _Tail] = {}

    @property
    def problem(self) -> str:
        """Why the log cannot be read on, or empty."""
        return self._reader.newer_version

    def refresh(self) -> list[Event]:
        """Take in what is new; gives the study's new events."""
        events = self._take()
        status = study_status(self.state, self.clock())
        if status == "lost":
            # The supervisor may have written its last events between the reading and the look at its process.
            events += self._take()
            status = study_status(self.state, self.clock())
        self.status = status
        self._follow_running()
        return events

    def _take(self) -> list[Event]:
        events = self._reader.read()
        for event in events:
            self.state.apply(event)
        return events

    def _follow_running(self) -> None:
        taken = [name for name, line in self.state.runs.items() if line.status == "running"]
        self._tails = {name: self._tails.get(name) or self._tail(name) for name in taken}
        for tail in self._tails.values():
            tail.refresh()
        self.running = {name: tail.state for name, tail in self._tails.items()}

    def _tail(self, name: str) -> _Tail:
        return _Tail(EventReader(self.paths.run(name).events))
