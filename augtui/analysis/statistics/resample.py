"""Resamples of a test set as weights: how often each image was drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DRAWS = 2000
ROUNDING = 1e-9
"""Differences of scores below this are none."""


def resample_weights(
    labels: NDArray[np.int64], groups: tuple[str, ...], rng: np.random.Generator, draws: int = DRAWS
) -> NDArray[np.float64]:
    """Draw test images with repetition, class by class.

    Where groups are known, whole patients are drawn instead, stratified by the class that most of a patient's
    images have (the first of equals); images without a group are patients of their own.

    Args:
        labels: int64[N].
        groups: of each image; empty strings without groups.
        rng: the only source of randomness.
        draws: B.

    Returns:
        float64[B, N].
    """
    members = _units(groups)
    units = int(members.max(initial=-1)) + 1
    strata = _strata(labels, members, units)
    counts = np.zeros((draws, units))
    for stratum in np.unique(strata):
        inside = np.flatnonzero(strata == stratum)
        counts[:, inside] = rng.multinomial(len(inside), np.full(len(inside), 1 / len(inside)), size=draws)
    return counts[:, members]


def resampled_variance(deltas: NDArray[np.float64], units: int) -> float:
    """The variance of a difference over resamples of the test images.

    Models that agree on every image of a test set may still disagree elsewhere, though no resample can show it. They
    get the variance of a single disagreement among `units`, 1 / units^2.

    Args:
        deltas: float64[B], NaN where a resample leaves the difference undefined.
        units: sampling units of the test set.

    Returns:
        NaN where more than half of the resamples leave it undefined.
    """
    known = deltas[~np.isnan(deltas)]
    if 2 * len(known) < len(deltas):
        return float("nan")
    return float(np.var(known, ddof=1)) if np.ptp(known) > ROUNDING else 1 / units**2


def unit_count(groups: tuple[str, ...]) -> int:
    """Sampling units: patients where groups are known, images elsewhere."""
    return int(_units(groups).max(initial=-1)) + 1


def _units(groups: tuple[str, ...]) -> NDArray[np.int64]:
    """The number of the unit of each image, by first appearance."""
    numbers: dict[str | int, int] = {}
    keys = [group or index for index, group in enumerate(groups)]
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)


def _strata(labels: NDArray[np.int64], members: NDArray[np.int64], units: int) -> NDArray[np.int64]:
    votes = np.zeros((units, int(labels.max(initial=0)) + 1), dtype=np.int64)
    np.add.at(votes, (members, labels), 1)
    strata: NDArray[np.int64] = votes.argmax(axis=1)
    return strata
