"""A study's tables as rows of the panels, and the differences from whatever arm is the baseline on the screen."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from augtui.runlog.summary import ArmSummary, Summary, best_of
from augtui.text import plain
from augtui.tui.query import Fields
from augtui.tui.sparks import progress, sparkline
from augtui.tui.text import Row, Span, fit, fraction, points
from augtui.tui.widgets.table import Column, Line

METRICS = {
    "balanced_accuracy": "bal. acc",
    "accuracy": "accuracy",
    "recall": "recall",
    "macro_recall": "macro recall",
    "specificity": "specificity",
    "precision": "precision",
    "f1": "F1",
    "auroc": "AUROC",
    "brier": "Brier",
    "ece": "ECE",
}
"""Metrics in the order in which they give way, the last first."""

CURVE_CELLS = 12
VERDICTS = {
    "helps": ("✓ helps", "bold $good"),
    "hurts": ("✗ hurts", "bold $warn"),
    "no practical difference": ("≈ the same", "$muted"),
    "no evidence either way": ("no evidence", "$muted"),
    "too few seeds": ("too few seeds", "$muted"),
    "left out": ("left out", "$warn"),
}


@dataclass(frozen=True, slots=True)
class Gap:
    """An arm minus the baseline on the screen, on one metric; fractions."""

    mean: float | None
    low: float | None
    high: float | None
    n: int
    verdict: str
    p: float | None
    visible: float | None


def arm_key(arm: ArmSummary) -> str:
    """What tells an arm at an axis point from the others."""
    return "\x1f".join([arm.name, *(f"{key}={value}" for key, value in arm.axes.items())])


def arm_words(arm: ArmSummary) -> str:
    """ "gan-10  epochs=20"."""
    point = ", ".join(f"{key.rpartition('.')[2]}={value}" for key, value in arm.axes.items())
    return plain(f"{arm.name}  {point}" if point else arm.name)


def gap(summary: Summary, arm: ArmSummary, baseline: str, metric: str) -> Gap | None:
    """The difference from an arm of this name at the same axis point; None for the baseline itself.

    From the plan's baseline it is the analysis' own, with interval and verdict; from another arm it is the mean
    of the differences paired by seed, without an interval.
    """
    if arm.name == baseline:
        return None
    if baseline == summary.baseline:
        found = arm.difference.get(metric)
        if found is None:
            return None
        return Gap(
            found.mean, found.low, found.high, found.n, found.verdict or "", found.p_holm or found.p, found.visible
        )
    other = summary.arm(baseline, arm.axes)
    if other is None or metric not in arm.metrics or metric not in other.metrics:
        return None
    mine = dict(zip(arm.seeds, arm.metrics[metric].values, strict=False))
    theirs = dict(zip(other.seeds, other.metrics[metric].values, strict=False))
    pairs = [a - b for seed, a in mine.items() if a is not None and (b := theirs.get(seed)) is not None]
    return Gap(statistics.fmean(pairs) if pairs else None, None, None, len(pairs), "", None, None)


def metric_words(name: str, summary: Summary) -> str:
    """A metric's short name; recall names the class that it looks at."""
    if name == "recall" and summary.positive:
        return f"recall {plain(summary.positive)}"[:18]
    return METRICS.get(name, name.replace("_", " "))


def best_arm(arms: Sequence[ArmSummary], metric: str) -> ArmSummary | None:
    """The arm with the best mean of a metric; None where no arm has one."""
    means = [
        (spread.mean, arm)
        for arm in arms
        if (spread := arm.metrics.get(metric)) is not None and spread.mean is not None
    ]
    return best_of(metric)(means, key=lambda item: item[0])[1] if means else None


def metric_order(summary: Summary) -> list[str]:
    """The metrics that the study has, the primary one first."""
    there = {name for arm in summary.arms for name in arm.metrics}
    order = [name for name in METRICS if name in there] + sorted(there - METRICS.keys())
    return [name for name in order if name == summary.primary] + [name for name in order if name != summary.primary]


def columns(summary: Summary) -> list[Column]:
    """The columns of the table: arm, primary metric and its difference stay, the others give way."""
    order = metric_order(summary)
    result = [Column("arm", "arm", most=40, least=12, grows=True)]
    for place, name in enumerate(order):
        result.append(Column(name, metric_words(name, summary), "right", priority=0 if place == 0 else place + 3))
        if place == 0:
            title = f"Δ {metric_words(name, summary)}"
            result.append(Column("gap", title, "right", priority=0))
            result.append(Column("interval", "95 % interval", "right", priority=1))
            result.append(Column("verdict", "verdict", most=24, least=14, priority=1))
            result.append(Column("visible", "shows from", "right", priority=4))
    result.append(Column("n", "n", "right", priority=3))
    result.append(Column("curve", "validation", most=CURVE_CELLS, priority=2))
    return result


def curve_name(summary: Summary) -> str:
    """The learning curve of the table: accuracy if there is one."""
    there = {name for arm in summary.arms for name in arm.curves}
    return next((name for name in ("val_balanced_accuracy", "val_accuracy", "val_loss", "loss") if name in there), "")


def curve_scale(summary: Summary, name: str) -> tuple[float, float]:
    """Lowest and highest mean of any arm: the one scale of all sparklines.

    The steep first fifth of the epochs is left out, or nothing could be told apart at the end.
    """
    values = [
        value
        for arm in summary.arms
        if name in arm.curves
        for value in arm.curves[name].mean[len(arm.curves[name].mean) // 5 :]
        if value is not None
    ]
    return (min(values), max(values)) if values else (0.0, 1.0)


def lines(summary: Summary, arms: Sequence[ArmSummary], baseline: str) -> list[Line]:
    """One row for each arm."""
    order = metric_order(summary)
    curve = curve_name(summary)
    low, high = curve_scale(summary, curve)
    best = {
        name: best_of(name)(
            (spread.mean for arm in summary.arms if (spread := arm.metrics.get(name)) and spread.mean is not None),
            default=None,
        )
        for name in order
    }
    result = []
    for arm in arms:
        is_base = arm.name == baseline
        difference = gap(summary, arm, baseline, summary.primary)
        label: Row = [(arm_words(arm), "$baseline" if is_base else "$foreground")]
        cells: list[Span | Row] = [[("!gate ", "$warn"), *label] if arm.gate == "failed" else label]
        for place, name in enumerate(order):
            cells.append(_spread(arm, name, best[name]))
            if place == 0:
                cells += _gap_cells(difference, is_base)
        count = f"{arm.finished}/{arm.runs}" if arm.finished < arm.runs else str(arm.finished)
        cells.append((count, "$muted" if not arm.failed else "$warn"))
        means = [float("nan") if v is None else v for v in arm.curves[curve].mean] if curve in arm.curves else []
        cells.append((sparkline(means, CURVE_CELLS, low, high), "$baseline-faint" if is_base else "$spark"))
        result.append(Line(arm_key(arm), tuple(cells)))
    return result


def _spread(arm: ArmSummary, name: str, best: float | None) -> Row:
    spread = arm.metrics.get(name)
    if spread is None or spread.mean is None:
        return [("–", "$faint")]
    row: Row = [(fraction(spread.mean), "bold $title" if spread.mean == best else "$foreground")]
    return [*row, (f" ±{fraction(spread.sd)}" if spread.sd is not None else "      ", "$muted")]


def _gap_cells(difference: Gap | None, is_base: bool) -> list[Span | Row]:
    if is_base:
        return [("baseline", "$baseline"), ("", ""), ("", ""), ("", "")]
    if difference is None or difference.mean is None:
        return [("–", "$faint"), ("", ""), ("", ""), ("", "")]
    style = "$foreground"
    if difference.verdict in ("helps", "hurts"):
        style = VERDICTS[difference.verdict][1]
    interval = ""
    if difference.low is not None and difference.high is not None:
        interval = f"[{points(difference.low)}, {points(difference.high)}]"
    visible = f"{difference.visible * 100:.1f} pp" if difference.visible is not None else ""
    return [
        (f"{points(difference.mean)} pp", style),
        (interval, "$muted"),
        verdict_row(difference),
        (visible, "$muted"),
    ]


def verdict_row(difference: Gap) -> Row:
    """The verdict in a few words, with what it rests on."""
    text, style = VERDICTS.get(difference.verdict, (plain(difference.verdict), "$muted"))
    row: Row = [(text, style)]
    if difference.verdict in ("helps", "hurts") and difference.p is not None:
        row.append((f" p {fraction(difference.p)}" if difference.p >= 0.001 else " p <.001", "$muted"))
    return row


def confusion_rows(arm: ArmSummary, classes: Sequence[str], width: int) -> list[Row]:
    """Row = true class, column = predicted, as shares of the row; darker cells hold more."""
    if not arm.confusion:
        return [[("no predictions yet", "$muted")]]
    names = [plain(name) for name in classes]
    label = min(max(len(name) for name in names), max(6, width // 3))
    cell = max(5, min(12, (width - label - 1) // max(1, len(names))))
    rows: list[Row] = [
        [(" " * (label + 1), ""), *((fit(name[: cell - 1], cell, "right"), "$muted") for name in names)]
    ]
    for number, (name, counts) in enumerate(zip(names, arm.confusion, strict=True)):
        total = sum(counts)
        row: Row = [(fit(name, label) + " ", "$foreground")]
        for column, count in enumerate(counts):
            share = count / total if total else 0.0
            if column == number:
                style = "bold $good"
            else:
                style = "bold $title" if share >= 0.1 else "$foreground" if share >= 0.01 else "$faint"
            row.append((fit(fraction(share) if total else "–", cell, "right"), style))
        rows.append(row)
    return rows


def recall_rows(summary: Summary, arm: ArmSummary, baseline: str, width: int) -> list[Row]:
    """Recall of each class with its difference from the baseline, worst class first."""
    base = summary.arm(baseline, arm.axes)
    names = sorted(arm.class_recall, key=lambda name: arm.class_recall[name].mean or 0.0)
    label = min(max((len(plain(name)) for name in names), default=6), max(8, width // 3))
    room = width - label - 18
    rows: list[Row] = []
    for name in names:
        mean = arm.class_recall[name].mean
        row: Row = [
            (fit(plain(name), label) + " ", "$foreground"),
            (fit(fraction(mean), 5, "right") + " ", "bold $foreground"),
        ]
        if room >= 6:
            done, rest = progress(mean or 0.0, room)
            row += [(done, "$spark"), (rest, "$line")]
        other = base.class_recall.get(name) if base is not None and base is not arm else None
        if other is not None and other.mean is not None and mean is not None:
            change = mean - other.mean
            style = "$good" if change >= 0.005 else "$warn" if change <= -0.005 else "$muted"
            row.append((fit(f" {points(change)} pp", 10, "right"), style))
        rows.append(row)
    return rows or [[("no predictions yet", "$muted")]]


def fields_of(summary: Summary, arm: ArmSummary, baseline: str) -> Fields:
    """The arm as the filter sees it."""
    difference = gap(summary, arm, baseline, summary.primary)
    fields: dict[str, str | float | tuple[str, ...] | None] = {
        "arm": arm_words(arm),
        "n": float(arm.finished),
        "failed": float(arm.failed),
        "verdict": difference.verdict if difference is not None else "baseline",
        "difference": difference.mean if difference is not None else None,
    }
    for key, value in arm.axes.items():
        short = key.rpartition(".")[2]
        fields[short] = float(value) if isinstance(value, int | float) else str(value)
    return fields | {name: spread.mean for name, spread in arm.metrics.items()}


def heading(summary: Summary, trained: int, update: str) -> list[str]:
    """What stands above the table.

    Args:
        summary: the tables.
        trained: runs of arms that have finished, which may be more than those that the tables are made from.
        update: the key that makes them anew.
    """
    images = sum(summary.test_images.values())
    seeds = max((len(arm.seeds) for arm in summary.arms), default=0)
    title = ["Arms"]
    if images:
        title.append(f"test set, {images:,} images")
    title.append(f"primary {summary.primary.replace('_', ' ')}")
    title.append(f"{seeds} seed" + ("s" if seeds != 1 else ""))
    if trained > len(summary.made_from):
        title.append(f"{len(summary.made_from)} of {trained} finished runs, {update} updates")
    if summary.margin:
        title.append(f"margin {summary.margin * 100:g} pp")
    return title
