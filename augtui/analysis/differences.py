"""Every arm against the baseline at its axis point: differences, intervals, corrected p values, verdicts."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from augtui.analysis.collect import RunRecord, StudyData
from augtui.analysis.resamples import Resamples
from augtui.analysis.statistics.exact import holm, mcnemar, sign_flip
from augtui.analysis.statistics.paired import PairedEstimate, paired_estimate
from augtui.analysis.statistics.resample import resampled_variance
from augtui.analysis.statistics.verdicts import verdict
from augtui.metrics import METRICS
from augtui.plan.grid import Point
from augtui.runlog.summary import LOWER_IS_BETTER, Difference

Pair = tuple[RunRecord, RunRecord]
"""The run of an arm and the baseline's of the same seed and axis point."""

Key = tuple[str, Point]


def differences(data: StudyData, resamples: Resamples, rng: np.random.Generator) -> dict[Key, dict[str, Difference]]:
    """The differences of each (arm, axis point) but the baseline's, by metric.

    Verdicts, Holm's p values and sign flips are only on the plan's primary metric: everything else is exploratory.
    """
    baseline = data.plan.baseline.name
    keys = [(arm.name, point) for point in data.points for arm in data.plan.arms[1:]]
    pairs = {key: _pairs(data.of(*key), data.of(baseline, key[1])) for key in keys}
    found: dict[Key, dict[str, Difference]] = {}
    primary: dict[Key, PairedEstimate | None] = {}
    for key in keys:
        estimates = {name: _estimate(name, pairs[key], resamples) for name in METRICS}
        primary[key] = estimates[data.plan.primary]
        found[key] = {name: _difference(name, pairs[key], estimates[name]) for name in METRICS}
        found[key]["accuracy"] = _with_mcnemar(found[key]["accuracy"], pairs[key], resamples)
    _judge(data, found, primary, pairs, rng)
    return found


def between(
    data: StudyData, resamples: Resamples, arms: tuple[str, str], point: Point, metric: str
) -> PairedEstimate | None:
    """The first arm minus the second at one axis point; None without two pairs. Uncorrected for choosing them."""
    return _estimate(metric, _pairs(data.of(arms[0], point), data.of(arms[1], point)), resamples)


def _judge(
    data: StudyData,
    found: dict[Key, dict[str, Difference]],
    primary: dict[Key, PairedEstimate | None],
    pairs: dict[Key, list[Pair]],
    rng: np.random.Generator,
) -> None:
    """Fill in what only the primary metric has."""
    name = data.plan.primary
    tested = [(key, estimate) for key, estimate in primary.items() if estimate is not None]
    adjusted = dict(zip((key for key, _ in tested), holm([e.p for _, e in tested]), strict=True))
    for key, by_metric in found.items():
        p_holm = adjusted.get(key)
        by_metric[name] = msgspec.structs.replace(
            by_metric[name],
            p_holm=p_holm,
            p_sign_flip=sign_flip(_deltas(name, pairs[key]), rng),
            verdict=verdict(primary[key], by_metric[name].n, p_holm, data.plan.margin, name in LOWER_IS_BETTER),
        )


def _pairs(arm: Sequence[RunRecord], baseline: Sequence[RunRecord]) -> list[Pair]:
    """Seeds of which both runs finished."""
    by_seed = {run.cell.seed: run for run in baseline if run.finished}
    return [(run, by_seed[run.cell.seed]) for run in arm if run.finished and run.cell.seed in by_seed]


def _defined(name: str, pairs: Sequence[Pair]) -> list[Pair]:
    return [pair for pair in pairs if all(run.metrics["test"][name] is not None for run in pair)]


def _deltas(name: str, pairs: Sequence[Pair]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    values = [arm.metrics["test"][name] - base.metrics["test"][name] for arm, base in _defined(name, pairs)]
    return np.array(values, dtype=np.float64)


def _estimate(name: str, pairs: Sequence[Pair], resamples: Resamples) -> PairedEstimate | None:
    known = _defined(name, pairs)
    if len(known) < 2:
        return None
    of_arm, of_baseline = [arm for arm, _ in known], [base for _, base in known]
    units = resamples.test_set(of_arm + of_baseline).units
    drawn = resamples.means(of_arm)[name] - resamples.means(of_baseline)[name]
    return paired_estimate(_deltas(name, known), resampled_variance(drawn, units), units)


def _difference(name: str, pairs: Sequence[Pair], estimate: PairedEstimate | None) -> Difference:
    deltas = _deltas(name, pairs)
    gains = -deltas if name in LOWER_IS_BETTER else deltas
    plain = Difference(
        mean=float(deltas.mean()) if len(deltas) else None,
        sd=float(deltas.std(ddof=1)) if len(deltas) > 1 else None,
        n=len(deltas),
        better=int((gains > 0).sum()),
    )
    if estimate is None:
        return plain
    low, high = estimate.interval()
    return msgspec.structs.replace(
        plain, low=low, high=high, p=estimate.p, visible=estimate.visible, floor=estimate.floor, df=estimate.df
    )


def _with_mcnemar(difference: Difference, pairs: Sequence[Pair], resamples: Resamples) -> Difference:
    """With a single pair nothing can be said about the arms, only about the two models."""
    if len(pairs) != 1:
        return difference
    arm, base = (resamples.test(run) for run in pairs[0])
    resamples.test_set(pairs[0])
    right = [test.probabilities.argmax(axis=1) == test.labels for test in (arm, base)]
    return msgspec.structs.replace(difference, p_mcnemar=mcnemar(*right))
