"""A field of braille dots, two columns and four rows to a cell, in layers of different style.

A column of dots is one integer, its highest row in bit 0, so that a vertical span is one mask.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import log
from operator import or_

from augtui.tui.plot.crowd import Dense
from augtui.tui.plot.scale import Scale
from augtui.tui.plot.series import Column

_LEFT = (0x01, 0x02, 0x04, 0x40)
_RIGHT = (0x08, 0x10, 0x20, 0x80)


def _pattern(left: int, right: int) -> str:
    code = 0x2800
    for row in range(4):
        code |= _LEFT[row] * (left >> row & 1) | _RIGHT[row] * (right >> row & 1)
    return chr(code)


_CELLS = tuple(_pattern(index >> 4, index & 15) for index in range(256))

_BITS = 16
"""Of the fraction of a row: rows are integers of this fixed point while a line is drawn."""

Cell = tuple[str, int]
"""A character and the layer that coloured it; layer -1 for an empty cell."""


class Field:
    """Dots of `width` x `height` cells in `layers` layers; later layers lie on top.

    A cell shows the dots of all layers in the style of its topmost one; where that is one of `clear`, only its own.
    """

    def __init__(self, width: int, height: int, layers: int, clear: frozenset[int] = frozenset()) -> None:
        self._clear = clear
        self.width, self.height = width, height
        self.columns, self.rows = width * 2, height * 4
        self._layers = [[0] * self.columns for _ in range(layers)]
        self._below = [(1 << row) - 1 for row in range(self.rows + 2)]

    def line(self, layer: int, points: Sequence[Column], scale: Scale, step: int = 1) -> None:
        """Draw one series; values outside of the scale run along its edge.

        Steep parts are closed in the column that they lead to, so that a line is one dot wide wherever it can be.
        With `step` 2 the points count cells instead of dots, and only every other column of dots is drawn.
        """
        dots, below, width = self._layers[layer], self._below, self.columns // step
        before, before_row = -2, 0
        for column, first, last, high, low in _rows(points, scale):
            top, bottom = high >> _BITS, low >> _BITS
            if before != -2:
                old = before_row >> _BITS
                if column - before > 1:
                    old = self._between(dots, before, before_row, column - before, first, step)
                if old + 1 < top:
                    top = old + 1
                elif old - 1 > bottom:
                    bottom = old - 1
            if 0 <= column < width:
                dots[column * step] |= below[bottom + 1] - below[top]
            before, before_row = column, last

    def _between(self, dots: list[int], start: int, row: int, gap: int, end_row: int, step: int) -> int:
        """A straight line over the columns between two points that are `gap` apart; gives its last row."""
        below, slope = self._below, (end_row - row) // gap
        old = row >> _BITS
        for column in range((start + 1) * step, (start + gap) * step, step):
            row += slope
            new = row >> _BITS
            if new > old + 1:
                dots[column] |= below[new + 1] - below[old + 1]
            elif new < old - 1:
                dots[column] |= below[old] - below[new]
            else:
                dots[column] |= below[new + 1] - below[new]
            old = new
        return old

    def crowd(self, layer: int, found: Dense, scale: Scale, step: int = 1) -> None:
        """Draw one of many series, in a tenth of the time of `line`; columns count as there."""
        tops = _whole_rows(found.high, found.bounds, scale)
        # Each column reaches out for the one before it.
        if found.low is found.high:
            reach = _reaches(self.rows)
            masks = [reach[old][row] for old, row in zip(tops[:1] + tops, tops, strict=False)]
        else:
            bottoms = _whole_rows(found.low, found.bounds, scale)
            high = tops[:1] + [old + 1 if old + 1 < top else top for top, old in zip(tops[1:], bottoms, strict=False)]
            low = bottoms[:1] + [
                old - 1 if old - 1 > row else row for row, old in zip(bottoms[1:], tops, strict=False)
            ]
            below = self._below
            masks = [below[bottom + 1] - below[top] for top, bottom in zip(high, low, strict=True)]
        dots = self._layers[layer]
        place = slice(found.start * step, (found.start + len(masks)) * step, step)
        dots[place] = map(or_, dots[place], masks)

    def fill(self, layer: int, column: int, top: float, bottom: float) -> None:
        """Fill a column between two rows with every third dot, shifted by column."""
        first, last = max(0, int(top + 0.5)), min(self.rows - 1, int(bottom + 0.5))
        if 0 <= column < self.columns and first <= last:
            dots = 0
            for row in range(first + (-(first + column * 2)) % 4, last + 1, 4):
                dots |= 1 << row
            self._layers[layer][column] |= dots if column % 2 == 0 else 0

    def cells(self) -> list[list[Cell]]:
        """The rows of cells, from the top."""
        clear = self._clear
        result: list[list[Cell]] = []
        pairs = [(index, layer) for index, layer in enumerate(self._layers) if any(layer)]
        for row in range(self.height):
            shift = row * 4
            line: list[Cell] = []
            for column in range(0, self.columns, 2):
                dots, top = 0, -1
                for index, layer in pairs:
                    here = (layer[column] >> shift & 15) << 4 | layer[column + 1] >> shift & 15
                    if here:
                        dots = here if index in clear else dots | here
                        top = index
                line.append((_CELLS[dots], top) if dots else (" ", -1))
            result.append(line)
        return result


@lru_cache(maxsize=4)
def _reaches(rows: int) -> list[list[int]]:
    """The dots of a column with one value: by the row in the column before, and by its own."""
    below = [(1 << row) - 1 for row in range(rows + 1)]
    return [[below[max(row, old - 1) + 1] - below[min(row, old + 1)] for row in range(rows)] for old in range(rows)]


def _whole_rows(values: Sequence[float], bounds: Sequence[float], scale: Scale) -> list[int]:
    """The row of each value between these bounds, on the field."""
    if scale.log:
        low, bottom = scale.low, scale.coordinate(scale.low)
        values = [log(value) if value > low else bottom for value in values]
    offset, factor = scale.linear()
    offset += 0.5
    rows = list(map(int, [offset + factor * value for value in values]))
    last = scale.rows - 1
    if not all(scale.low <= bound <= scale.high for bound in bounds):
        rows = [min(max(row, 0), last) for row in rows]
    return rows


def _rows(points: Sequence[Column], scale: Scale) -> list[tuple[int, int, int, int, int]]:
    """Each column with the rows of its first, last, highest and lowest value, in fixed point and on the field."""
    one, limit = 1 << _BITS, (scale.rows - 1) << _BITS
    offset, factor = scale.linear()
    offset, factor = offset * one + one / 2, factor * one
    if scale.log:
        at = scale.coordinate
        points = [(column, at(a), at(b), at(c), at(d)) for column, a, b, c, d in points]
    result = []
    for column, first, last, low, high in points:
        row = int(offset + factor * first)
        if row < 0:
            row = 0
        elif row > limit:
            row = limit
        if low == high:
            result.append((column, row, row, row, row))
        else:
            end = min(limit, max(0, int(offset + factor * last)))
            top, bottom = max(0, int(offset + factor * high)), min(limit, int(offset + factor * low))
            result.append((column, row, end, min(limit, top), max(0, bottom)))
    return result
