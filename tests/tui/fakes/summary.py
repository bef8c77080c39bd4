"""Tables for a pretended study, from the metrics and curves that its logs hold."""

from __future__ import annotations

import math
import statistics as st

from augtui.plan.spec import ArmSpec
from augtui.runlog.summary import ArmSummary, Curve, Difference, Failure, Mistake, Spread, Summary, encode_summary
from tests.tui.fakes.study import FakeStudy, final_metrics, learning

CLASSES = ["benign", "malignant"]
TEST = {"benign": 360, "malignant": 300}


def spread(values: list[float | None]) -> Spread:
    known = [value for value in values if value is not None]
    return Spread(
        mean=st.fmean(known) if known else None, sd=st.stdev(known) if len(known) > 1 else None, values=values
    )


def summary_of(study: FakeStudy, *, intervals: bool = True, failures: list[Failure] | None = None) -> Summary:
    """What the analysis would say of the study."""
    plan = study.plan
    arms = [_arm(study, arm, intervals) for arm in plan.arms]
    return Summary(
        study=study.name,
        state="finished",
        baseline=plan.baseline.name,
        primary=plan.primary,
        positive=plan.positive,
        margin=plan.margin,
        plan=plan.name,
        dataset=plan.dataset,
        classes=CLASSES,
        test_images=TEST,
        arms=arms,
        failures=failures or [],
        made_from=list(study.folders),
        notes=["19 test images have near copies in train (dropped from train)"],
    )


def write_summary(study: FakeStudy, **keywords: object) -> Summary:
    """Put the tables into the study's folder."""
    summary = summary_of(study, **keywords)  # type: ignore[arg-type]
    study.paths.summary.write_bytes(encode_summary(summary))
    return summary


def _arm(study: FakeStudy, arm: ArmSpec, intervals: bool) -> ArmSummary:
    seeds = list(study.plan.seeds)
    folders = [f"arms/{arm.name}/seed-{seed}" for seed in seeds]
    metrics = [final_metrics(folder) for folder in folders]
    base = [final_metrics(f"arms/{study.plan.baseline.name}/seed-{seed}") for seed in seeds]
    names = list(metrics[0])
    spreads = {name: spread([m[name] for m in metrics]) for name in names}
    return ArmSummary(
        name=arm.name,
        axes={},
        runs=len(seeds),
        failed=0,
        finished=len(seeds),
        seeds=seeds,
        metrics=spreads,
        difference={
            name: _difference([m[name] for m in metrics], [m[name] for m in base], name, study, intervals)
            for name in names
        }
        if arm is not study.plan.baseline
        else {},
        class_recall={
            "benign": spread([m["specificity"] for m in metrics]),
            "malignant": spread([m["recall"] for m in metrics]),
        },
        confusion=_confusion(metrics),
        curves=_curves(study, folders),
        mistakes=[
            Mistake(
                path=f"test/malignant/{1000 + index}.jpg",
                label="malignant" if index % 3 else "benign",
                predicted="benign" if index % 3 else "malignant",
                probability=0.01 + index * 0.012,
                wrong=len(seeds) - index // 3,
            )
            for index in range(12)
        ],
    )


def _difference(
    values: list[float | None], base: list[float | None], name: str, study: FakeStudy, intervals: bool
) -> Difference:
    pairs = [a - b for a, b in zip(values, base, strict=True) if a is not None and b is not None]
    mean, sd = st.fmean(pairs), st.stdev(pairs)
    half = 0.021 + sd / len(pairs) ** 0.5
    primary = name == study.plan.primary
    low, high = mean - half, mean + half
    return Difference(
        mean=mean,
        sd=sd,
        n=len(pairs),
        low=low if intervals else None,
        high=high if intervals else None,
        p=0.002 if low > 0 else 0.31,
        p_holm=(0.01 if low > 0 else 0.62) if primary else None,
        verdict=("helps" if low > 0 else "no evidence either way") if primary else None,
        visible=0.031,
        better=sum(pair > 0 for pair in pairs),
    )


def _confusion(metrics: list[dict[str, float | None]]) -> list[list[int]]:
    benign = sum(round((m["specificity"] or 0) * TEST["benign"]) for m in metrics)
    malignant = sum(round((m["recall"] or 0) * TEST["malignant"]) for m in metrics)
    n = len(metrics)
    return [[benign, TEST["benign"] * n - benign], [TEST["malignant"] * n - malignant, malignant]]


def _curves(study: FakeStudy, folders: list[str]) -> dict[str, Curve]:
    curves = [learning(folder) for folder in folders]
    epochs = [[curve(epoch, 1) for curve in curves] for epoch in range(1, study.plan.train.epochs + 1)]
    result = {}
    for name in ("loss", "val_loss", "val_accuracy", "val_balanced_accuracy"):
        rows = [[getattr(event, name) for event in events] for events in epochs]
        # The formulas themselves: those of `statistics` are exact, and too slow for thousands of epochs.
        count = len(curves)
        means = [sum(row) / count for row in rows]
        squares = [sum((value - mean) ** 2 for value in row) for row, mean in zip(rows, means, strict=True)]
        deviations = [math.sqrt(square / (count - 1)) if count > 1 else None for square in squares]
        result[name] = Curve(mean=means, sd=deviations, n=[count] * len(rows))
    return result
