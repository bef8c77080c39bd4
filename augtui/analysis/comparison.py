"""Comparing two studies: only where they looked at the same test images, and never more than that allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import numpy as np

from augtui.analysis.collect import RunRecord, StudyData
from augtui.analysis.notes import study_info
from augtui.analysis.statistics.paired import independent_estimate, paired_estimate
from augtui.analysis.statistics.resample import resample_weights, resampled_variance, unit_count
from augtui.analysis.summarise import spread
from augtui.errors import AugtuiError
from augtui.metrics import METRICS, Predictions
from augtui.metrics.weighted import weighted_scores
from augtui.plan.grid import Point, RunSpec, point_name
from augtui.plan.spec import Plan
from augtui.runlog.comparison import ComparedArm, Comparison, Setting
from augtui.runlog.summary import Difference

SPLIT_KEYS = (
    "image_size",
    "store_size",
    "validation",
    "test",
    "test_seed",
    "group",
    "fraction",
    "on_corrupt",
    "leak",
)


def compare_studies(first: StudyData, second: StudyData, rng: np.random.Generator) -> Comparison:
    """Every arm that both have, second minus first.

    Raises:
        AugtuiError: the studies cannot be compared; the message says why.
    """
    test = _same_test_set(first, second)
    weights = resample_weights(test.labels, test.groups, rng)
    keys = [_cells(study) for study in (first, second)]
    shared = [key for key in keys[0] if key in keys[1]]
    if not shared:
        raise AugtuiError(
            f"{first.paths.name} and {second.paths.name} share no arm at no axis point",
            f"the first has {', '.join(map(_label, keys[0]))}; the second has {', '.join(map(_label, keys[1]))}",
        )
    return Comparison(
        first=first.paths.name,
        second=second.paths.name,
        primary=first.plan.primary,
        arms=[_compared(first, second, key, test, weights) for key in shared],
        only_first=[_label(key) for key in keys[0] if key not in keys[1]],
        only_second=[_label(key) for key in keys[1] if key not in keys[0]],
        settings=list(_settings(first.plan, second.plan)),
        notes=list(_notes(first, second)),
    )


def _same_test_set(first: StudyData, second: StudyData) -> Predictions:
    """The test images of both; refuses what would compare apples with pears."""
    prints = [study_info(study).fingerprint for study in (first, second)]
    if None not in prints and prints[0] != prints[1]:
        raise AugtuiError(
            f"{first.paths.name} and {second.paths.name} looked at different images",
            f"the fingerprints of their files are {prints[0]} and {prints[1]}: they may differ for that alone",
        )
    tests = [_test_of(study) for study in (first, second)]
    if tests[0].classes != tests[1].classes:
        raise AugtuiError(
            f"{first.paths.name} and {second.paths.name} tell different classes apart",
            f"{', '.join(tests[0].classes)}; and {', '.join(tests[1].classes)}",
        )
    if tests[0].paths != tests[1].paths:
        raise AugtuiError(
            f"{first.paths.name} and {second.paths.name} were tested on different images",
            f"{len(tests[0].paths)} and {len(tests[1].paths)} of them: test, test_seed or on_corrupt differ",
        )
    if not np.array_equal(tests[0].labels, tests[1].labels):
        changed = int((tests[0].labels != tests[1].labels).sum())
        raise AugtuiError(
            f"{first.paths.name} and {second.paths.name} were tested against different labels",
            f"{changed} of {len(tests[0].labels)} test images have another label in the second",
        )
    if tests[0].groups != tests[1].groups:
        raise AugtuiError(
            f"{first.paths.name} and {second.paths.name} know different patients of the same test images",
            "[data] group or manifest.csv differs: intervals over patients would mean different things",
        )
    if first.plan.positive != second.plan.positive:
        raise AugtuiError(
            f"the positive class is {first.plan.positive or 'not given'} in {first.paths.name} and "
            f"{second.plan.positive or 'not given'} in {second.paths.name}",
            "recall, specificity, F1 and AUROC would mean different things",
        )
    return tests[0]


def _test_of(study: StudyData) -> Predictions:
    tests = [run.predictions.part("test") for run in study.runs if run.predictions is not None]
    if not tests:
        raise AugtuiError(f"{study.paths.name} has no finished run", f"augtui resume {study.paths.name}")
    if any(test.paths != tests[0].paths for test in tests):
        raise AugtuiError(f"the runs of {study.paths.name} were tested on different images")
    return tests[0]


Key = tuple[str, Point]


def _cells(study: StudyData) -> list[Key]:
    """Arms with a finished run, in the plan's order."""
    found = [(run.cell.arm.name, run.cell.point) for run in study.runs if run.finished]
    return list(dict.fromkeys(found))


def _label(key: Key) -> str:
    return f"{key[0]} ({point_name(key[1])})" if key[1] else key[0]


def _compared(
    first: StudyData, second: StudyData, key: Key, test: Predictions, weights: np.ndarray[Any, np.dtype[np.float64]]
) -> ComparedArm:
    runs = [[run for run in study.of(*key) if run.finished] for study in (first, second)]
    paired = _paired(first.plan, second.plan)
    seeds = sorted({run.cell.seed for run in runs[0]} & {run.cell.seed for run in runs[1]})
    if paired:
        runs = [[run for run in side if run.cell.seed in seeds] for side in runs]
    positive = None if first.plan.positive is None else test.classes.index(first.plan.positive)
    drawn = [_drawn(side, weights, test, positive) for side in runs]
    same = sum(_identity(first, a) == _identity(second, b) for a in runs[0] for b in runs[1])
    # The very same runs cannot differ, and there is nothing to estimate.
    one = same == len(runs[0]) == len(runs[1])
    units = unit_count(test.groups)
    found = {
        name: _nothing(name, runs[0]) if one else _difference(name, runs, drawn, paired, units) for name in METRICS
    }
    sides = [{name: spread([run.metrics["test"][name] for run in side]) for name in METRICS} for side in runs]
    return ComparedArm(
        name=key[0],
        axes=dict(key[1]),
        paired=paired,
        same_runs=same,
        first=sides[0],
        second=sides[1],
        difference=found,
    )


def _paired(first: Plan, second: Plan) -> bool:
    """Whether a seed means the same split and the same initial weights in both."""
    same_data = all(getattr(first.data, key) == getattr(second.data, key) for key in SPLIT_KEYS)
    return same_data and first.model == second.model


def _drawn(
    runs: Sequence[RunRecord],
    weights: np.ndarray[Any, np.dtype[np.float64]],
    test: Predictions,
    positive: int | None,
) -> dict[str, np.ndarray[Any, np.dtype[np.float64]]]:
    if not runs:
        return {name: np.full(len(weights), np.nan) for name in METRICS}
    probabilities = np.stack([run.predictions.part("test").probabilities for run in runs if run.predictions])
    thresholds = [run.metrics["threshold"] for run in runs]
    return weighted_scores(test.labels, probabilities, weights, positive, thresholds)


def _nothing(name: str, runs: list[RunRecord]) -> Difference:
    count = sum(run.metrics["test"][name] is not None for run in runs)
    return Difference(mean=0.0 if count else None, sd=None, n=count)


def _difference(
    name: str,
    runs: list[list[RunRecord]],
    drawn: list[dict[str, np.ndarray[Any, np.dtype[np.float64]]]],
    paired: bool,
    units: int,
) -> Difference:
    values = [np.array([v for run in side if (v := run.metrics["test"][name]) is not None]) for side in runs]
    if not len(values[0]) or not len(values[1]):
        return Difference(mean=None, sd=None, n=0)
    complete = all(len(v) == len(side) for v, side in zip(values, runs, strict=True))
    mean = float(values[1].mean() - values[0].mean())
    deltas = drawn[1][name] - drawn[0][name]
    image_variance = resampled_variance(deltas, units) if complete else float("nan")
    pairs = paired and complete and len(values[0]) == len(values[1])
    estimate = (
        paired_estimate(values[1] - values[0], image_variance, units)
        if pairs
        else independent_estimate(values[1], values[0], image_variance, units)
    )
    count = min(len(values[0]), len(values[1]))
    if estimate is None:
        return Difference(mean=mean, sd=None, n=count)
    low, high = estimate.interval()
    sd = estimate.sd if pairs else None
    return Difference(
        mean=mean, sd=sd, n=count, low=low, high=high, p=estimate.p, visible=estimate.visible, df=estimate.df
    )


def _identity(study: StudyData, run: RunRecord) -> str:
    path = study.paths.run(run.cell.folder).run
    return msgspec.json.decode(path.read_bytes(), type=RunSpec).identity if path.is_file() else str(path)


def _settings(first: Plan, second: Plan) -> Iterator[Setting]:
    """Keys of [data], [model] and [train], and the arms, that differ."""
    for section in ("data", "model", "train"):
        a, b = (msgspec.to_builtins(getattr(plan, section)) for plan in (first, second))
        for key in a:
            if a[key] != b[key]:
                yield Setting(key=f"{section}.{key}", first=str(a[key]), second=str(b[key]))
    arms = [{arm.name: arm for arm in plan.arms} for plan in (first, second)]
    for name in arms[0]:
        if name in arms[1] and arms[0][name] != arms[1][name]:
            told = [msgspec.json.encode(side[name], order="sorted").decode() for side in arms]
            yield Setting(key=f"arms.{name}", first=told[0], second=told[1])


def _notes(first: StudyData, second: StudyData) -> Iterator[str]:
    yield (
        "exploratory: nobody said before which studies would be compared, so there is no correction and no verdict; "
        "whatever differs between the two studies may be the cause"
    )
    if not _paired(first.plan, second.plan):
        yield (
            "a seed does not mean the same split and initial weights in both studies: the runs are compared as "
            "independent ones"
        )
    if first.plan.primary != second.plan.primary:
        yield f"the primary metric is {first.plan.primary} in the first and {second.plan.primary} in the second"
    devices = [study_info(study).environment for study in (first, second)]
    if devices[0] != devices[1]:
        yield "the studies ran on different devices, precisions or numbers of threads"
