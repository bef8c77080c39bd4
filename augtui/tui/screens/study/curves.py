"""Which curves the chart shows, and how: the runs of interest, with the baseline's mean and band under them."""

from __future__ import annotations

import math
import operator
from array import array
from collections.abc import Sequence

import msgspec

from augtui.tui.bindings import Hint
from augtui.tui.feed.curves import Curve
from augtui.tui.feed.snapshot import StudySnapshot
from augtui.tui.plot.series import Band, Series
from augtui.tui.screens.study.words import run_words
from augtui.tui.text import Row, row_width

VALUES = {
    "val_accuracy": "Validation accuracy",
    "val_balanced_accuracy": "Validation balanced accuracy",
    "val_loss": "Validation loss",
    "loss": "Training loss",
    "lr": "Learning rate",
    "images_per_second": "Images per second",
}
"""What can be drawn, in the order in which `m` goes through it; further values of the engine follow."""

SCOPES = ("arm", "running", "all")
"""Which runs: those of the arm under the cursor, those that run, or all."""

LEGENDS = 6
"""Lines that are named at most."""
COLOURS = tuple(f"$series-{number}" for number in range(1, 7))


class Picture(msgspec.Struct, frozen=True):
    """Everything that the chart needs."""

    title: str
    series: tuple[Series, ...]
    bands: tuple[Band, ...]
    until: float
    legend: Row
    """Which line is which."""


def values_of(snapshot: StudySnapshot) -> list[str]:
    """Names of the values that the study's curves have, the usual ones first."""
    there: dict[str, None] = {}
    for curve in list(snapshot.curves.values())[:8]:
        there |= dict.fromkeys(curve.columns)
    return [name for name in VALUES if name in there] + [name for name in there if name not in VALUES]


def picture(snapshot: StudySnapshot, value: str, scope: str, folder: str, means: Means) -> Picture:
    """The curves of one value.

    Args:
        snapshot: the study.
        value: a column of the curves.
        scope: one of `SCOPES`.
        folder: of the run under the cursor; it is drawn over the others of its arm.
        means: kept between calls.
    """
    group = folder.rpartition("/")[0]
    baseline = _baseline_group(snapshot, group)
    chosen = _chosen(snapshot, scope, group)
    series: list[Series] = []
    for number, name in enumerate(chosen):
        curve = snapshot.curves.get(name)
        if curve is None or value not in curve.columns:
            continue
        style, rank = _look(scope, name, folder, group, baseline, number)
        label = run_words(name.rpartition("/")[2] if scope == "arm" else name)
        series.append(Series(label, curve.epochs, curve.columns[value], style, rank))
    bands: tuple[Band, ...] = ()
    told = VALUES.get(value, value)
    words = _scope_words(snapshot, scope, group, len(series))
    if baseline != group or scope == "running":
        mean, band = means.of(snapshot, baseline, value)
        if mean is not None:
            series.append(mean)
            words += f" against {_group_words(baseline)}"
        bands = (band,) if band is not None else ()
    epochs = snapshot.plan.train.epochs if snapshot.plan is not None else 0
    running = max((run.epochs for run in snapshot.runs.values() if run.folder in chosen), default=0)
    return Picture(f"{told} · {words}", tuple(series), bands, float(running or epochs), _legend(series, bands, scope))


def _legend(series: Sequence[Series], bands: Sequence[Band], scope: str) -> Row:
    """The lines that stand out by name, the others together."""
    row: Row = []
    told: set[str] = set()
    for item in sorted(series, key=lambda item: -item.rank):
        name = item.name
        if item.rank < 2 and scope == "arm":
            name = "other seeds"
        elif item.rank < 2 and scope == "all":
            name = {"$faint": "other arms", "$baseline": "baseline"}.get(item.style, "this arm")
        if name not in told and len(told) < LEGENDS:
            told.add(name)
            row += [("━ ", item.style), (f"{name}   ", "$muted")]
    return [*row, ("░ ", bands[0].style), ("± SD   ", "$muted")] if bands else row


def _chosen(snapshot: StudySnapshot, scope: str, group: str) -> list[str]:
    if scope == "running":
        return [run.folder for run in snapshot.running]
    if scope == "all":
        return [name for name in snapshot.runs if name.startswith("arms/")]
    return [name for name in snapshot.runs if name.rpartition("/")[0] == group]


def _look(scope: str, name: str, folder: str, group: str, baseline: str, number: int) -> tuple[str, int]:
    """Style and rank of one run's curve."""
    if name == folder:
        return "bold $title", 3
    if scope == "running":
        return COLOURS[number % len(COLOURS)], 1
    own = name.rpartition("/")[0]
    if own == group:
        return ("$baseline" if group == baseline else "$series-1"), 1
    return ("$baseline" if own == baseline else "$faint"), 0 if own == baseline else -1


def _scope_words(snapshot: StudySnapshot, scope: str, group: str, count: int) -> str:
    runs = f"{count} run" + ("s" if count != 1 else "")
    if scope == "arm":
        return f"{_group_words(group)} ({runs})"
    return f"{runs} at work" if scope == "running" else f"all {runs}"


def _group_words(group: str) -> str:
    return run_words(group) if group else "no arm"


def _baseline_group(snapshot: StudySnapshot, group: str) -> str:
    """The baseline at the same axis point as a group of runs."""
    if snapshot.plan is None:
        return ""
    point = "/".join(group.split("/")[2:])
    return f"arms/{snapshot.plan.baseline.name}" + (f"/{point}" if point else "")


class Means(msgspec.Struct):
    """Keeps the mean of a group until one of its curves grows."""

    _kept: dict[tuple[str, str], tuple[tuple[Curve, ...], Series, Band | None]] = msgspec.field(default_factory=dict)

    def of(self, snapshot: StudySnapshot, group: str, value: str) -> tuple[Series | None, Band | None]:
        """The mean over the seeds of a group, and one standard deviation to both sides (of two seeds or more)."""
        curves = tuple(
            curve
            for name, curve in snapshot.curves.items()
            if name.rpartition("/")[0] == group and value in curve.columns
        )
        if not curves:
            return None, None
        kept = self._kept.get((group, value))
        if kept is not None and len(kept[0]) == len(curves) and all(map(operator.is_, kept[0], curves)):
            return kept[1], kept[2]
        x, mean, sd = mean_curve(curves, value)
        line = Series(f"{run_words(group)} mean", x, mean, "$baseline", 2)
        band = None
        if len(curves) > 1:
            low = array("d", (m - s for m, s in zip(mean, sd, strict=True)))
            high = array("d", (m + s for m, s in zip(mean, sd, strict=True)))
            band = Band(x, low, high, "$baseline-faint")
        self._kept[group, value] = (curves, line, band)
        return line, band


def mean_curve(curves: Sequence[Curve], value: str) -> tuple[array[float], array[float], array[float]]:
    """Epochs, mean and standard deviation (ddof 1) over the curves that reached each epoch with a finite value."""
    columns = [curve.columns[value] for curve in curves]
    if all(curve.epochs == curves[0].epochs for curve in curves) and math.isfinite(sum(map(sum, columns))):
        return array("d", curves[0].epochs), *_moments(columns)
    sums: dict[float, list[float]] = {}
    for curve in curves:
        for epoch, number in zip(curve.epochs, curve.columns[value], strict=True):
            if math.isfinite(number):
                sums.setdefault(epoch, []).append(number)
    x, mean, sd = array("d", sorted(sums)), array("d"), array("d")
    for epoch in x:
        [middle], [deviation] = _moments([[number] for number in sums[epoch]])
        mean.append(middle)
        sd.append(deviation)
    return x, mean, sd


def _moments(columns: Sequence[Sequence[float]]) -> tuple[array[float], array[float]]:
    """Mean and standard deviation across columns of one length, by loops that are not ours."""
    count = len(columns)
    mean = array("d", (total / count for total in map(sum, zip(*columns, strict=True))))
    squares = [0.0] * len(mean)
    for column in columns:
        gaps = list(map(operator.sub, column, mean))
        squares = list(map(operator.add, squares, map(operator.mul, gaps, gaps)))
    return mean, array("d", (math.sqrt(square / max(1, count - 1)) for square in squares))


def curve_hint(hints: Sequence[Hint], legend: Row, width: int) -> Row:
    """The keys of the chart, and on the right which line is which, as far as it fits.

    A hint without words has its key beside that of the next one.
    """
    row: Row = [("       ", "")]
    for hint in hints:
        key, words = hint.spans("$faint", "$muted")
        row += [key, words, ("  ", "")] if hint.words else [(hint.key, key[1])]
    room = width - row_width(row)
    while legend and row_width(legend) > room:
        legend = legend[:-2]
    return [*row, (" " * (room - row_width(legend)), ""), *legend] if legend else row
