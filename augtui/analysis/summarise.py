"""From a study's runs to its tables."""

from __future__ import annotations

from collections import Counter

import msgspec
import numpy as np

from augtui.analysis.collect import RunRecord, StudyData
from augtui.analysis.differences import differences
from augtui.analysis.notes import notes
from augtui.analysis.readings import readings
from augtui.analysis.resamples import Resamples, study_resamples
from augtui.analysis.statistics.verdicts import LEFT_OUT
from augtui.metrics import METRICS
from augtui.plan.grid import Point
from augtui.runlog.generators import arm_gates, generated_by, generator_notes
from augtui.runlog.summary import ArmSummary, Curve, Difference, Failure, Mistake, Spread, Summary
from augtui.streams import stream_seed

CURVES = ("loss", "val_loss", "val_accuracy", "val_balanced_accuracy")
MISTAKES = 12
"""Test images named as an arm's worst mistakes."""


def summarise(data: StudyData, resamples: Resamples | None = None) -> Summary:
    """The whole summary of a study, finished or not; equal studies give equal summaries.

    Args:
        data: the study.
        resamples: `study_resamples(data)`, where the caller has a use for them too.
    """
    plan = data.plan
    rng = np.random.default_rng(stream_seed("compare", "tests"))
    resamples = resamples or study_resamples(data)
    found = differences(data, resamples, rng)
    arms = [
        arm_summary(data, arm.name, point, found.get((arm.name, point), {}))
        for point in data.points
        for arm in plan.arms
    ]
    return Summary(
        study=data.paths.name,
        state=data.state,
        baseline=plan.baseline.name,
        primary=plan.primary,
        positive=plan.positive,
        margin=plan.margin,
        plan=plan.name,
        dataset=plan.dataset,
        classes=list(data.classes),
        test_images=_test_images(data),
        groups=_patients(resamples, data),
        arms=arms,
        readings=readings(data, resamples, rng),
        failures=_failures(data),
        made_from=sorted(run.cell.folder for run in data.runs if run.finished),
        notes=[*notes(data, arms), *generator_notes(plan, list(data.generators))],
    )


def arm_summary(data: StudyData, arm: str, point: Point, difference: dict[str, Difference]) -> ArmSummary:
    """One arm at one axis point."""
    runs = data.of(arm, point)
    finished = [run for run in runs if run.finished]
    left_out = next((run.left_out for run in runs if run.left_out), "")
    return ArmSummary(
        name=arm,
        axes=dict(point),
        runs=len(runs),
        failed=sum(run.failed for run in runs),
        gate=arm_gates(data.plan, list(data.generators)).get((arm, point), ""),
        generated=next(generated_by(spec) for spec in data.plan.arms if spec.name == arm),
        left_out=left_out,
        finished=len(finished),
        seeds=[run.cell.seed for run in finished],
        metrics={name: spread([run.metrics["test"][name] for run in finished]) for name in METRICS},
        difference={name: _without_verdict(item) for name, item in difference.items()} if left_out else difference,
        class_recall={c: spread([run.metrics["class_recall"][c] for run in finished]) for c in data.classes},
        confusion=np.sum([run.metrics["confusion"] for run in finished], axis=0).tolist() if finished else [],
        curves={name: curve for name in CURVES if (curve := _curve(runs, name)).n},
        mistakes=_mistakes(finished),
    )


def _without_verdict(difference: Difference) -> Difference:
    return msgspec.structs.replace(difference, verdict=LEFT_OUT) if difference.verdict else difference


def spread(values: list[float | None]) -> Spread:
    """Mean and SD (ddof 1) of the values that are defined."""
    known = [value for value in values if value is not None]
    mean, sd = _mean_sd(known)
    return Spread(mean=mean, sd=sd, values=values)


def _mean_sd(values: list[float]) -> tuple[float | None, float | None]:
    mean = float(np.mean(values)) if values else None
    return mean, float(np.std(values, ddof=1)) if len(values) > 1 else None


def _curve(runs: list[RunRecord], name: str) -> Curve:
    last = max((epoch for run in runs for epoch in run.curve), default=0)
    means: list[float | None] = []
    sds: list[float | None] = []
    counts = []
    for epoch in range(1, last + 1):
        values = [getattr(run.curve[epoch], name) for run in runs if epoch in run.curve]
        known = [value for value in values if value is not None]
        mean, sd = _mean_sd(known)
        means.append(mean)
        sds.append(sd)
        counts.append(len(known))
    return Curve(mean=means, sd=sds, n=counts) if any(counts) else Curve(mean=[], sd=[], n=[])


def _mistakes(runs: list[RunRecord]) -> list[Mistake]:
    """The test images that are wrong in most runs, then those with the least probability of their class."""
    tests = [run.predictions.part("test") for run in runs if run.predictions is not None]
    if not tests:
        return []
    first = tests[0]
    probabilities = np.mean([test.probabilities for test in tests], axis=0)
    wrong = np.sum([test.probabilities.argmax(axis=1) != test.labels for test in tests], axis=0)
    rows = np.arange(len(first.labels))
    right = probabilities[rows, first.labels]
    others = probabilities.copy()
    others[rows, first.labels] = -1.0
    predicted = others.argmax(axis=1)
    order = sorted(rows[wrong > 0], key=lambda row: (-wrong[row], right[row], first.paths[row]))
    return [
        Mistake(
            path=first.paths[row],
            label=first.classes[first.labels[row]],
            predicted=first.classes[predicted[row]],
            probability=float(right[row]),
            wrong=int(wrong[row]),
        )
        for row in order[:MISTAKES]
    ]


def _test_images(data: StudyData) -> dict[str, int]:
    for run in data.runs:
        if run.predictions is not None:
            test = run.predictions.part("test")
            counts = Counter(test.labels.tolist())
            return {name: counts[index] for index, name in enumerate(test.classes)}
    return {}


def _patients(resamples: Resamples, data: StudyData) -> int | None:
    """Patients among the test images; None where no groups are known."""
    for run in data.runs:
        if run.finished and any(resamples.test(run).groups):
            return resamples.test_set([run]).units
    return None


def _failures(data: StudyData) -> list[Failure]:
    """Failed trainings in the grid's order, then failed generators by name."""
    trainings = [Failure(run=run.cell.folder, kind=run.kind, message=run.message) for run in data.runs if run.failed]
    generators = [
        Failure(run=line.run, kind=line.kind, message=line.message)
        for line in sorted(data.log.runs.values(), key=lambda line: line.run)
        if line.status == "failed" and line.run.startswith("generators/")
    ]
    return trainings + generators
