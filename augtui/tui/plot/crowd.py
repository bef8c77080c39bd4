"""Hundreds of series at once: what they have in common is worked out once, the rest by loops that are not ours."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter

import msgspec


class Dense(msgspec.Struct, frozen=True, eq=False):
    """A series with a lowest and a highest value in each of a range of columns, none left out."""

    start: int
    """The first column."""
    low: Sequence[float]
    high: Sequence[float]
    """As long as `low`; the same object where each column has one value."""
    bounds: tuple[float, ...]
    """Lowest and highest value of all; empty without columns."""


class _Plan(msgspec.Struct, frozen=True):
    """Which values of a series make which column. It depends on the epochs alone: a study's runs share it."""

    start: int
    left: Callable[[Sequence[float]], Sequence[float]] = tuple
    right: Callable[[Sequence[float]], Sequence[float]] = tuple
    weights: Sequence[float] = ()
    """Give for each column two values and the weight of the second: at most one value lies in a column."""
    parts: tuple[tuple[int, int], ...] = ()
    """For each column a slice of the values: at least one value lies in each."""


def dense(x: Sequence[float], y: Sequence[float], x_low: float, x_high: float, columns: int) -> Dense | None:
    """A series between x_low and x_high, in `columns` columns.

    None where values are missing between the first and the last: `series.reduce` knows what to do with these.
    """
    count = len(x)
    if columns <= 1 or not count or x_high <= x_low or x[-1] - x[0] != count - 1:
        return None
    values = list(y)  # an array would make its numbers anew for each pass
    total = sum(values)
    if total - total != 0.0:  # some value is not finite
        return None
    plan = _plan(x[0], count, x_low, x_high, columns)
    if plan.parts:
        parts = [values[start:stop] for start, stop in plan.parts]
        low, high = list(map(min, parts)), list(map(max, parts))
        return Dense(plan.start, low, high, (min(low), max(high)))
    if not plan.weights:
        return Dense(plan.start, (), (), ())
    pairs = zip(plan.left(values), plan.right(values), plan.weights, strict=True)
    joined = [a + (b - a) * weight for a, b, weight in pairs]
    return Dense(plan.start, joined, joined, (min(joined), max(joined)))


def _taker(places: Sequence[int]) -> Callable[[Sequence[float]], Sequence[float]]:
    """Takes the values at these places, in one call."""
    return itemgetter(*places) if len(places) > 1 else lambda values: [values[place] for place in places]


@lru_cache(maxsize=64)
def _plan(first: float, count: int, x_low: float, x_high: float, columns: int) -> _Plan:
    """For values at first, first + 1, ...; the one before and the one after the range take part in joins."""
    scale = (columns - 1) / (x_high - x_low)
    begin, end = max(0, math.ceil(x_low - first)), min(count, math.floor(x_high - first) + 1)
    places = {
        index: math.floor((first + index - x_low) * scale + 0.5)
        for index in range(max(0, begin - 1), min(count, end + 1))
    }
    if scale >= 1:  # no two values in one column
        joins: dict[int, tuple[int, int, float]] = {}
        for index, place in places.items():
            gap = places.get(index + 1, place + 1) - place
            right = min(index + 1, count - 1)
            joins |= {place + step: (index, right, step / gap) for step in range(gap)}
        inside = [column for column in sorted(joins) if 0 <= column < columns]
        return _Plan(
            inside[0] if inside else 0,
            _taker([joins[column][0] for column in inside]),
            _taker([joins[column][1] for column in inside]),
            [joins[column][2] for column in inside],
        )
    starts: dict[int, int] = {}
    for index in range(begin, end):
        starts.setdefault(places[index], index)
    stops = [*list(starts.values())[1:], end]
    return _Plan(next(iter(starts), 0), parts=tuple(zip(starts.values(), stops, strict=True)))
