"""The borders that put something else than the image itself outside of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import Tensor

from augtui.engine.policies.arrays import Array, as_float, as_whole

BORDERS = (
    "constant",
    "edge",
    "symmetric",
    "reflect",
    "wrap",
    "linear_ramp",
    "maximum",
    "mean",
    "median",
    "minimum",
)
"""Names as numpy.pad has them; the first five serve warps too."""

LINEAR_RAMP = BORDERS.index("linear_ramp")
_MAXIMUM, _MEAN, _MEDIAN, _MINIMUM = (BORDERS.index(name) for name in ("maximum", "mean", "median", "minimum"))
STATISTICS = (_MAXIMUM, _MEAN, _MEDIAN, _MINIMUM)
"""The borders that put a statistic of rows and columns outside."""


def statistic_fill(
    image: Array, box: tuple[int, int, int, int], statistic: int, x: Array, y: Array, xp: Any
) -> Array:
    """What numpy.pad would find at places outside of the box.

    Above and below: the statistic of the column; left and right: of the row; in a corner: of the columns'
    statistics, since numpy pads the rows first.

    Args:
        image: float32 [C, H, W], whole grey levels.
        box: x and y of the first, x and y of the last pixel that exist.
        statistic: one of STATISTICS.
        x: float32, broadcasts to [H, W]; places.
        y: likewise.
        xp: numpy or torch, whichever the arrays are of.

    Returns:
        float32 [C, H, W]; 0 within the box.
    """
    left, top, right, bottom = box
    inside = image[:, top : bottom + 1, left : right + 1]
    by_column, by_row = _statistic(inside, 1, statistic, xp), _statistic(inside, 2, statistic, xp)
    corner = _statistic(by_column, 1, statistic, xp)
    beside, over = (x < left) | (x > right), (y < top) | (y > bottom)
    outside = beside | over
    x, y, beside, over = (xp.broadcast_to(plane, outside.shape)[outside] for plane in (x, y, beside, over))
    from_column = by_column[:, as_whole(xp.round(xp.clip(x, left, right))) - left]
    from_row = by_row[:, as_whole(xp.round(xp.clip(y, top, bottom))) - top]
    colour = xp.zeros_like(image)
    colour[:, outside] = xp.where(beside, xp.where(over, corner[:, None], from_row), from_column)
    return colour


def _statistic(values: Array, axis: int, kind: int, xp: Any) -> Array:
    """Over one dimension, rounded as numpy rounds."""
    if kind == _MAXIMUM:
        return xp.amax(values, axis)
    if kind == _MINIMUM:
        return xp.amin(values, axis)
    if kind == _MEAN:
        return xp.round(xp.mean(values, axis))
    count = values.shape[axis]
    lower, upper = (count - 1) // 2, count // 2
    middle = [slice(None)] * axis + [slice(lower, upper + 1)]
    return xp.round(xp.mean(as_float(_split(values, axis, (lower, upper))[tuple(middle)]), axis))


def _split(values: Array, axis: int, places: tuple[int, int]) -> Array:
    """Whole numbers along a dimension, of which those at these places are where an ordering would put them."""
    if isinstance(values, Tensor):
        return values.sort(dim=axis).values
    return np.partition(values.astype(np.int16), places, axis=axis)
