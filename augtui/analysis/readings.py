"""What an arm is worth in images: its place on the baseline's curve over `data.fraction`."""

from __future__ import annotations

import math

import numpy as np

from augtui.analysis.collect import RunRecord, StudyData
from augtui.analysis.resamples import Resamples
from augtui.analysis.statistics.equivalence import Equivalent, Floats, equivalent_share
from augtui.analysis.statistics.verdicts import ENOUGH_SEEDS
from augtui.plan.grid import Point
from augtui.runlog.summary import LOWER_IS_BETTER, CurveReading

FRACTION = "data.fraction"


def readings(data: StudyData, resamples: Resamples, rng: np.random.Generator) -> list[CurveReading]:
    """One reading for each arm but the baseline at each fraction; none without at least two fractions."""
    found = []
    for rest in dict.fromkeys(_without_fraction(point) for point in data.points):
        curve = sorted((p for p in data.points if _without_fraction(p) == rest), key=_fraction)
        if len(curve) < 2:
            continue
        for arm in data.plan.arms[1:]:
            for point in curve:
                reading = _reading(data, resamples, rng, arm.name, point, curve)
                if reading is not None:
                    found.append(reading)
    return found


def _reading(
    data: StudyData, resamples: Resamples, rng: np.random.Generator, arm: str, point: Point, curve: list[Point]
) -> CurveReading | None:
    metric = data.plan.primary
    baseline = data.plan.baseline.name
    columns = [_usable(data, arm, point), *(_usable(data, baseline, p) for p in curve)]
    seeds = sorted(set.intersection(*(set(column) for column in columns)))
    if not seeds:
        return None
    sign = -1.0 if metric in LOWER_IS_BETTER else 1.0
    runs = [[column[seed] for seed in seeds] for column in columns]
    values = sign * np.array([[run.metrics["test"][metric] for run in column] for column in runs]).T
    resamples.test_set([run for column in runs for run in column])
    images = sign * np.column_stack([resamples.means(column)[metric] for column in runs])
    shares = np.array([_fraction(p) for p in curve])
    found = equivalent_share(shares, values[:, 1:], values[:, 0], images[:, 1:], images[:, 0], rng)
    if len(seeds) < ENOUGH_SEEDS:
        found = Equivalent(found.share, math.nan, math.nan)
    return CurveReading(
        arm=arm,
        axes=dict(point),
        metric=metric,
        fraction=_fraction(point),
        equivalent=_finite(found.share),
        low=_finite(found.low),
        high=_finite(found.high),
        text=_text(arm, baseline, point, found, shares),
    )


def _text(arm: str, baseline: str, point: Point, found: Equivalent, shares: Floats) -> str:
    first, last = _percent(shares[0]), _percent(shares[-1])
    with_share = f"{arm} with {_percent(_fraction(point))} of the images"
    if math.isfinite(found.share):
        start = f"{with_share} reaches what {baseline} reaches with {_read_percent(found.share)}"
    elif found.share > 0:
        start = f"{with_share} reaches more than {baseline} reaches with {last}"
    else:
        start = f"{with_share} reaches less than {baseline} reaches with {first}"
    others = ", ".join(f"{key} = {value}" for key, value in _without_fraction(point))
    start += f" (at {others})" if others else ""
    if math.isnan(found.low):
        return f"{start}; too few seeds for an interval"
    low, high = _bound(found.low, first, last), _bound(found.high, first, last)
    return f"{start} (95 % interval {low if low == high else f'{low} to {high}'})"


def _bound(share: float, first: str, last: str) -> str:
    if math.isinf(share):
        return f"less than {first}" if share < 0 else f"more than {last}"
    return _read_percent(share)


def _percent(share: float) -> str:
    """A share that the plan names."""
    return f"{100 * share:.3g} %"


def _read_percent(share: float) -> str:
    """A share that was read off a curve, which is not exact."""
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.1f} %"


def _usable(data: StudyData, arm: str, point: Point) -> dict[int, RunRecord]:
    """Finished runs by seed, where the primary metric is defined."""
    metric = data.plan.primary
    return {
        run.cell.seed: run for run in data.of(arm, point) if run.finished and run.metrics["test"][metric] is not None
    }


def _without_fraction(point: Point) -> Point:
    return tuple((key, value) for key, value in point if key != FRACTION)


def _fraction(point: Point) -> float:
    return float(dict(point).get(FRACTION, 1.0))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
