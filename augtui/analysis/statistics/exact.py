"""Exact tests beside the interval, and the correction for asking several questions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats

SIGN_FLIP_PAIRS = 6
"""Below, no sign flip can reach p < 0.05: the smallest p is 2 / 2**n."""
EXACT_PAIRS = 16
"""Above, 2**n sign patterns are too many, and random ones are drawn."""
RANDOM_FLIPS = 100_000


def holm(p_values: Sequence[float]) -> list[float]:
    """P values adjusted for their number, in the given order.

    Holm (1979), "A simple sequentially rejective multiple test procedure".
    """
    count = len(p_values)
    adjusted = [0.0] * count
    highest = 0.0
    for rank, index in enumerate(sorted(range(count), key=lambda i: p_values[i])):
        highest = max(highest, min(1.0, (count - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def sign_flip(deltas: NDArray[np.float64], rng: np.random.Generator) -> float | None:
    """Two-sided p of the mean of paired differences under random signs, of this test set only.

    Exact up to 16 pairs, from 100 000 random patterns above; None below 6 pairs.
    """
    if len(deltas) < SIGN_FLIP_PAIRS:
        return None
    patterns = np.inf if len(deltas) <= EXACT_PAIRS else RANDOM_FLIPS
    found = stats.permutation_test(
        (deltas,), np.mean, permutation_type="samples", n_resamples=patterns, vectorized=True, rng=rng
    )
    return float(found.pvalue)


def mcnemar(first_right: NDArray[np.bool_], second_right: NDArray[np.bool_]) -> float:
    """Exact two-sided p that two models err equally often on the same images (McNemar's test)."""
    only_first = int(np.sum(first_right & ~second_right))
    only_second = int(np.sum(second_right & ~first_right))
    if only_first + only_second == 0:
        return 1.0
    return float(stats.binomtest(only_first, only_first + only_second).pvalue)
