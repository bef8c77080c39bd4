"""Reading a value off a rising curve: with which share of the images do the originals reach it?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A share of the images; -inf is below the curve's first point, inf is beyond its last."""

    share: float
    low: float
    """The 95 % interval over seeds and test images; NaN below two seeds."""
    high: float


def equivalent_share(
    shares: Floats,
    curve: Floats,
    target: Floats,
    curve_images: Floats,
    target_images: Floats,
    rng: np.random.Generator,
) -> Equivalent:
    """The smallest share at which the curve of the originals reaches the target.

    The curve is made non-decreasing by isotonic regression and is straight between its points over the
    logarithm of the share. The interval repeats the reading for draws of all means together: seeds by a
    multivariate t around them (with the paired covariance of the n seeds), images by their resamples.

    Args:
        shares: float64[k], ascending, in (0, 1].
        curve: float64[n, k], by seed; higher is better.
        target: float64[n], of the same seeds.
        curve_images: float64[B, k], the means over seeds for each resample of the test images.
        target_images: float64[B], of the same resamples.
        rng: draws the seeds' part.
    """
    values = np.column_stack([target, curve])
    means = values.mean(axis=0)
    share = _read(shares, means[1:], means[0])
    n = len(values)
    if n < 2:
        return Equivalent(share, math.nan, math.nan)
    images = np.column_stack([target_images, curve_images])
    images = images[~np.isnan(images).any(axis=1)]
    normal = rng.normal(size=(len(images), n)) @ (values - means) / math.sqrt(n * (n - 1))
    of_seeds = normal * np.sqrt((n - 1) / rng.chisquare(n - 1, size=(len(images), 1)))
    draws = means + of_seeds + (images - images.mean(axis=0))
    read = np.array([_read(shares, draw[1:], draw[0]) for draw in draws])
    low, high = np.quantile(read, [0.025, 0.975], method="nearest")
    return Equivalent(share, float(low), float(high))


def _read(shares: Floats, curve: Floats, target: float) -> float:
    rising = isotonic_regression(curve).x
    if target < rising[0]:
        return -math.inf
    if target > rising[-1]:
        return math.inf
    right = int(np.searchsorted(rising, target, side="left"))
    if right == 0:
        return float(shares[0])
    part = (target - rising[right - 1]) / (rising[right] - rising[right - 1])
    ends = np.log(shares[right - 1 : right + 1])
    return float(np.exp(ends[0] + part * (ends[1] - ends[0])))
