"""From events to states. Used live, on replay and in reports: the same events always give the same state.

A state is what the log says; whether the process behind it still lives is asked separately (`liveness`).
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

from augtui.runlog import events as ev

RunStatus = Literal["queued", "running", "finished", "failed", "interrupted", "lost", "left out"]
STEPS = ("check", "prepare", "augment", "synthesize", "train", "compare")


class RunState(msgspec.Struct):
    """One run, as its own log tells it."""

    status: RunStatus = "queued"
    attempt: int = 0
    host: str = ""
    pid: int = 0
    pid_started: float = 0.0
    device: str = ""
    epochs: int = 0
    steps: int = 0
    step: int = 0
    checkpoint_step: int = 0
    loss: float | None = None
    images_per_second: float | None = None
    curve: dict[int, ev.EpochFinished] = {}
    """By epoch, ascending; the newest attempt counts."""
    metrics: dict[str, float | None] = {}
    kind: str = ""
    """Of the failure."""
    message: str = ""
    traceback: str = ""
    started: float = 0.0
    """Of the first attempt, seconds since 1970."""
    ended: float = 0.0
    last: float = 0.0
    """Of the newest event."""

    @property
    def epoch(self) -> int:
        """The newest complete epoch, 0 before the first."""
        return next(reversed(self.curve), 0)

    def apply(self, event: ev.Event) -> None:
        """Take one event in. Events of an older attempt than the newest start are ignored."""
        attempt = getattr(event, "attempt", self.attempt)
        if attempt < self.attempt:
            return
        self.last = event.t
        match event:
            case ev.RunStarted():
                self.status = "running"
                self.attempt = event.attempt
                self.host, self.pid, self.pid_started = event.host, event.pid, event.pid_started
                self.device, self.epochs, self.steps = event.device, event.epochs, event.steps
                self.step = event.resumed_step
                self.started = self.started or event.t
                self.ended, self.kind, self.message, self.traceback = 0.0, "", "", ""
            case ev.Progress():
                self.step, self.loss, self.images_per_second = event.step, event.loss, event.images_per_second
            case ev.EpochFinished():
                if event.epoch <= self.epoch:
                    self.curve = {epoch: old for epoch, old in self.curve.items() if epoch < event.epoch}
                self.curve[event.epoch] = event
                self.step, self.loss = event.step, event.loss
                self.images_per_second = event.images_per_second
            case ev.CheckpointWritten():
                self.checkpoint_step = event.step
            case ev.Diverged():
                self.kind = "diverged"
            case ev.RunFinished():
                self.status, self.ended, self.metrics = "finished", event.t, event.metrics
            case ev.RunFailed():
                self.status, self.ended = "failed", event.t
                self.kind, self.message, self.traceback = event.kind, event.message, event.traceback
            case ev.RunInterrupted():
                self.status, self.ended, self.step = "interrupted", event.t, event.step
            case _:
                pass


class StepState(msgspec.Struct):
    """One step of a study."""

    name: str
    state: str = "queued"
    """queued, running, finished, failed, blocked or skipped."""
    done: int = 0
    total: int = 0
    found: str = ""
    message: str = ""
    started: float = 0.0
    ended: float = 0.0


class RunLine(msgspec.Struct):
    """One run, as the study's log tells it."""

    run: str
    status: RunStatus = "queued"
    slot: str = ""
    attempt: int = 0
    kind: str = ""
    message: str = ""
    seconds: float = 0.0
    metrics: dict[str, float | None] = {}


def is_fit(run: str) -> bool:
    """Whether a folder is that of a generator's fit."""
    return run.startswith("generators/")


class StudyState(msgspec.Struct):
    """A study, as its log tells it."""

    state: str = "queued"
    """queued, running, finished, failed, blocked, stopped or waiting."""
    attempt: int = 0
    host: str = ""
    pid: int = 0
    pid_started: float = 0.0
    work: int = 0
    """Runs of arms and fits of generators in all."""
    fits: int = 0
    """Fits of generators among them, as far as the log says so."""
    slots: list[str] = []
    steps: dict[str, StepState] = msgspec.field(default_factory=lambda: {name: StepState(name) for name in STEPS})
    runs: dict[str, RunLine] = {}
    message: str = ""
    started: float = 0.0
    ended: float = 0.0
    last: float = 0.0

    @property
    def total(self) -> int:
        """Runs in all: an arm with a seed at an axis point, unless the gate leaves the arm out. A fit of a generator
        is none."""
        # Older logs count the fits among the runs; by its end a study has named them all.
        without = sum(line.status == "left out" for line in self.runs.values())
        return max(self.work - max(self.fits, sum(map(is_fit, self.runs))) - without, 0)

    @property
    def done(self) -> int:
        """Runs that have finished."""
        return sum(line.status == "finished" for name, line in self.runs.items() if not is_fit(name))

    @property
    def failed(self) -> int:
        """Runs that have failed, and fits of generators."""
        return sum(line.status == "failed" for line in self.runs.values())

    @property
    def settled(self) -> int:
        """Runs that have finished or failed."""
        ends = ("finished", "failed")
        return sum(line.status in ends for name, line in self.runs.items() if not is_fit(name))

    def apply(self, event: ev.Event) -> None:
        """Take one event in."""
        self.last = event.t
        match event:
            case ev.StudyStarted():
                self.state, self.attempt = "running", event.attempt
                self.work, self.fits = event.runs, event.generators
                self.host, self.pid, self.pid_started = event.host, event.pid, event.pid_started
                self.slots, self.message, self.ended = event.slots, "", 0.0
                self.started = self.started or event.t
                for line in self.runs.values():
                    if line.status != "finished":
                        line.status, line.slot = "queued", ""
            case ev.StepStarted():
                self.steps[event.step] = StepState(event.step, "running", 0, event.total, started=event.t)
            case ev.StepProgress():
                step = self._step(event.step)
                step.done, step.total, step.message = event.done, event.total, event.message
            case ev.StepFinished():
                step = self._step(event.step)
                step.state, step.found, step.message, step.ended = (
                    event.state,
                    event.found,
                    event.message,
                    event.t,
                )
            case ev.RunQueued():
                line = self._line(event.run)
                line.status, line.message = "queued", event.reason
            case ev.RunTaken():
                line = self._line(event.run)
                line.status, line.slot = "running", event.slot
                line.kind, line.message = "", ""
                line.attempt += 1
            case ev.RunFinished():
                line = self._line(event.run)
                line.status, line.slot = "finished", ""
                line.kind, line.message = "", ""
                line.metrics, line.seconds = event.metrics, event.seconds
            case ev.RunLeftOut():
                line = self._line(event.run)
                line.status, line.kind, line.message = "left out", "gate", event.reason
            case ev.RunFailed():
                line = self._line(event.run)
                line.status, line.slot, line.kind, line.message = "failed", "", event.kind, event.message
            case ev.RunInterrupted():
                line = self._line(event.run)
                line.status, line.slot, line.kind = "interrupted", "", ""
                line.message = f"stopped; goes on from step {event.step}" if event.step else "stopped; begins again"
            case ev.StudyFinished():
                self.state, self.message, self.ended = event.state, event.message, event.t
            case _:
                pass

    def _step(self, name: str) -> StepState:
        return self.steps.setdefault(name, StepState(name))

    def _line(self, run: str) -> RunLine:
        return self.runs.setdefault(run, RunLine(run))


def fold_run(events: Iterable[ev.Event]) -> RunState:
    """The state of a run after these events; any prefix of a log is a valid log."""
    state = RunState()
    for event in events:
        state.apply(event)
    return state


def fold_study(events: Iterable[ev.Event]) -> StudyState:
    """The state of a study after these events."""
    state = StudyState()
    for event in events:
        state.apply(event)
    return state
