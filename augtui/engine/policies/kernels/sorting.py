"""Networks of comparisons that sort, cut down to what one wanted output needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Comparator:
    """Puts the smaller of two lines at `low` and the larger at `high`, where they are wanted."""

    low: int
    high: int
    wants_low: bool = True
    wants_high: bool = True


@cache
def sorting_network(lines: int) -> tuple[Comparator, ...]:
    """Batcher's odd-even merge sort (1968) for any number of lines, smallest first."""
    found = []
    step = 1
    while step < lines:
        gap = step
        while gap >= 1:
            for start in range(gap % step, lines - gap, 2 * gap):
                for offset in range(min(gap, lines - start - gap)):
                    one, other = start + offset, start + offset + gap
                    if one // (2 * step) == other // (2 * step):
                        found.append(Comparator(one, other))
            gap //= 2
        step *= 2
    return tuple(found)


def pruned(network: Sequence[Comparator], wanted: set[int]) -> tuple[Comparator, ...]:
    """The comparators, or halves of them, that the wanted lines depend on."""
    needed = set(wanted)
    kept = []
    for comparator in reversed(network):
        low, high = comparator.low in needed, comparator.high in needed
        if low or high:
            kept.append(Comparator(comparator.low, comparator.high, low, high))
            needed |= {comparator.low, comparator.high}
    return tuple(reversed(kept))


@cache
def median_network(side: int) -> tuple[Comparator, ...]:
    """The middle of side x side values whose columns are sorted already; line row * side + column.

    Sorting the rows as well orders the square in both directions. What then has more than half of all values
    on one side for certain cannot be the middle, and drops out; the rest is sorted as one list.
    The median ends in the line `median_line(side)`.
    """
    rows = [
        Comparator(row * side + pair.low, row * side + pair.high)
        for row in range(side)
        for pair in sorting_network(side)
    ]
    lines = _candidates(side)
    rest = [Comparator(lines[pair.low], lines[pair.high]) for pair in sorting_network(len(lines))]
    assert len(lines) % 2, "as many drop out above as below"
    return pruned([*rows, *rest], {median_line(side)})


def median_line(side: int) -> int:
    """Where `median_network` leaves the median."""
    lines = _candidates(side)
    return lines[len(lines) // 2]


@cache
def _candidates(side: int) -> tuple[int, ...]:
    """Lines of a square sorted in both directions that may hold its median."""
    middle = side * side // 2 + 1
    return tuple(
        row * side + column
        for row in range(side)
        for column in range(side)
        if (row + 1) * (column + 1) <= middle and (side - row) * (side - column) <= middle
    )
