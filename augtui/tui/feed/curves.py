"""The curves of a run, kept as columns of numbers: two thousand epochs of eight values take 130 kB."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from operator import attrgetter
from types import MappingProxyType

import msgspec

from augtui.runlog.events import EpochFinished

_FIELDS = ("loss", "val_loss", "val_accuracy", "val_balanced_accuracy", "lr", "images_per_second")


class Curve(msgspec.Struct, frozen=True, eq=False):
    """What a run reported epoch by epoch; a value that was not given or not finite is NaN."""

    epochs: array[float]
    """Ascending."""
    times: array[float]
    """When each epoch ended, seconds since 1970."""
    columns: Mapping[str, array[float]]
    """By name of the value, as long as `epochs`."""

    def last(self, name: str) -> float | None:
        """The newest value of this name, None where it is missing."""
        column = self.columns.get(name)
        return column[-1] if column and math.isfinite(column[-1]) else None


EMPTY = Curve(array("d"), array("d"), MappingProxyType({}))


class CurveBuilder(msgspec.Struct):
    """Takes epochs in and hands curves out. What was handed out never changes again."""

    _epochs: array[float] = msgspec.field(default_factory=lambda: array("d"))
    _times: array[float] = msgspec.field(default_factory=lambda: array("d"))
    _columns: dict[str, array[float]] = msgspec.field(default_factory=dict)
    _curve: Curve | None = None

    def put(self, *events: EpochFinished) -> None:
        """Append epochs. From an epoch that was there before on, the curve is begun anew."""
        start = 0
        for index in range(1, len(events) + 1):
            if index == len(events) or events[index].epoch <= events[index - 1].epoch:
                self._append(events[start:index])
                start = index

    def _append(self, events: Sequence[EpochFinished]) -> None:
        """Epochs that ascend, column by column: logs of thousands of epochs are read at once."""
        self._own()
        kept = bisect_left(self._epochs, events[0].epoch)
        for column in (self._epochs, self._times, *self._columns.values()):
            del column[kept:]
        values: dict[str, list[float | None]] = {
            name: [event.values.get(name) for event in events]
            for name in {**self._columns, **{name: None for event in events for name in event.values}}
        }
        values |= {name: list(map(attrgetter(name), events)) for name in _FIELDS}
        for name, found in values.items():
            if name not in self._columns and any(value is not None for value in found):
                self._columns[name] = array("d", [math.nan]) * kept
            if name in self._columns:
                self._columns[name].extend([math.nan if value is None else value for value in found])
        self._epochs.extend([event.epoch for event in events])
        self._times.extend([event.t for event in events])

    def curve(self) -> Curve:
        """The curve so far; the same object until the next epoch."""
        if self._curve is None:
            self._curve = Curve(self._epochs, self._times, MappingProxyType(self._columns))
        return self._curve

    def _own(self) -> None:
        """Before a change: what has been handed out is left alone, and copied."""
        if self._curve is not None:
            self._epochs, self._times = self._epochs[:], self._times[:]
            self._columns = {name: column[:] for name, column in self._columns.items()}
            self._curve = None
