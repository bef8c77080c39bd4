"""Median blur by sorting networks: minima and maxima of whole batches, no histogram and no loop over pixels."""

from __future__ import annotations

import torch
from torch import Tensor

from augtui.engine.policies.kernels.filters import repeated
from augtui.engine.policies.kernels.sorting import Comparator, median_line, median_network, sorting_network
from augtui.engine.policies.rows import put_rows, take_rows

_CACHE = 1 << 20
"""Bytes worked on at a time: more fall out of the processor's cache."""


def median(images: Tensor, size: Tensor) -> Tensor:
    """The median of size x size pixels for each channel; the border is repeated, as OpenCV does.

    Args:
        images: uint8 [N, 3, H, W].
        size: int64 [N] on the CPU, at least 1; even ones are raised by one.
    """
    odd = torch.where(size % 2 == 0, size + 1, size)
    result = images.clone()
    for side in range(3, int(odd.max()) + 1 if len(odd) else 0, 2):
        rows = (odd == side).nonzero()[:, 0]
        if len(rows):
            put_rows(result, rows, _median(take_rows(images, rows), side))
    return result


def _median(images: Tensor, side: int) -> Tensor:
    height = images.shape[2]
    around = repeated(images, side // 2)
    if images.device.type != "cpu":
        return _median_of_rows(around, side)
    at_once = max(1, _CACHE // (side * side * images.shape[1:].numel()))
    band = min(height, max(8, _CACHE // (side * side * images[0, :, 0].numel())))
    result = torch.empty_like(images)
    for first in range(0, len(images), at_once):
        part = around[first : first + at_once]
        for top in range(0, height, band):
            strip = part[:, :, top : top + band + side - 1]
            result[first : first + at_once, :, top : top + band] = _median_of_rows(strip, side)
    return result


def _median_of_rows(around: Tensor, side: int) -> Tensor:
    height, width = (length - side + 1 for length in around.shape[-2:])
    columns = [around[..., row : row + height, :] for row in range(side)]
    _run(columns, sorting_network(side))
    lines = [ranked[..., shift : shift + width] for ranked in columns for shift in range(side)]
    _run(lines, median_network(side))
    return lines[median_line(side)]


def _run(lines: list[Tensor], network: tuple[Comparator, ...]) -> None:
    for pair in network:
        one, other = lines[pair.low], lines[pair.high]
        if pair.wants_low:
            lines[pair.low] = torch.minimum(one, other)
        if pair.wants_high:
            lines[pair.high] = torch.maximum(one, other)
