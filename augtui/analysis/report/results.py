"""The sections of a report that tell what came out."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from augtui.analysis.report.document import Block, Bullets, Cell, Paragraph, Picture, Section, Table, cells
from augtui.analysis.report.figures import confusion_arms, numeric_axes
from augtui.analysis.report.source import Source
from augtui.analysis.report.words import (
    NAMES,
    NOTHING,
    axes_text,
    capitalised,
    change,
    interval,
    level,
    metric_name,
    place,
    probability,
    spread_text,
    unit,
    verdict_sentence,
)
from augtui.runlog.summary import ArmSummary, Difference, Summary

COUNTED = ("accuracy", "balanced_accuracy", "recall", "specificity", "precision", "f1")
"""Without macro recall, which is balanced accuracy by another name."""
JUDGED = ("auroc", "sensitivity_at_specificity", "brier", "ece")
TIED = "≈"
_GATE = {
    "passed": "; they pass the gate",
    "failed": "; the gate refuses them",
    "unjudged": "; the gate cannot judge them",
}
ABREAST = 3
"""Differences with their intervals that fit beside each other on a page."""


def answer(source: Source) -> Section:
    """The verdicts, each in a sentence with its numbers."""
    summary = source.summary
    compared = [arm for arm in summary.arms if arm.name != summary.baseline]
    verdicts = tuple(
        Paragraph(verdict_sentence(summary, arm), f"{place(arm)}: {_verdict(summary, arm)}.") for arm in compared
    )
    if not verdicts:
        return Section("Answer", (Paragraph("The study has only its baseline: there is nothing to compare."),))
    lead = (
        f"Each arm is compared with {summary.baseline} on {NAMES[summary.primary]}, the metric that was chosen "
        "before the study. Everything else is exploratory."
    )
    return Section("Answer", (Paragraph(lead), Bullets(verdicts)))


def caveats(source: Source) -> Section:
    """What a reader must know beside the numbers."""
    if not source.summary.notes:
        return Section(
            "Beside the numbers", (Paragraph("Nothing was found that a reader would have to be warned of."),)
        )
    return Section("Beside the numbers", (Bullets(tuple(Paragraph(note) for note in source.summary.notes)),))


def results(source: Source) -> Section:
    """Tables of means and of differences, and the figures."""
    summary = source.summary
    blocks: list[Block] = []
    for axes, arms in _by_point(summary):
        where = f" at {axes}" if axes else ""
        blocks.append(_verdicts(summary, arms, where))
        blocks += [_means(source, arms, metrics, where) for metrics in (COUNTED, JUDGED)]
    blocks += _generated(summary)
    blocks.append(
        Paragraph(
            "Means ± SD over seeds on the test images, in percent; AUROC, Brier score and calibration error as "
            "numbers between 0 and 1. Balanced accuracy is the mean of the recalls of the classes (macro recall). "
            f"The best mean of a column is bold; {TIED} marks means that are not clear of "
            "it: the 95 % interval of their paired difference over seeds and test images holds 0."
        )
    )
    if any(arm.difference for arm in summary.arms):
        blocks.append(
            Picture(
                "differences",
                f"Difference from {summary.baseline} on {NAMES[summary.primary]}, with 95 % intervals over seeds and "
                "test images. The grey band is the margin: a difference inside of it does not matter.",
            )
        )
    return Section("Results", tuple(blocks))


def _generated(summary: Summary) -> list[Block]:
    """Which arms hold generated images, and which of them the gate refused."""
    told = {
        arm.name: f"{arm.name} (images by {arm.generated}{_GATE.get(arm.gate, '')})"
        for arm in summary.arms
        if arm.generated
    }
    return [Paragraph(f"Generated images: {'; '.join(told.values())}.")] if told else []


def axes_section(source: Source) -> Section | None:
    """How the primary metric runs along each axis, and what arms are worth in images."""
    summary = source.summary
    blocks: list[Block] = [
        Picture(
            f"axis-{key.replace('.', '-').replace('_', '-')}",
            f"{capitalised(metric_name(summary.primary))} over {key}: means ± SD over seeds.",
        )
        for key in numeric_axes(summary)
    ]
    if summary.readings:
        blocks.append(Bullets(tuple(Paragraph(f"{reading.text}.") for reading in summary.readings)))
        blocks.append(
            Paragraph(
                "The baseline's curve is made non-decreasing and read straight between its points over the logarithm "
                "of the share; the interval repeats the reading for draws of seeds and of test images together."
            )
        )
    return Section("Along the axes", tuple(blocks)) if blocks else None


def details(source: Source) -> Section:
    """Learning curves, confusion matrices, the other metrics, recall of each class."""
    summary = source.summary
    blocks: list[Block] = []
    if any("val_accuracy" in arm.curves for arm in summary.arms):
        blocks.append(
            Picture(
                "curves", "Accuracy on the validation images: mean over seeds, with a band of one SD on both sides."
            )
        )
    if any(arm.confusion for arm in summary.arms):
        shown, there = len(confusion_arms(summary)), sum(bool(arm.confusion) for arm in summary.arms)
        caption = "Test images by true and predicted class, summed over seeds"
        caption += f" (the first {shown} of {there})." if shown < there else "."
        blocks.append(Picture("confusion", caption))
    for axes, arms in _by_point(summary):
        where = f" at {axes}" if axes else ""
        blocks.append(_class_recall(summary, arms, where))
        blocks += _exploratory(summary, arms, where)
    return Section("Details", tuple(block for block in blocks if not isinstance(block, Table) or block.rows))


def _verdicts(summary: Summary, arms: list[ArmSummary], where: str) -> Table:
    metric = summary.primary
    counted = f" ({unit(metric)})" if unit(metric) else ""
    columns: dict[str, Callable[[Difference], str]] = {
        f"difference{counted}": lambda found: change(metric, found.mean),
        "95 % interval": lambda found: interval(metric, found),
        "p": lambda found: probability(found.p),
        "Holm p": lambda found: probability(found.p_holm),
        "sign flip p": lambda found: probability(found.p_sign_flip),
        "better in": lambda found: NOTHING if found.better is None else f"{found.better} of {found.n}",
        "visible from": lambda found: NOTHING if found.visible is None else level(metric, found.visible),
    }
    differences = [arm.difference.get(metric) for arm in arms]
    if not any(found is not None and found.p_sign_flip is not None for found in differences):
        del columns["sign flip p"]
    rows = []
    for arm, found in zip(arms, differences, strict=True):
        if found is None:
            rows.append(cells(_name(arm), "baseline", *[NOTHING] * len(columns)))
            continue
        verdict = Cell(_verdict(summary, arm), bold=found.verdict in ("helps", "hurts"))
        rows.append((Cell(_name(arm)), verdict, *cells(*(tell(found) for tell in columns.values()))))
    caption = f"{capitalised(NAMES[metric])}{where}: paired difference from {summary.baseline}, and the verdict"
    return Table(caption, ("arm", "verdict", *columns), tuple(rows), left=frozenset({0, 1}))


def _means(source: Source, arms: list[ArmSummary], metrics: tuple[str, ...], where: str) -> Table:
    shown = [metric for metric in metrics if any(arm.metrics[metric].mean is not None for arm in arms)]
    marks = {metric: (source.best(arms, metric), source.tied(arms, metric)) for metric in shown}
    rows = []
    for index, arm in enumerate(arms):
        row = [Cell(_name(arm)), Cell(_runs(arm))]
        for metric in shown:
            best, tied = marks[metric]
            told = spread_text(metric, arm.metrics[metric])
            row.append(Cell(f"{told} {TIED}" if index in tied else told, bold=index in best and len(arms) > 1))
        rows.append(tuple(row))
    kind = "Counted from predicted classes" if metrics is COUNTED else "Judged by probabilities"
    return Table(f"{kind}{where}", ("arm", "runs", *(metric_name(metric) for metric in shown)), tuple(rows))


def _exploratory(summary: Summary, arms: list[ArmSummary], where: str) -> list[Table]:
    shown = [
        metric
        for metric in (*COUNTED, *JUDGED)
        if metric != summary.primary and any((d := a.difference.get(metric)) and d.mean is not None for a in arms)
    ]
    caption = (
        f"Differences from {summary.baseline}{where} on the other metrics: exploratory, unadjusted 95 % intervals"
    )
    tables = []
    for start in range(0, len(shown), ABREAST):
        part = shown[start : start + ABREAST]
        rows = tuple(
            cells(arm.name, *(f"{change(m, arm.difference[m].mean)} {interval(m, arm.difference[m])}" for m in part))
            for arm in arms
            if arm.difference
        )
        more = " (continued)" if start else ""
        tables.append(Table(caption + more, ("arm", *(metric_name(metric) for metric in part)), rows))
    return tables


def _class_recall(summary: Summary, arms: list[ArmSummary], where: str) -> Table:
    rows = tuple(
        cells(arm.name, *(spread_text("recall", arm.class_recall.get(name)) for name in summary.classes))
        for arm in arms
        if arm.class_recall
    )
    return Table(f"Recall of each class{where} (percent)", ("arm", *summary.classes), rows)


def _verdict(summary: Summary, arm: ArmSummary) -> str:
    difference = arm.difference.get(summary.primary)
    return difference.verdict if difference is not None and difference.verdict else "no verdict"


def _name(arm: ArmSummary) -> str:
    return f"{arm.name} (gate failed)" if arm.gate == "failed" else arm.name


def _runs(arm: ArmSummary) -> str:
    return str(arm.finished) if arm.finished == arm.runs else f"{arm.finished} of {arm.runs}"


def _by_point(summary: Summary) -> list[tuple[str, list[ArmSummary]]]:
    groups = groupby(summary.arms, key=lambda arm: arm.axes)
    return [(axes_text(tuple(axes.items())), list(arms)) for axes, arms in groups]
