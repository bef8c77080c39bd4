"""Segments painted with their mean colour."""

from __future__ import annotations

import torch
from torch import Tensor

_HIGH = 1 << 32
_LOW = _HIGH - 1
"""Two sums share a 64-bit integer: integer sums are exact in any order, on any device."""


def paint_segments(images: Tensor, labels: Tensor, painted: Tensor) -> Tensor:
    """Replace segments by their mean colour, rounded (halves to even).

    Args:
        images: uint8 [N, 3, H, W].
        labels: int64 [N, H, W], 0..K-1; below 0 a pixel belongs to no segment and stays.
        painted: bool [N, K], which segments are replaced.

    Returns:
        uint8 [N, 3, H, W].
    """
    count, _, height, width = images.shape
    segments = painted.shape[1]
    flat = torch.where(labels < 0, segments, labels).flatten(1)
    red, green, blue = images.long().flatten(2).unbind(dim=1)
    table = torch.zeros(count, segments + 1, dtype=torch.int64, device=images.device)
    first = table.scatter_add(1, flat, red + green * _HIGH)
    second = table.scatter_add(1, flat, blue + _HIGH)
    pixels = (second >> 32).clamp(min=1).double()
    means = [((total / pixels).round()).int() for total in (first & _LOW, first >> 32, second & _LOW)]
    chosen = torch.cat((painted.to(images.device), painted.new_zeros(count, 1, device=images.device)), dim=1)
    # One gather for all channels: a colour is a 32-bit word, its last byte the mask.
    words = torch.stack((*means, chosen.int() * 255), dim=2).to(torch.uint8)
    read = words.view(torch.int32)[..., 0].gather(1, flat).view(count, height, width)
    planes = read.view(torch.uint8).view(count, height, width, 4).permute(0, 3, 1, 2)
    colour, mask = planes[:, :3], planes[:, 3:]
    return (colour & mask) | (images & ~mask)
