"""The list of all studies, kept as one row each: ten thousand runs cost two hundred small reads."""

from __future__ import annotations

import os
import re
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from augtui.errors import AugtuiError
from augtui.paths import StudyPaths
from augtui.runlog.fold import StudyState
from augtui.runlog.glance import read_study
from augtui.runlog.liveness import study_status
from augtui.runlog.reader import EventReader
from augtui.runlog.summary import Scores, best_of, read_scores
from augtui.tui.feed.snapshot import StudyRow
from augtui.tui.feed.wholes import Stamp, stamp_of

_TIME = re.compile(r"\d{8}-\d{6}(?=(-\d+)?$)")
_OPEN = frozenset({"running", "queued"})


class _Entry(msgspec.Struct):
    """What is kept of one study between two looks."""

    row: StudyRow
    stamps: tuple[Stamp | None, ...]
    state: StudyState | None = None
    """Of a study that may go on: its log is not read from the start again."""
    reader: EventReader | None = None


class StudyIndex(msgspec.Struct):
    """Rows of all studies under a folder, newest first."""

    runs_dir: Path
    clock: Callable[[], float] = time.time
    _entries: dict[str, _Entry] = msgspec.field(default_factory=dict)

    def refresh(self, seconds: float | None = None) -> bool:
        """Look at what has changed, newest studies first; stops after `seconds`, but not before it has looked at one.

        Whether it came to its end.
        """
        until = None if seconds is None else time.monotonic() + seconds
        names = sorted(study_names(self.runs_dir), key=by_time)
        for gone in self._entries.keys() - set(names):
            del self._entries[gone]
        unknown = [name for name in names if name not in self._entries]
        known = [name for name in names if name in self._entries]
        order = (*reversed(unknown), *reversed(known))
        for place, name in enumerate(order, 1):
            self._look(name)
            if until is not None and time.monotonic() > until and place < len(order):
                return False
        return True

    def rows(self) -> tuple[StudyRow, ...]:
        """All rows; the study that began last comes first."""
        rows = [entry.row for entry in self._entries.values()]
        return tuple(sorted(rows, key=lambda row: (row.started or float("inf"), row.name), reverse=True))

    def _look(self, name: str) -> None:
        paths = StudyPaths(self.runs_dir / name)
        stamps = tuple(stamp_of(path) for path in (paths.plan, paths.events, paths.summary))
        entry = self._entries.get(name)
        if entry is not None and entry.stamps == stamps:
            if entry.state is not None:
                self._judge(entry)
            return
        row = _with_plan(StudyRow(name, paths.folder, "queued"), paths)
        if entry is None or entry.state is None or entry.reader is None:
            try:
                entry = _Entry(row, stamps, read_study(paths.events))
            except AugtuiError as error:
                unreadable = replace(row, status="lost", message=f"cannot read its log: {error}")
                self._entries[name] = _Entry(unreadable, stamps)
                return
        else:
            for event in entry.reader.read():
                entry.state.apply(event)
        assert entry.state is not None
        entry.row = _with_summary(_with_events(row, entry.state), paths)
        entry.stamps = stamps
        self._judge(entry)
        self._entries[name] = entry

    def _judge(self, entry: _Entry) -> None:
        """Ask whether the supervisor lives. What may go on is followed; what has ended needs its row only."""
        assert entry.state is not None
        status = study_status(entry.state, self.clock())
        if status != entry.row.status:
            entry.row = replace(entry.row, status=status)
        if status not in _OPEN:
            entry.state, entry.reader = None, None
        elif entry.reader is None:
            entry.reader = EventReader(StudyPaths(entry.row.folder).events)
            entry.state = StudyState()
            for event in entry.reader.read():
                entry.state.apply(event)


def by_time(name: str) -> tuple[str, str]:
    """Sorts the names of studies by the time in them; names without one come first."""
    found = _TIME.search(name)
    return (found.group() if found is not None else ""), name


def study_names(runs_dir: Path) -> Iterator[str]:
    """Names of the folders that are studies."""
    try:
        with os.scandir(runs_dir) as entries:
            for entry in entries:
                if os.path.exists(os.path.join(entry.path, "study.json")):
                    yield entry.name
    except OSError:
        return


def _with_plan(row: StudyRow, paths: StudyPaths) -> StudyRow:
    """A few words of the plan, read leniently: the list shows studies of other versions too."""
    try:
        table: dict[str, Any] = tomllib.loads(paths.plan.read_text(encoding="utf-8"))
        arms = [str(arm["name"]) for arm in table.get("arms", ())]
        seeds = table.get("seeds", 5)
        return replace(
            row,
            dataset=Path(str(table.get("dataset", ""))).name,
            arms=tuple(arms),
            seeds=len(seeds) if isinstance(seeds, list) else int(seeds),
            primary=str(table.get("primary", "balanced_accuracy")),
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        return replace(row, message=f"cannot read its plan: {error}")


def _with_events(row: StudyRow, state: StudyState) -> StudyRow:
    return replace(
        row,
        done=state.done,
        failed=state.failed,
        total=state.total,
        host=state.host,
        started=state.started,
        ended=state.ended,
        message=row.message or state.message,
    )


def _with_summary(row: StudyRow, paths: StudyPaths) -> StudyRow:
    try:
        summary = read_scores(paths.summary)
    except (AugtuiError, OSError):
        return row
    best = _best_arm(summary)
    metrics: dict[str, float] = {}
    for arm in summary.arms:
        for name, spread in arm.metrics.items():
            if spread.mean is not None:
                metrics[name] = best_of(name)(spread.mean, metrics.get(name, spread.mean))
    return replace(row, primary=summary.primary, metrics=tuple(metrics.items()), **best)


def _best_arm(summary: Scores) -> dict[str, Any]:
    scored = [
        (spread.mean, arm)
        for arm in summary.arms
        if (spread := arm.metrics.get(summary.primary)) is not None and spread.mean is not None
    ]
    if not scored:
        return {}
    score, arm = best_of(summary.primary)(scored, key=lambda item: item[0])
    difference = arm.difference.get(summary.primary)
    return {
        "best": arm.name,
        "score": score,
        "difference": difference.mean if difference is not None else None,
        "verdict": (difference.verdict or "") if difference is not None else "baseline",
    }
