"""The borders that put something else than the image itself outside of it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from augtui.engine.policies.arrays import Array

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


def statistic_fills(images: Array, boxes: Tensor, statistic: int, x: Array, y: Array) -> Array:
    """What numpy.pad would find at places outside of the box of each image.

    Above and below: the statistic of the column; left and right: of the row; in a corner: of the columns'
    statistics, since numpy pads the rows first.

    Args:
        images: float32 [N, C, H, W], whole grey levels.
        boxes: [N, 4] on the CPU, whole numbers: x and y of the first, x and y of the last pixel that exist.
        statistic: one of STATISTICS.
        x: float32, [N, H, W] or broadcasts to it; places.
        y: likewise.

    Returns:
        float32 [N, C, H, W]; 0 within the box.
    """
    if isinstance(images, Tensor):
        return _all_at_once(images, boxes.to(images.device), statistic, x, y)
    each = zip(images, boxes.int().tolist(), x, y, strict=True)
    return np.stack([_of_one(image, tuple(box), statistic, at_x, at_y) for image, box, at_x, at_y in each])


def _of_one(image: Array, box: tuple[int, int, int, int], statistic: int, x: Array, y: Array) -> Array:
    left, top, right, bottom = box
    inside = image[:, top : bottom + 1, left : right + 1]
    by_column, by_row = _statistic(inside, 1, statistic), _statistic(inside, 2, statistic)
    corner = _statistic(by_column, 1, statistic)
    beside, over = (x < left) | (x > right), (y < top) | (y > bottom)
    outside = beside | over
    x, y, beside, over = (np.broadcast_to(plane, outside.shape)[outside] for plane in (x, y, beside, over))
    from_column = by_column[:, np.round(np.clip(x, left, right)).astype(np.int64) - left]
    from_row = by_row[:, np.round(np.clip(y, top, bottom)).astype(np.int64) - top]
    colour = np.zeros_like(image)
    colour[:, outside] = np.where(beside, np.where(over, corner[:, None], from_row), from_column)
    return colour


def _statistic(values: Array, axis: int, kind: int) -> Array:
    """Over one dimension, rounded as numpy rounds."""
    if kind == _MAXIMUM:
        return np.amax(values, axis)
    if kind == _MINIMUM:
        return np.amin(values, axis)
    if kind == _MEAN:
        return np.round(np.mean(values, axis))
    count = values.shape[axis]
    lower, upper = (count - 1) // 2, count // 2
    middle = [slice(None)] * axis + [slice(lower, upper + 1)]
    ordered = np.partition(values.astype(np.int16), (lower, upper), axis=axis)
    return np.round(np.mean(ordered[tuple(middle)].astype(np.float32), axis))


def _all_at_once(images: Tensor, boxes: Tensor, statistic: int, x: Tensor, y: Tensor) -> Tensor:
    """The same for a GPU: nothing is picked by a mask, which would wait for the device, and no image has calls of its
    own."""
    left, top, right, bottom = boxes.float()[:, :, None, None].unbind(1)
    rows, columns = (torch.arange(length, device=images.device) for length in images.shape[-2:])
    in_rows = (rows[:, None] >= top) & (rows[:, None] <= bottom)
    in_columns = (columns >= left) & (columns <= right)
    by_column = _masked_statistic(images, in_rows[:, None], 2, statistic)
    by_row = _masked_statistic(images, in_columns[:, None], 3, statistic)
    corner = _masked_statistic(by_column, in_columns, 2, statistic)
    beside, over = (x < left) | (x > right), (y < top) | (y > bottom)
    from_column, from_row = _picked(by_column, x.clip(left, right)), _picked(by_row, y.clip(top, bottom))
    colour = torch.where(beside[:, None], torch.where(over[:, None], corner[:, :, None, None], from_row), from_column)
    return colour * (beside | over)[:, None]


def _masked_statistic(values: Tensor, members: Tensor, dim: int, kind: int) -> Tensor:
    """Of the members along one dimension, each place with one at least; rounded as numpy rounds."""
    if kind == _MAXIMUM:
        return torch.where(members, values, -torch.inf).amax(dim)
    if kind == _MINIMUM:
        return torch.where(members, values, torch.inf).amin(dim)
    count = members.sum(dim, keepdim=True)
    if kind == _MEAN:
        return ((values * members).sum(dim, keepdim=True) / count).round().squeeze(dim)
    ordered = torch.where(members, values, torch.inf).sort(dim).values
    shape = list(values.shape)
    shape[dim] = 1
    lower, upper = (ordered.gather(dim, place.expand(shape)) for place in ((count - 1) // 2, count // 2))
    return ((lower + upper) / 2).round().squeeze(dim)


def _picked(lines: Tensor, places: Tensor) -> Tensor:
    """[N, C, h, w]: the numbers of lines [N, C, L] at places [N, h, w]."""
    count, channels, _ = lines.shape
    index = places.round().long().flatten(1)[:, None].expand(-1, channels, -1)
    return lines.gather(2, index).view(count, channels, *places.shape[1:])
