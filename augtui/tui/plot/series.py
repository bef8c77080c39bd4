"""What a chart draws: series of points, smoothed, and reduced to one span for each column of dots."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import msgspec

Column = tuple[int, float, float, float, float]
"""A column of dots and the first, last, lowest and highest finite value in it."""


class Series(msgspec.Struct, frozen=True, eq=False):
    """One line of a chart. `x` ascends; a value that is not finite is a gap."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    style: str = "$foreground"
    rank: int = 0
    """Higher ranks are drawn over lower ones."""


class Band(msgspec.Struct, frozen=True, eq=False):
    """An area between two lines, drawn as a light pattern under everything."""

    x: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    style: str = "$faint"


def smooth(values: Sequence[float], weight: float) -> Sequence[float]:
    """An exponential moving average with its start corrected (so that it begins at the first value).

    `weight` is that of the past, in [0, 1); gaps stay gaps and do not count.
    """
    if weight <= 0:
        return values
    result = array("d", bytes(8 * len(values)))
    mean, norm, new = 0.0, 0.0, 1.0 - weight
    for index, value in enumerate(values):
        if value - value == 0.0:  # finite, without a call
            mean = mean * weight + value * new
            norm = norm * weight + new
            result[index] = mean / norm
        else:
            result[index] = math.nan
    return result


def reduce(x: Sequence[float], y: Sequence[float], x_low: float, x_high: float, columns: int) -> list[Column]:
    """One entry for each of the `columns` dot columns between x_low and x_high that has a finite value.

    The point before and the point after the range join (at columns -1 and `columns`), so that lines reach the edges.
    """
    if columns <= 0 or x_high <= x_low:
        return []
    start, stop = bisect_left(x, x_low), bisect_right(x, x_high)
    scale = (columns - 1) / (x_high - x_low)
    found: list[Column] = []
    if start:
        value = y[start - 1]
        if value - value == 0.0:
            found.append((-1, value, value, value, value))
    if stop - start <= 2 * columns:
        _reduce_few(x, y, start, stop, x_low, scale, found)
    else:
        _reduce_many(x, y, start, stop, x_low, scale, columns, found)
    if stop < len(x):
        value = y[stop]
        if value - value == 0.0:
            found.append((columns, value, value, value, value))
    return found


def _reduce_few(
    x: Sequence[float], y: Sequence[float], start: int, stop: int, x_low: float, scale: float, found: list[Column]
) -> None:
    """Fewer points than twice the columns: point by point."""
    column, first, last, low, high = -2, 0.0, 0.0, 0.0, 0.0
    for index in range(start, stop):
        value = y[index]
        if value - value != 0.0:
            continue
        here = int((x[index] - x_low) * scale + 0.5)
        if here == column:
            last = value
            if value < low:
                low = value
            elif value > high:
                high = value
            continue
        if column != -2:
            found.append((column, first, last, low, high))
        column, first, last, low, high = here, value, value, value, value
    if column != -2:
        found.append((column, first, last, low, high))


def _reduce_many(
    x: Sequence[float],
    y: Sequence[float],
    start: int,
    stop: int,
    x_low: float,
    scale: float,
    columns: int,
    found: list[Column],
) -> None:
    """Many points for each column: slice by slice, so that the loop over points is not ours."""
    index = start
    for column in range(columns):
        end = bisect_left(x, x_low + (column + 0.5) / scale, index, stop) if column < columns - 1 else stop
        if end <= index:
            continue
        part = y[index:end]
        index = end
        total = sum(part)
        if total - total != 0.0:  # some value is not finite
            part = [value for value in part if math.isfinite(value)]
            if not part:
                continue
        low, high = min(part), max(part)
        found.append((column, part[0], part[-1], low, high))
