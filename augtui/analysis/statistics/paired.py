"""The difference of two arms with both of its sources of chance: trainings (seeds) and test images.

A t interval over seeds alone treats the test set as the whole world and is too short on a small one; an
interval over images alone treats the trained models as the only ones. Here the two variances are added. The
interaction of seed and image is in both, so that the interval is slightly too long rather than too short.
Degrees of freedom follow Satterthwaite (1946), "An approximate distribution of estimates of variance components".
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

CONFIDENCE = 0.95
POWER = 0.80


@dataclass(frozen=True, slots=True)
class PairedEstimate:
    """A mean of paired differences and how far it can be trusted."""

    mean: float
    sd: float
    """Of the differences over seeds, ddof 1."""
    n: int
    se: float
    """Of the mean, over seeds and images."""
    df: float
    p: float
    """Two-sided, of a mean of 0."""

    def interval(self, confidence: float = CONFIDENCE) -> tuple[float, float]:
        """The t interval of the mean."""
        half = float(stats.t.ppf(0.5 + confidence / 2, self.df)) * self.se
        return self.mean - half, self.mean + half

    @property
    def visible(self) -> float:
        """The smallest true difference whose p falls below 0.05 in 80 % of repetitions."""
        return visible_difference(self.se, self.df)

    @property
    def floor(self) -> float:
        """What `visible` would fall to with any number of seeds: the test images' own share of it, with the degrees
        of freedom that `satterthwaite` tends to."""
        of_images = max(self.se**2 - self.sd**2 / self.n, 0.0)
        return visible_difference(math.sqrt(of_images), math.inf)


def paired_estimate(deltas: NDArray[np.float64], image_variance: float, units: int) -> PairedEstimate | None:
    """The mean of paired differences with its standard error.

    Args:
        deltas: float64[n], one difference for each seed.
        image_variance: of the mean difference over resamples of the test images.
        units: sampling units of the test set: images, or patients where those are known.

    Returns:
        None below two pairs, or without a variance over images.
    """
    n = len(deltas)
    if n < 2 or math.isnan(image_variance):
        return None
    mean, sd = float(np.mean(deltas)), float(np.std(deltas, ddof=1))
    of_seeds = sd**2 / n
    se = math.sqrt(of_seeds + image_variance)
    df = satterthwaite(of_seeds, n - 1, image_variance, max(units - 1, 1))
    return PairedEstimate(mean=mean, sd=sd, n=n, se=se, df=df, p=_p(mean, se, df))


def independent_estimate(
    first: NDArray[np.float64], second: NDArray[np.float64], image_variance: float, units: int
) -> PairedEstimate | None:
    """The difference of means, first minus second, of runs that are not paired (Welch), on the same test images.

    Returns:
        None below two values on a side, or without a variance over images; its `sd` is that of a single run.
    """
    if min(len(first), len(second)) < 2 or math.isnan(image_variance):
        return None
    variances = [float(np.var(side, ddof=1)) / len(side) for side in (first, second)]
    of_seeds = sum(variances)
    seeds_df = satterthwaite(variances[0], len(first) - 1, variances[1], len(second) - 1)
    mean = float(np.mean(first) - np.mean(second))
    se = math.sqrt(of_seeds + image_variance)
    df = satterthwaite(of_seeds, seeds_df, image_variance, max(units - 1, 1))
    n = min(len(first), len(second))
    sd = math.sqrt(of_seeds * n)
    return PairedEstimate(mean=mean, sd=sd, n=n, se=se, df=df, p=_p(mean, se, df))


def satterthwaite(first: float, first_df: float, second: float, second_df: float) -> float:
    """Degrees of freedom of the sum of two variances of a mean; never below those of the first."""
    if first + second == 0:
        return first_df
    return max(first_df, (first + second) ** 2 / (first**2 / first_df + second**2 / second_df))


def visible_difference(se: float, df: float) -> float:
    """The smallest true difference that a two-sided 5 % test shows with 80 % power, for this standard error."""
    quantiles = stats.t.ppf([0.5 + CONFIDENCE / 2, POWER], df)
    return float(quantiles.sum() * se)


def _p(mean: float, se: float, df: float) -> float:
    if se == 0:
        return 1.0 if mean == 0 else 0.0
    return float(2 * stats.t.sf(abs(mean) / se, df))
