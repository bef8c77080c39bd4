"""What a screen shows, as frozen values: made by the feed's thread, read by the widgets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from pathlib import Path

    from augtui.plan.spec import Plan
    from augtui.runlog.checks import CheckReport
    from augtui.runlog.summary import Summary
    from augtui.tui.feed.curves import Curve


class Interest(msgspec.Struct, frozen=True):
    """What the screen wants to see of a study, beside what every screen needs."""

    folder: Path | None = None
    """Of the study; None for none."""
    first: tuple[str, ...] = ()
    """Folders of the runs whose curves are read first."""
    log: str = ""
    """Folder of the run whose log is shown; empty for the supervisor's."""


class RunView(msgspec.Struct, frozen=True):
    """One run, as its study's log and its own tell it."""

    folder: str
    """Relative to the study."""
    status: str = "queued"
    """queued, running, finished, failed, interrupted, lost or left out."""
    slot: str = ""
    attempt: int = 0
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    steps: int = 0
    loss: float | None = None
    val_accuracy: float | None = None
    rate: float | None = None
    """Images per second."""
    left: float | None = None
    """Seconds to its end."""
    kind: str = ""
    """Of the failure."""
    message: str = ""
    traceback: str = ""
    seconds: float = 0.0
    metrics: Mapping[str, float | None] | None = None

    @property
    def share(self) -> float:
        """How much of it is done, in [0, 1]."""
        if self.status == "finished":
            return 1.0
        return min(1.0, self.step / self.steps) if self.steps else 0.0


class StepView(msgspec.Struct, frozen=True):
    """One step of a study."""

    name: str
    state: str
    done: int
    total: int
    found: str
    message: str
    seconds: float | None
    """How long it took; None while it has not ended."""


class DeviceLoad(msgspec.Struct, frozen=True):
    """How busy the machine of a study is; the feed runs on the same machine."""

    name: str
    busy: float
    """Share of time at work, in [0, 1]."""
    used: float
    """Bytes."""
    total: float
    """Bytes."""


class LogTail(msgspec.Struct, frozen=True):
    """The end of a log of text."""

    title: str
    lines: tuple[str, ...]


class StudySnapshot(msgspec.Struct, frozen=True, eq=False):
    """One study at one moment."""

    folder: Path
    plan: Plan | None
    status: str
    """queued, running, finished, failed, blocked, stopped, waiting or lost."""
    message: str
    """Why it is in this status, or what is wrong with its files."""
    host: str
    here: bool
    """Whether its supervisor runs on this machine."""
    started: float
    ended: float
    last: float
    """When the newest sign came."""
    done: int
    failed: int
    total: int
    left: float | None
    """Seconds to its end."""
    steps: tuple[StepView, ...]
    runs: Mapping[str, RunView]
    """By folder, in the order of the grid; generators last."""
    curves: Mapping[str, Curve]
    """By folder; those that have been read so far."""
    loads: tuple[DeviceLoad, ...]
    log: LogTail
    summary: Summary | None
    check: CheckReport | None

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def running(self) -> tuple[RunView, ...]:
        """The runs that are being worked on."""
        return tuple(run for run in self.runs.values() if run.status == "running")

    @property
    def failures(self) -> tuple[RunView, ...]:
        """The runs that ended without a result or were lost."""
        return tuple(run for run in self.runs.values() if run.status in ("failed", "lost"))


class Update(msgspec.Struct, frozen=True):
    """What is new since the update before; None for what is not."""

    rows: tuple[StudyRow, ...] | None = None
    study: StudySnapshot | None = None

    @property
    def studies(self) -> tuple[StudyRow | StudySnapshot, ...]:
        """Whatever it tells of any study; what was looked at first comes first."""
        return (*((self.study,) if self.study is not None else ()), *(self.rows or ()))


class StudyRow(msgspec.Struct, frozen=True):
    """One line of the list of studies."""

    name: str
    folder: Path
    status: str
    dataset: str = ""
    arms: tuple[str, ...] = ()
    seeds: int = 0
    primary: str = ""
    done: int = 0
    failed: int = 0
    total: int = 0
    best: str = ""
    """The arm with the best mean of the primary metric."""
    score: float | None = None
    """Its mean."""
    difference: float | None = None
    """From the baseline."""
    verdict: str = ""
    metrics: tuple[tuple[str, float], ...] = ()
    """The best mean of any arm, by metric."""
    host: str = ""
    started: float = 0.0
    ended: float = 0.0
    message: str = ""
    """Why it failed, or why it cannot be read."""
