"""The grid of runs in words: an arm's runs by their states, and what its finished ones say so far."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence

import msgspec
from rich.cells import cell_len

from augtui.plan.grid import Point, cells, point_name
from augtui.plan.spec import Plan
from augtui.text import plain
from augtui.tui.feed.curves import Curve
from augtui.tui.feed.snapshot import RunView, StudySnapshot
from augtui.tui.glyphs import state_span
from augtui.tui.screens.study.curves import mean_curve
from augtui.tui.screens.study.words import METRICS, short_point
from augtui.tui.sparks import sparkline
from augtui.tui.text import Row, fit, fraction, points, row_width
from augtui.tui.widgets.seedgrid import LEFT, GridRow

Key = tuple[str, Point]
"""An arm at an axis point."""

_MEAN, _GAP, _CURVE = 10, 8, 16
"""Cells of mean with deviation, of the difference from the baseline, of the little curve."""


def grid_rows(snapshot: StudySnapshot, width: int, kept: MeanCurves) -> tuple[list[GridRow], list[str], str]:
    """The rows of the grid, its seeds, and the heads of what stands after them.

    Beside mean and deviation, where there is room: the mean difference from the baseline over the seeds that both
    have finished, and the mean curve of validation accuracy on one scale for all arms.
    """
    plan = snapshot.plan
    if plan is None:
        return [], [], ""
    rows: dict[Key, list[RunView]] = {}
    for key, folder in kept.places(plan):
        run = snapshot.runs.get(folder)
        if run is not None:
            rows.setdefault(key, []).append(run)
    order = {arm.name: index for index, arm in enumerate(plan.arms)}
    keys = sorted(rows, key=lambda key: (point_name(key[1]), order[key[0]]))
    labels = [plain(arm + (f"  {short_point(point_name(point))}" if point else "")) for arm, point in keys]
    room = width - LEFT - max(map(cell_len, labels), default=0) - 2 * len(plan.seeds) - 1
    gap, curve = room >= _MEAN + _GAP, room >= _MEAN + _GAP + 2 + _CURVE
    means = kept.of(snapshot, rows) if curve else {}
    bounds = [value for mean in means.values() for value in mean]
    result = []
    for (arm, point), label in zip(keys, labels, strict=True):
        runs = rows[arm, point]
        base = rows.get((plan.baseline.name, point), [])
        said = spread_words(_values(runs, plan.primary))
        if gap and said:
            said = [*said, (" " * (_MEAN - row_width(said)), ""), *_gap_words(runs, base, plan.primary)]
        mean = means.get((arm, point))
        if mean:
            space = _MEAN + _GAP + 2 - row_width(said)
            is_base = arm == plan.baseline.name
            spark = sparkline(mean, _CURVE, min(bounds), max(bounds))
            said = [*said, (" " * space, ""), (spark, "$baseline-faint" if is_base else "$spark")]
        result.append(
            GridRow(
                label,
                "$baseline" if arm == plan.baseline.name else "$foreground",
                tuple(run.folder for run in runs),
                tuple(state_span(run.status) for run in runs),
                said,
            )
        )
    head = METRICS.get(plan.primary, plan.primary)
    head = fit(head, _MEAN) + fit("Δ pp", _GAP, "right") if gap else head
    return result, [str(seed) for seed in plan.seeds], head + "  validation" if curve else head


def spread_words(values: Sequence[float]) -> Row:
    """Mean and deviation of what has finished."""
    if not values:
        return []
    mean = _mean(values)
    row: Row = [(fraction(mean), "$foreground")]
    if len(values) > 1:
        deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
        row.append((f" ±{fraction(deviation)}", "$muted"))
    return row


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _values(runs: Sequence[RunView], metric: str) -> list[float]:
    found = [run.metrics.get(metric) for run in runs if run.metrics]
    return [value for value in found if value is not None]


def _gap_words(runs: Sequence[RunView], base: Sequence[RunView], metric: str) -> Row:
    """The mean of the differences of equal seeds."""
    if runs is base:
        return [(fit("", _GAP), "")]
    gaps = [
        value - other
        for run, twin in zip(runs, base, strict=False)
        if run.metrics and twin.metrics
        if (value := run.metrics.get(metric)) is not None and (other := twin.metrics.get(metric)) is not None
    ]
    told = points(_mean(gaps)) if gaps else ""
    return [(fit(told, _GAP, "right"), "$foreground")]


class MeanCurves(msgspec.Struct):
    """The mean validation accuracy of each arm's finished runs; made anew when another one has finished.

    Of a plan, where its runs stand in the grid.
    """

    _plan: Plan | None = None
    _places: list[tuple[Key, str]] = msgspec.field(default_factory=list)
    _kept: dict[Key, tuple[tuple[Curve, ...], Sequence[float]]] = msgspec.field(default_factory=dict)

    def places(self, plan: Plan) -> list[tuple[Key, str]]:
        """The row of every run, with the run's folder."""
        if plan is not self._plan:
            self._plan = plan
            self._places = [((cell.arm.name, cell.point), cell.folder) for cell in cells(plan)]
        return self._places

    def of(self, snapshot: StudySnapshot, rows: Mapping[Key, Sequence[RunView]]) -> dict[Key, Sequence[float]]:
        """By row of the grid; rows without a finished run are left out."""
        found: dict[Key, Sequence[float]] = {}
        for key, runs in rows.items():
            curves = tuple(
                curve
                for run in runs
                if run.status == "finished"
                if (curve := snapshot.curves.get(run.folder)) is not None and "val_accuracy" in curve.columns
            )
            kept = self._kept.get(key)
            same = kept is not None and len(kept[0]) == len(curves) and all(map(operator.is_, kept[0], curves))
            if curves and not same:
                kept = self._kept[key] = (curves, mean_curve(curves, "val_accuracy")[1])
            if curves and kept is not None:
                found[key] = kept[1]
        return found
