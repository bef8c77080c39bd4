"""Following the log of one run."""

from __future__ import annotations

import msgspec

from augtui.runlog.events import EpochFinished
from augtui.runlog.fold import RunLine, RunState
from augtui.runlog.liveness import run_status
from augtui.runlog.reader import EventReader
from augtui.tui.feed.curves import Curve, CurveBuilder
from augtui.tui.feed.snapshot import RunView

_PACE = 6
"""Epochs that tell the pace of a run."""


class RunFollower(msgspec.Struct):
    """Folds a run's log as it grows. Curves are kept as columns; the state holds the newest epoch only."""

    reader: EventReader
    state: RunState = msgspec.field(default_factory=RunState)
    _builder: CurveBuilder = msgspec.field(default_factory=CurveBuilder)

    def refresh(self) -> bool:
        """Take in what is new; whether there was anything."""
        events = self.reader.read()
        epochs: list[EpochFinished] = []
        for event in events:
            if not isinstance(event, EpochFinished):
                self._take(epochs)
                self.state.apply(event)
            elif event.attempt >= self.state.attempt:
                epochs.append(event)
        self._take(epochs)
        return bool(events)

    def _take(self, epochs: list[EpochFinished]) -> None:
        """Take epochs in that came in a row; the state needs the last of them only."""
        if epochs:
            self._builder.put(*epochs)
            self.state.apply(epochs[-1])
            self.state.curve = {epochs[-1].epoch: epochs[-1]}
            epochs.clear()

    @property
    def curve(self) -> Curve:
        return self._builder.curve()

    def left(self, now: float) -> float | None:
        """Seconds to the run's end: by the pace of its last epochs, or before these by its steps so far."""
        state, times = self.state, self.curve.times
        if len(times) >= 2:
            recent = times[-_PACE:]
            pace = (recent[-1] - recent[0]) / (len(recent) - 1)
            return max(0.0, pace * (state.epochs - state.epoch) - (now - times[-1]))
        share = min(1.0, state.step / state.steps) if state.steps else 0.0
        return max(0.0, (now - state.started) * (1 - share) / share) if share > 0.01 else None


def view(line: RunLine, follower: RunFollower | None, now: float) -> RunView:
    """A run by its study's word, and by its own where it is followed.

    The study's log decides the status; the run's own log fills in while it runs, and tells of a process that is gone.
    """
    if follower is None:
        return RunView(
            line.run,
            line.status,
            line.slot,
            line.attempt,
            kind=line.kind,
            message=line.message,
            seconds=line.seconds,
            metrics=line.metrics or None,
        )
    state = follower.state
    newest = state.curve.get(state.epoch)
    status = line.status
    if status == "running" and state.status == "running" and run_status(state) == "lost":
        status = "lost"
    return RunView(
        line.run,
        status,
        line.slot,
        max(line.attempt, state.attempt),
        state.epoch,
        state.epochs,
        state.step,
        state.steps,
        state.loss,
        newest.val_accuracy if newest is not None else None,
        state.images_per_second,
        follower.left(now) if status == "running" else None,
        line.kind or (state.kind if status in ("failed", "lost") else ""),
        line.message or (state.message if status in ("failed", "lost") else ""),
        state.traceback if status == "failed" else "",
        line.seconds,
        line.metrics or None,
    )
