"""The curves of a run, kept as columns of numbers: two thousand epochs of eight values take 130 kB."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from augtui.runlog.events import EpochFinished

_FIELDS = ("loss", "val_loss", "val_accuracy", "val_balanced_accuracy", "lr", "images_per_second")


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
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


@dataclass(slots=True)
class CurveBuilder:
    """Takes epochs in and hands curves out. What was handed out never changes again."""

    _epochs: array[float] = field(default_factory=lambda: array("d"))
    _times: array[float] = field(default_factory=lambda: array("d"))
    _columns: dict[str, array[float]] = field(default_factory=dict)
    _curve: Curve | None = None

    def put(self, event: EpochFinished) -> None:
        """Append an epoch. From an epoch that was there before on, the curve is begun anew."""
        self._own()
        epochs = self._epochs
        while epochs and epochs[-1] >= event.epoch:
            epochs.pop()
            self._times.pop()
            for column in self._columns.values():
                column.pop()
        values = {name: getattr(event, name) for name in _FIELDS} | event.values
        for name, value in values.items():
            if name not in self._columns and value is not None:
                self._columns[name] = array("d", [math.nan] * len(epochs))
        for name, column in self._columns.items():
            value = values.get(name)
            column.append(math.nan if value is None else value)
        epochs.append(event.epoch)
        self._times.append(event.t)

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
