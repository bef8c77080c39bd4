"""Taking a share of every class out of a set of images whose parts belong together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]

EMPTY = 1 << 40
"""What it costs to leave a class with nothing on one side: more than any number of images."""


def joined(keys: Iterable[tuple[int, Sequence[tuple[str, str]]]]) -> list[list[int]]:
    """The rows, those that share a key (directly or through others) together; in row order.

    Args:
        keys: each row with its keys, such as ("picture", id) and ("group", name).
    """
    parent: dict[int, int] = {}

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    first: dict[tuple[str, str], int] = {}
    for row, shared in keys:
        parent[row] = row
        for key in shared:
            other, mine = root(first.setdefault(key, row)), root(row)
            parent[max(mine, other)] = min(mine, other)
    found: dict[int, list[int]] = {}
    for row in parent:
        found.setdefault(root(row), []).append(row)
    return list(found.values())


def choose(counts: Counts, wanted: Counts, stream: np.random.Generator) -> list[int]:
    """The units to take, so that each class gets as nearly the wanted number of images as the units allow.

    Units are drawn in random order, each taken that no class is too small for; singles hit every number exactly.
    Then, while it brings the whole nearer, the best single change is made: one more, one less, or one for another.
    A class keeps something on both sides wherever that is possible.

    Args:
        counts: int64 [U, C], images of each class in each unit.
        wanted: int64 [C].
        stream: decides among equals.
    """
    order = stream.permutation(len(counts)).tolist()
    taken = np.zeros(len(counts), dtype=bool)
    missing = wanted.copy()
    for unit in order:
        if (counts[unit] <= missing).all():
            taken[unit] = True
            missing -= counts[unit]
    if missing.any():
        _improve(counts, wanted, order, taken)
    return np.flatnonzero(taken).tolist()


def _improve(counts: Counts, wanted: Counts, order: Sequence[int], taken: NDArray[np.bool_]) -> None:
    """Change `taken` until no single change is an improvement; units of equal counts are equally good."""
    shapes, kinds = np.unique(counts, axis=0, return_inverse=True)
    members: list[list[int]] = [[] for _ in shapes]
    for unit in order:
        members[int(kinds.reshape(-1)[unit])].append(unit)
    total = counts.sum(0)
    while True:
        outs = [next((unit for unit in units if taken[unit]), None) for units in members]
        ins = [next((unit for unit in units if not taken[unit]), None) for units in members]
        leaving = [None, *(unit for unit in outs if unit is not None)]
        coming = [None, *(unit for unit in ins if unit is not None)]
        have = counts[taken].sum(0) - _counts(counts, leaving)[:, None] + _counts(counts, coming)[None]
        costs = _costs(have, wanted, total)
        out, into = divmod(int(costs.argmin()), len(coming))
        if costs[out, into] == costs[0, 0]:
            return
        for changed, state in ((leaving[out], False), (coming[into], True)):
            if changed is not None:
                taken[changed] = state


def _counts(counts: Counts, chosen: Sequence[int | None]) -> Counts:
    """int64 [n, C]; nothing for None."""
    return np.array([np.zeros(counts.shape[1], dtype=np.int64) if unit is None else counts[unit] for unit in chosen])


def _costs(have: Counts, wanted: Counts, total: Counts) -> Counts:
    """How far counts [..., C] are from what is wanted, in images; far more where a class is all on one side."""
    lost = (wanted > 0) & ((have == 0) | (have == total))
    costs: Counts = np.abs(have - wanted).sum(-1) + EMPTY * lost.sum(-1)
    return costs
