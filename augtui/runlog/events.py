"""The events of runs and studies: flat, typed, versioned. One event is one line of JSON.

A line holds the envelope (`v`, `seq`, `t`, `event`) and the event's own fields. Readers ignore fields and
events that they do not know, and refuse a newer major version in one sentence.
"""

import math
from typing import Any, Union

import msgspec

VERSION = 1


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """The base of all events; `t` is UTC seconds since 1970, `seq` counts the lines of one writer.

    The tag of a class is what a line calls it.
    """

    v: int = VERSION
    seq: int = 0
    t: float = 0.0

    @property
    def name(self) -> str:
        """What a line calls it."""
        return name_of(type(self))


def name_of(kind: type[Event]) -> str:
    """What a line calls events of this class."""
    return str(kind.__struct_config__.tag)


# --- events of one run (events.jsonl in its folder) -------------------------------------------------------


class RunStarted(Event, frozen=True, kw_only=True, tag="run_started"):
    """A process took the run up."""

    attempt: int
    host: str
    pid: int
    pid_started: float
    """When that process started, to tell it from a later one with the same pid."""
    device: str
    epochs: int
    steps: int
    """Optimiser steps in all."""
    resumed_step: int = 0


class Progress(Event, frozen=True, kw_only=True, tag="progress"):
    """Inside an epoch, at most four a second; never read for results."""

    attempt: int
    step: int
    loss: float | None
    images_per_second: float | None


class EpochFinished(Event, frozen=True, kw_only=True, tag="epoch_finished"):
    """One epoch's curves. Losses are means over images; `values` holds further numbers by name."""

    attempt: int
    epoch: int
    """From 1."""
    step: int
    loss: float | None
    val_loss: float | None = None
    val_accuracy: float | None = None
    val_balanced_accuracy: float | None = None
    lr: float | None = None
    images_per_second: float | None = None
    values: dict[str, float | None] = {}


class CheckpointWritten(Event, frozen=True, kw_only=True, tag="checkpoint_written"):
    """A run killed from here on goes on at `step`."""

    attempt: int
    step: int


class Diverged(Event, frozen=True, kw_only=True, tag="diverged"):
    """A loss was not finite; the run fails."""

    attempt: int
    step: int


class RunFinished(Event, frozen=True, kw_only=True, tag="run_finished"):
    """The end of a run: in its own log with `run` empty, in the study's log with the run's folder."""

    attempt: int = 1
    run: str = ""
    seconds: float = 0.0
    metrics: dict[str, float | None] = {}
    """The test metrics, fractions."""
    reused: bool = False
    """Whether the result was there already: of an earlier attempt, or of a generator that lay in the cache."""


class RunFailed(Event, frozen=True, kw_only=True, tag="run_failed"):
    """The run ended without a result. `kind` is a short code: error, diverged, memory, killed, data, disk."""

    attempt: int = 1
    run: str = ""
    kind: str = "error"
    message: str = ""
    traceback: str = ""


class RunInterrupted(Event, frozen=True, kw_only=True, tag="run_interrupted"):
    """The run stopped on request, with a checkpoint at `step`."""

    attempt: int = 1
    run: str = ""
    step: int = 0


# --- events of a study (events.jsonl in its folder) -------------------------------------------------------


class StudyStarted(Event, frozen=True, kw_only=True, tag="study_started"):
    """A supervisor took the study up."""

    attempt: int
    host: str
    pid: int
    pid_started: float
    runs: int
    """Of arms, and fits of generators."""
    generators: int = 0
    """How many of them are fits of generators."""
    slots: list[str] = []


class StepStarted(Event, frozen=True, kw_only=True, tag="step_started"):
    """check, prepare, augment, synthesize, train or compare begins."""

    step: str
    total: int = 0


class StepProgress(Event, frozen=True, kw_only=True, tag="step_progress"):
    """`done` of `total` parts of a step, at most four a second."""

    step: str
    done: int
    total: int
    message: str = ""


class StepFinished(Event, frozen=True, kw_only=True, tag="step_finished"):
    """A step ended. `found` says in a few words what it found; `state` is finished, failed, blocked or skipped."""

    step: str
    state: str = "finished"
    found: str = ""
    message: str = ""


class RunQueued(Event, frozen=True, kw_only=True, tag="run_queued"):
    """The run waits again, for example for a retry."""

    run: str
    reason: str = ""


class RunTaken(Event, frozen=True, kw_only=True, tag="run_taken"):
    """A slot begins with the run."""

    run: str
    slot: str


class RunLeftOut(Event, frozen=True, kw_only=True, tag="run_left_out"):
    """The plan does without the run, because the gate refused a generator of its arm."""

    run: str
    reason: str = ""


class Heartbeat(Event, frozen=True, kw_only=True, tag="heartbeat"):
    """Every 10 s, for readers on other hosts."""


class StudyFinished(Event, frozen=True, kw_only=True, tag="study_finished"):
    """The supervisor ended. `state` is finished, failed (some runs), blocked, stopped or waiting (`--until`)."""

    state: str
    message: str = ""


EVENTS: dict[str, type[Event]] = {
    name_of(kind): kind
    for kind in (
        RunStarted, Progress, EpochFinished, CheckpointWritten, Diverged, RunFinished, RunFailed, RunInterrupted,
        StudyStarted, StepStarted, StepProgress, StepFinished, RunQueued, RunTaken, RunLeftOut,
        Heartbeat, StudyFinished,
    )
}  # fmt: skip


_OWN = {
    kind: [name for name in kind.__struct_fields__ if name not in Event.__struct_fields__] for kind in EVENTS.values()
}
"""Fields that are not in the envelope, in the order in which they are written."""


def encode(event: Event, seq: int, t: float) -> bytes:
    """The event's line, newline included. A float that is not finite becomes null."""
    import json  # here: the app only reads

    body = {"v": VERSION, "seq": seq, "t": round(t, 3), "event": event.name}
    body |= {name: getattr(event, name) for name in _OWN[type(event)]}
    return (json.dumps(_finite(body), allow_nan=False, separators=(",", ":"), ensure_ascii=False) + "\n").encode()


class NewerVersionError(ValueError):
    """The log was written by a later augtui than this one."""


def decode(line: bytes) -> Event | None:
    """The event of a line, or None for an event that this version does not know.

    Raises:
        NewerVersionError: the line is of a newer major version.
        ValueError: the line is not an event.
    """
    known = decode_lines(line)
    if known:
        return known[0]
    try:
        envelope = _ENVELOPE.decode(line)
        if envelope.v > VERSION:
            raise NewerVersionError(
                f"this log has version {envelope.v}; this augtui reads up to {VERSION}: update augtui"
            )
        decoder = _DECODERS.get(envelope.event)
        return decoder.decode(line) if decoder is not None else None
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from error


def decode_lines(lines: bytes) -> list[Event] | None:
    """The events of some lines, all at once; None where one of the lines has to be judged by itself."""
    try:
        events = _ANY.decode_lines(lines)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return events if all(event.v <= VERSION for event in events) else None


class _Envelope(msgspec.Struct):
    """What decides whether and how the rest of a line is read."""

    v: int
    event: str = ""


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_ANY: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Union[tuple(EVENTS.values())])  # noqa: UP007 (made here)
_DECODERS = {name: msgspec.json.Decoder(kind) for name, kind in EVENTS.items()}


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
