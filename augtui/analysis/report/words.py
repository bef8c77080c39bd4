"""Numbers and verdicts in words, the same in every format."""

from __future__ import annotations

from augtui.plan.grid import Point
from augtui.runlog.summary import LOWER_IS_BETTER, ArmSummary, Difference, Spread, Summary

NAMES = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "macro_recall": "macro recall",
    "recall": "recall",
    "specificity": "specificity",
    "precision": "precision",
    "f1": "F1",
    "auroc": "AUROC",
    "sensitivity_at_specificity": "sensitivity at 90 % specificity",
    "brier": "Brier score",
    "ece": "calibration error",
}
"""Metrics as people call them."""

SHARES = frozenset(NAMES) - {"auroc", "brier", "ece"}
"""Metrics told in percent; the others as numbers between 0 and 1."""

MINUS = "−"
NOTHING = "–"


def metric_name(name: str) -> str:
    """In words, saying where less is better."""
    return NAMES[name] + (" (less is better)" if name in LOWER_IS_BETTER else "")


def capitalised(name: str) -> str:
    """With a capital first letter; the others stay as they are (AUROC)."""
    return name[:1].upper() + name[1:]


def spread_text(metric: str, spread: Spread | None) -> str:
    """`85.3 ± 1.2` in percent, or `0.913 ± 0.004`."""
    if spread is None or spread.mean is None:
        return NOTHING
    if spread.sd is None:
        return level(metric, spread.mean)
    return f"{level(metric, spread.mean)} ± {level(metric, spread.sd)}"


def level(metric: str, value: float) -> str:
    """A value of a metric: percent with one digit, or three digits after the point."""
    return f"{100 * value:.1f}" if metric in SHARES else f"{value:.3f}"


def change(metric: str, value: float | None) -> str:
    """A difference with its sign: in percentage points, or three digits after the point."""
    if value is None:
        return NOTHING
    text = f"{100 * value:+.1f}" if metric in SHARES else f"{value:+.3f}"
    return text.replace("-", MINUS)


def interval(metric: str, difference: Difference) -> str:
    """`[−0.3, +2.7]`."""
    if difference.low is None or difference.high is None:
        return NOTHING
    return f"[{change(metric, difference.low)}, {change(metric, difference.high)}]"


def probability(value: float | None) -> str:
    """A p value."""
    if value is None:
        return NOTHING
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def amount(metric: str, value: float) -> str:
    """A size of a difference with its unit: `3.5 points`, or `0.035`."""
    return f"{level(metric, value)} {unit(metric)}".rstrip()


def unit(metric: str) -> str:
    """What differences of a metric are counted in; empty for plain numbers."""
    return "points" if metric in SHARES else ""


def place(arm: ArmSummary) -> str:
    """`gan-10`, or with axes `gan-10 at train.epochs = 30`."""
    return f"{arm.name} at {axes_text(tuple(arm.axes.items()))}" if arm.axes else arm.name


def axes_text(point: Point) -> str:
    """`train.epochs = 30, data.fraction = 0.5`."""
    return ", ".join(f"{key} = {value}" for key, value in point)


def verdict_sentence(summary: Summary, arm: ArmSummary) -> str:
    """What can be said of an arm against the baseline, with its numbers."""
    metric = summary.primary
    difference = arm.difference.get(metric)
    if arm.left_out:
        return f"The plan does without it, because its generator failed the gate: {arm.left_out}."
    if difference is None or difference.mean is None:
        return "No pair of runs is finished, so nothing can be said."
    name = NAMES[metric]
    told = f"{capitalised(name)} {change(metric, difference.mean)} {unit(metric)}".rstrip()
    if difference.low is None:
        return f"{told} over {_pairs(difference.n)}; no interval."
    told += f", 95 % interval {change(metric, difference.low)} to {change(metric, difference.high)}"
    told += f", over {_pairs(difference.n)}"
    match difference.verdict:
        case "helps" | "hurts":
            return f"{told}; Holm p {probability(difference.p_holm)}."
        case "no practical difference":
            return f"{told}; the 90 % interval lies within the margin of ±{amount(metric, summary.margin)}."
        case "too few seeds":
            return f"{told}; a verdict takes 5 pairs."
        case _:
            seen = NOTHING if difference.visible is None else amount(metric, difference.visible)
            ever = (
                "" if difference.floor is None else f" (with any number of seeds: {amount(metric, difference.floor)})"
            )
            return f"{told}; this study could only have seen a difference of about {seen} or more{ever}."


def _pairs(count: int) -> str:
    return f"{count} pair{'s' * (count != 1)} of runs"
