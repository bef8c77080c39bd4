"""The borders that put something else than the image itself outside of it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from augtui.engine.policies.rows import put_rows, take_rows

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
STATISTICS = torch.tensor([_MAXIMUM, _MEAN, _MEDIAN, _MINIMUM])
FILLED = torch.tensor([BORDERS.index("constant"), LINEAR_RAMP, *STATISTICS.tolist()])
"""The borders whose outside is not a copy of the inside."""

_LAST = 1000
"""Comes after every grey level."""


def coverage(x: Tensor, y: Tensor, box: Tensor, reach: Tensor) -> Tensor:
    """How much of each place (float32 [N, H, W]) belongs to the image, from 0 to 1.

    It falls over `reach` pixels outside of each side of the box: 1 is what bilinear interpolation towards a fill
    does, infinity means that the side has no outside.
    """
    slope = 1 / reach[:, :, None, None]
    box = box[:, :, None, None]
    along_x = torch.minimum(1 - (box[:, 0] - x) * slope[:, 0], 1 - (x - box[:, 2]) * slope[:, 2]).clamp_(0, 1)
    along_y = torch.minimum(1 - (box[:, 1] - y) * slope[:, 1], 1 - (y - box[:, 3]) * slope[:, 3]).clamp_(0, 1)
    return along_x * along_y


def statistic_fill(images: Tensor, box: Tensor, border: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """What numpy.pad would find at places outside of the box.

    Above and below: the statistic of the column; left and right: of the row; in a corner: of the columns'
    statistics, since numpy pads the rows first.

    Args:
        images: float32 [N, C, H, W].
        box: float32 [N, 4], first and last pixel that exist.
        border: int64 [N], indices of statistics in BORDERS, on the CPU.
        x: float32 [N, H, W], places.
        y: likewise.

    Returns:
        float32 [N, C, H, W].
    """
    height, width = images.shape[-2:]
    columns_in = _between(box[:, 0], box[:, 2], width)
    rows_in = _between(box[:, 1], box[:, 3], height)
    by_column = _statistic(images.transpose(2, 3), rows_in[:, None, None, :], border)
    by_row = _statistic(images, columns_in[:, None, None, :], border)
    corner = _statistic(by_column, columns_in[:, None, :], border)
    first_x, first_y, last_x, last_y = (box[:, column, None, None] for column in range(4))
    column = x.clamp(first_x, last_x).round().long()
    row = y.clamp(first_y, last_y).round().long()
    beside = ((x < first_x) | (x > last_x))[:, None]
    over = ((y < first_y) | (y > last_y))[:, None]
    from_column = _read(by_column, column)
    from_row = _read(by_row, row)
    return torch.where(beside, torch.where(over, corner[:, :, None, None], from_row), from_column)


def _between(first: Tensor, last: Tensor, size: int) -> Tensor:
    """bool [N, size]: which pixels exist."""
    places = torch.arange(size, device=first.device)
    return (places >= first[:, None]) & (places <= last[:, None])


def _read(table: Tensor, index: Tensor) -> Tensor:
    """table [N, C, K] at index [N, H, W]: float32 [N, C, H, W]."""
    count, channels = table.shape[:2]
    flat = index.view(count, 1, -1).expand(-1, channels, -1)
    return table.gather(2, flat).view(count, channels, *index.shape[1:])


def _statistic(values: Tensor, exists: Tensor, border: Tensor) -> Tensor:
    """Over the last dimension, where `exists`; each image by its own statistic, rounded as numpy rounds."""
    result = values.new_empty(values.shape[:-1])
    exists = exists.expand_as(values)
    for kind in STATISTICS.tolist():
        rows = (border == kind).nonzero()[:, 0]
        if len(rows):
            put_rows(result, rows, _one_statistic(take_rows(values, rows), take_rows(exists, rows), kind))
    return result


def _one_statistic(values: Tensor, exists: Tensor, kind: int) -> Tensor:
    if kind == _MAXIMUM:
        return values.masked_fill(~exists, -torch.inf).amax(dim=-1)
    if kind == _MINIMUM:
        return values.masked_fill(~exists, torch.inf).amin(dim=-1)
    count = exists.sum(dim=-1)
    if kind == _MEAN:
        return ((values * exists).sum(dim=-1) / count).round()
    ordered = _ordered(values.masked_fill(~exists, _LAST).to(torch.int16))
    lower = ordered.gather(-1, ((count - 1) // 2)[..., None])
    upper = ordered.gather(-1, (count // 2)[..., None])
    return ((lower + upper)[..., 0] / 2).round()


def _ordered(values: Tensor) -> Tensor:
    """Whole numbers in order along the last dimension."""
    if values.device.type == "cpu":
        # NumPy sorts small integers ten times as fast as torch does.
        return torch.from_numpy(np.sort(values.numpy(), axis=-1))
    return values.sort(dim=-1).values
