"""Numbers that compare two samples of vectors, and that mean something at a few hundred of them (FID does not).

Vectors are rows of float64 arrays. KID: Binkowski et al., "Demystifying MMD GANs", ICLR 2018. Density and coverage:
Naeem et al., "Reliable fidelity and diversity metrics for generative models", ICML 2020. The three-sample test:
Meehan, Chaudhuri and Dasgupta, "A non-parametric test to detect data-copying in generative models", AISTATS 2020.
The delete-a-group jackknife: Kott, "The delete-a-group jackknife", Journal of Official Statistics 17, 2001.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]

NEIGHBOURS = 5
"""The k of density and coverage."""
_GROUPS = 10
_TINY = 1e-12
_BLOCK = 512
"""Rows of a distance matrix that are held at a time."""


def kid(first: Vectors, second: Vectors) -> float:
    """Kernel inception distance: the unbiased squared maximum mean discrepancy with kernel (x . y / d + 1)^3.

    0 is expected for two samples of one distribution; single values may be slightly negative.

    Args:
        first, second: (n, d) and (m, d), both with at least two rows.
    """
    n, m = len(first), len(second)
    within = (_kernel_sum(first, first) - _kernel_diagonal(first)) / (n * (n - 1))
    within += (_kernel_sum(second, second) - _kernel_diagonal(second)) / (m * (m - 1))
    return within - 2 * _kernel_sum(first, second) / (n * m)


def kid_error(first: Vectors, second: Vectors) -> float | None:
    """Standard error of `kid`, of both samples: the delete-a-group jackknife, with up to ten groups of rows that are
    left out of both at once.

    Args:
        first, second: (n, d) and (m, d); None where one has fewer than four rows.
    """
    groups = min(_GROUPS, len(first) // 2, len(second) // 2)
    if groups < 2:
        return None
    without = [
        kid(*(rows[np.arange(len(rows)) % groups != group] for rows in (first, second))) for group in range(groups)
    ]
    return math.sqrt((groups - 1) ** 2 / groups * float(np.var(without, ddof=1)))


def density_and_coverage(real: Vectors, drawn: Vectors, k: int = NEIGHBOURS) -> tuple[float, float]:
    """How densely and how completely `drawn` fills the balls around real vectors.

    The ball of a real vector reaches to its k-th nearest real neighbour. Density: balls that a drawn vector lies in,
    divided by k, averaged over drawn vectors (1 is expected for the same distribution; it may be larger). Coverage:
    share of the balls that hold at least one drawn vector, in [0, 1].

    Args:
        real: (n, d), n > k.
        drawn: (m, d).
    """
    radii = _kth_neighbour(real, k)
    inside, covered = 0, 0
    for first in range(0, len(real), _BLOCK):
        part = slice(first, first + _BLOCK)
        hits = _squared_distances(real[part], drawn) <= radii[part, None]
        inside += int(hits.sum())
        covered += int(hits.any(axis=1).sum())
    return inside / (k * len(drawn)), covered / len(real)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The neighbours of n queries in a pool."""

    distance: Vectors
    """(n,): Euclidean, to the nearest."""
    row: NDArray[np.int64]
    """(n,): the nearest."""
    relative: Vectors
    """(n,): `distance` over that to the k-th nearest, in [0, 1]. Small for a copy. A blurred image is nearer to
    everything: its `distance` is small too, this is not."""


def neighbours(
    queries: Vectors, pool: Vectors, k: int, own: NDArray[np.int64] | None = None, versions: int = 1
) -> Neighbours:
    """The nearest and the k-th nearest row of `pool` for each query.

    Args:
        queries: (n, d).
        pool: (m, d): so many versions of the same m / versions things, one version after the other; m > k.
        k: at least 2.
        own: (n,): the thing that each query is, no version of which counts as its neighbour; None: none of them.
        versions: of each thing.
    """
    things = len(pool) // versions
    k = min(k, (things - (own is not None)) * versions)
    first, last = np.empty(len(queries)), np.empty(len(queries))
    rows = np.empty(len(queries), dtype=np.int64)
    for start in range(0, len(queries), _BLOCK):
        part = slice(start, start + _BLOCK)
        squared = _squared_distances(queries[part], pool)
        if own is not None:
            for version in range(versions):
                squared[np.arange(len(squared)), own[part] + version * things] = np.inf
        rows[part] = squared.argmin(axis=1)
        first[part] = np.sqrt(squared[np.arange(len(squared)), rows[part]])
        last[part] = np.sqrt(np.partition(squared, k - 1, axis=1)[:, k - 1])
    return Neighbours(first, rows, first / np.maximum(last, _TINY))


def spread(vectors: Vectors) -> float:
    """Root mean square distance between two different rows: sqrt(2) times the standard deviation (ddof 1)."""
    return math.sqrt(2 * float(vectors.var(axis=0, ddof=1).sum()))


def mann_whitney_z(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """The standardised Mann-Whitney statistic: negative where `first` tends to be smaller than `second`.

    Normal approximation with the correction for ties, no continuity correction. 0 where all values are equal.
    """
    n, m = len(first), len(second)
    values = np.concatenate([first, second])
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - (counts - 1) / 2)[inverse]
    u = float(ranks[:n].sum()) - n * (n + 1) / 2
    total = n + m
    ties = float((counts.astype(np.float64) ** 3 - counts).sum())
    variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
    return (u - n * m / 2) / math.sqrt(variance) if variance > 0 else 0.0


def _kernel_sum(first: Vectors, second: Vectors) -> float:
    dimension = first.shape[1]
    return sum(
        float(((first[start : start + _BLOCK] @ second.T / dimension + 1) ** 3).sum())
        for start in range(0, len(first), _BLOCK)
    )


def _kernel_diagonal(vectors: Vectors) -> float:
    return float((((vectors**2).sum(axis=1) / vectors.shape[1] + 1) ** 3).sum())


def _kth_neighbour(vectors: Vectors, k: int) -> Vectors:
    """Squared distance (n,) of each row to its k-th nearest other row."""
    radii = np.empty(len(vectors))
    for first in range(0, len(vectors), _BLOCK):
        squared = _squared_distances(vectors[first : first + _BLOCK], vectors)
        # The row itself is among them, at distance 0: the k-th other one is at place k.
        radii[first : first + _BLOCK] = np.partition(squared, k, axis=1)[:, k]
    return radii


def _squared_distances(first: Vectors, second: Vectors) -> Vectors:
    squared = (first**2).sum(axis=1)[:, None] + (second**2).sum(axis=1)[None, :] - 2 * (first @ second.T)
    result: Vectors = np.maximum(squared, 0.0)
    return result
