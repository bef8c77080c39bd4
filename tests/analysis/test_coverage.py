"""The interval covers the truth in studies without a difference, where simpler ones do not.

Each simulated study has two arms that are equally good in the population: an image has a difficulty of its
own, each arm reads each image in its own way (the same for all seeds), each training in its own way.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from augtui.analysis.statistics.paired import paired_estimate
from augtui.analysis.statistics.resample import resample_weights
from augtui.metrics.weighted import weighted_scores

STUDIES = 250
DRAWS = 200


@dataclass(frozen=True)
class Design:
    seeds: int
    positives: int
    negatives: int
    metric: str


def probabilities(labels: NDArray[np.int64], seeds: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """float64[2, seeds, N, 2]."""
    images = len(labels)
    logit = (
        1.2 * (2 * labels - 1)
        + rng.normal(0, 1.0, images)
        + rng.normal(0, 0.5, (2, 1, images))
        + rng.normal(0, 0.4, (2, seeds, images))
        + rng.normal(0, 0.15, (2, seeds, 1))
    )
    positive = 1 / (1 + np.exp(-logit))
    return np.stack([1 - positive, positive], axis=-1)


def covered(design: Design) -> tuple[float, float]:
    """Shares of studies whose interval holds 0: with both variances, and over seeds alone."""
    rng = np.random.default_rng(2024)
    labels = np.array([1] * design.positives + [0] * design.negatives)
    hits = np.zeros(2)
    for _ in range(STUDIES):
        arms = probabilities(labels, design.seeds, rng)
        weights = resample_weights(labels, ("",) * len(labels), rng, DRAWS)
        once = np.ones((1, len(labels)))
        thresholds = [None] * design.seeds
        drawn = [weighted_scores(labels, arm, weights, 1, thresholds)[design.metric] for arm in arms]
        values = [
            [weighted_scores(labels, run[None], once, 1, [None])[design.metric][0] for run in arm] for arm in arms
        ]
        deltas = np.subtract(*values)
        for index, variance in enumerate([float(np.var(drawn[0] - drawn[1], ddof=1)), 0.0]):
            found = paired_estimate(deltas, variance, len(labels))
            assert found is not None
            low, high = found.interval()
            hits[index] += low <= 0 <= high
    both, seeds_only = hits / STUDIES
    return both, seeds_only


@pytest.mark.parametrize(
    "design",
    [Design(10, 42, 114, "auroc"), Design(10, 60, 60, "accuracy"), Design(5, 40, 80, "recall")],
    ids=lambda design: f"{design.metric}-{design.seeds}",
)
def test_interval_covers_the_truth_where_seeds_alone_do_not(design: Design) -> None:
    both, seeds_only = covered(design)
    assert 0.93 <= both <= 0.99
    assert seeds_only < 0.90
