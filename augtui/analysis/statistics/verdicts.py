"""From numbers to words, in a fixed order, so that nobody chooses the words after seeing the numbers."""

from __future__ import annotations

from augtui.analysis.statistics.paired import PairedEstimate

HELPS = "helps"
HURTS = "hurts"
NO_PRACTICAL = "no practical difference"
NO_EVIDENCE = "no evidence either way"
TOO_FEW = "too few seeds"
LEFT_OUT = "left out"
"""By the gate, with all its seeds: more of them would change nothing."""

ENOUGH_SEEDS = 5
LEVEL = 0.05
EQUIVALENCE_CONFIDENCE = 0.90
"""Two one-sided 5 % tests against the margin are this interval lying inside it."""


def verdict(
    estimate: PairedEstimate | None, pairs: int, p_holm: float | None, margin: float, lower_is_better: bool
) -> str:
    """The first of these that holds: too few seeds (below 5 pairs); no practical difference (the uncorrected
    90 % interval lies inside +-margin); helps or hurts (Holm's p below 0.05); no evidence either way.

    Args:
        estimate: of arm minus baseline on the primary metric; None where there is none.
        pairs: finished pairs of runs in which the metric is defined.
        p_holm: adjusted over all arms and axis points.
        margin: a difference below this does not matter.
        lower_is_better: whether a negative difference is a gain.
    """
    if estimate is None or pairs < ENOUGH_SEEDS:
        return TOO_FEW if pairs < ENOUGH_SEEDS else NO_EVIDENCE
    low, high = estimate.interval(EQUIVALENCE_CONFIDENCE)
    if -margin <= low and high <= margin:
        return NO_PRACTICAL
    if p_holm is not None and p_holm < LEVEL:
        return HELPS if (estimate.mean > 0) != lower_is_better else HURTS
    return NO_EVIDENCE
