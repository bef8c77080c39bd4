"""Numbers that compare two samples of vectors, and that mean something at a few hundred of them (FID does not).

Vectors are rows of float64 arrays. KID: Binkowski et al., "Demystifying MMD GANs", ICLR 2018. Density and coverage:
Naeem et al., "Reliable fidelity and diversity metrics for generative models", ICML 2020. The three-sample test:
Meehan, Chaudhuri and Dasgupta, "A non-parametric test to detect data-copying in generative models", AISTATS 2020.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]

NEIGHBOURS = 5
"""The k of density and coverage."""
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


def nearest(queries: Vectors, pool: Vectors) -> tuple[Vectors, NDArray[np.int64]]:
    """Euclidean distance (n,) of each query to its nearest row of `pool`, and that row (n,)."""
    distances = np.empty(len(queries))
    rows = np.empty(len(queries), dtype=np.int64)
    for first in range(0, len(queries), _BLOCK):
        part = slice(first, first + _BLOCK)
        squared = _squared_distances(queries[part], pool)
        rows[part] = squared.argmin(axis=1)
        distances[part] = np.sqrt(squared[np.arange(len(squared)), rows[part]])
    return distances, rows


def nearest_other(vectors: Vectors, queries: NDArray[np.int64], versions: int = 1) -> Vectors:
    """Euclidean distance (len(queries),) of the rows `queries` of `vectors` to their nearest other row.

    Args:
        vectors: so many versions of the same n things, one version after the other.
        queries: rows of the first version.
        versions: of each thing; no version of the thing itself counts as another one.
    """
    things = len(vectors) // versions
    distances = np.empty(len(queries))
    for first in range(0, len(queries), _BLOCK):
        part = queries[first : first + _BLOCK]
        squared = _squared_distances(vectors[part], vectors)
        for version in range(versions):
            squared[np.arange(len(part)), part + version * things] = np.inf
        distances[first : first + _BLOCK] = np.sqrt(squared.min(axis=1))
    return distances


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
