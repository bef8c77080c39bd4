"""What a reader must know beside a study's numbers, in sentences."""

from __future__ import annotations

import time
from collections.abc import Iterator

from augtui.analysis.collect import RunRecord, StudyData
from augtui.plan.grid import point_name
from augtui.runlog.checks import CheckReport, read_check
from augtui.runlog.info import StudyInfo, read_info
from augtui.runlog.summary import LOWER_IS_BETTER, ArmSummary

TOLD_ANYWAY = ("shortcut-metadata", "shortcut-border", "no-groups", "unequal-budget", "few-seeds")
"""Codes of warnings that belong beside every number."""


def notes(data: StudyData, arms: list[ArmSummary]) -> list[str]:
    """All of them, the weightiest first."""
    return [
        *_changed(data),
        *_learnt_nothing(data),
        *_extended(data),
        *_checked(data),
        *_epoch_axis(data, arms),
        *_single_pairs(arms),
    ]


def study_check(data: StudyData) -> CheckReport | None:
    """What the check step found; None where it was not made."""
    try:
        return read_check(data.paths.check)
    except FileNotFoundError:
        return None


def study_info(data: StudyData) -> StudyInfo:
    """study.json."""
    return read_info(data.paths)


def _changed(data: StudyData) -> Iterator[str]:
    runs = data.mismatches()
    if runs:
        named = ", ".join(runs[:3]) + (", ..." if len(runs) > 3 else "")
        yield (
            f"{len(runs)} {'run' if len(runs) == 1 else 'runs'} ({named}): "
            "metrics.json does not follow from predictions.csv; the table counts the predictions, and one of the two "
            "was changed after the training"
        )


def _learnt_nothing(data: StudyData) -> Iterator[str]:
    """Arms all of whose runs give every test image the same class."""
    idle = []
    for point in data.points:
        for arm in data.plan.arms:
            runs = [run for run in data.of(arm.name, point) if run.predictions is not None]
            if runs and all(_single_class(run) for run in runs):
                idle.append(f"{arm.name} ({point_name(point)})" if point else arm.name)
    if idle:
        yield (
            f"every run of {', '.join(idle)} gives all test images the same class: these models learnt nothing, and "
            "that they do not differ says nothing of an augmentation; train longer, or with another rate"
        )


def _single_class(run: RunRecord) -> bool:
    assert run.predictions is not None
    told = run.predictions.part("test").probabilities.argmax(axis=1)
    return len(told) > 0 and bool((told == told[0]).all())


def _extended(data: StudyData) -> Iterator[str]:
    for extension in study_info(data).extensions:
        day = time.strftime("%Y-%m-%d", time.gmtime(extension.t))
        yield (
            f"extended after a look: by {extension.what} on {day}, when there were results; p values and intervals "
            "assume that the number of seeds was fixed before"
        )


def _checked(data: StudyData) -> Iterator[str]:
    report = study_check(data)
    if report is None:
        return
    for problem in report.problems:
        if problem.handled:
            yield f"{problem.code}: {problem.message} ({problem.answer})"
        elif problem.code in TOLD_ANYWAY:
            yield f"{problem.code}: {problem.message}"


def _epoch_axis(data: StudyData, arms: list[ArmSummary]) -> Iterator[str]:
    """Where the baseline alone, at another axis point, does better than every arm."""
    primary = data.plan.primary
    sign = -1.0 if primary in LOWER_IS_BETTER else 1.0
    reached = [
        (sign * mean, arm)
        for arm in arms
        if (spread := arm.metrics.get(primary)) is not None and (mean := spread.mean) is not None
    ]
    if len(data.points) < 2 or len(data.plan.arms) < 2 or not reached:
        return
    value, best = max(reached, key=lambda item: item[0])
    if best.name == data.plan.baseline.name:
        where = point_name(tuple(best.axes.items()))
        yield (
            f"no arm at any axis point has a higher mean {primary.replace('_', ' ')} than {best.name} at {where} "
            f"({100 * sign * value:.1f} %)"
        )


def _single_pairs(arms: list[ArmSummary]) -> Iterator[str]:
    for arm in arms:
        accuracy = arm.difference.get("accuracy")
        if accuracy is not None and accuracy.p_mcnemar is not None:
            p = accuracy.p_mcnemar
            yield (
                f"{arm.name}: with one seed only two trained models can be compared, not two augmentations; on the "
                f"test images their accuracies differ with an exact McNemar p "
                + ("below 0.001" if p < 0.001 else f"of {p:.3f}")
            )
