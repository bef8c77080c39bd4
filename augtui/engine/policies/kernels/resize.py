"""Bilinear resizing of 8-bit images in whole numbers, bit for bit as OpenCV does it (INTER_LINEAR)."""

from __future__ import annotations

import torch
from torch import Tensor

_ONE = 1 << 11
"""Weights are multiples of 1 / 2048."""


def resize_linear(images: Tensor, size: tuple[int, int]) -> Tensor:
    """uint8 [N, C, h, w] of `size` (h, w) from uint8 [N, C, H, W]."""
    height, width = size
    left, right, from_left, from_right = _columns(images.shape[3], width, images.device)
    above, below, from_above, from_below = _rows(images.shape[2], height, images.device)
    values = images.int()
    across = values[..., left] * from_left + values[..., right] * from_right
    across >>= 4
    upper = (across[..., above, :] * from_above[:, None]) >> 16
    lower = (across[..., below, :] * from_below[:, None]) >> 16
    return ((upper + lower + 2) >> 2).clamp_(0, 255).to(torch.uint8)


def nearest_places(length: int, wanted: int, device: torch.device) -> Tensor:
    """int64 [wanted]: the source pixel of each pixel when `length` is resized to `wanted` without interpolation."""
    return torch.arange(wanted, device=device) * length // wanted


def _places(length: int, wanted: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """First neighbour (int64, may lie outside) and share of the second one."""
    centres = torch.arange(wanted, dtype=torch.float64) + 0.5
    place = (centres * (length / wanted) - 0.5).float()
    first = place.floor()
    return first.long().to(device), (place - first).to(device)


def _weights(share: Tensor) -> tuple[Tensor, Tensor]:
    return ((1 - share) * _ONE).round().int(), (share * _ONE).round().int()


def _columns(length: int, wanted: int, device: torch.device) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Beyond the outermost pixel a column is that pixel alone."""
    first, share = _places(length, wanted, device)
    share = torch.where((first < 0) | (first >= length - 1), 0.0, share)
    first = first.clamp(0, length - 1)
    return first, (first + 1).clamp(max=length - 1), *_weights(share)


def _rows(length: int, wanted: int, device: torch.device) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Beyond the outermost pixel a row is that pixel twice, with both weights (which round apart)."""
    first, share = _places(length, wanted, device)
    return first.clamp(0, length - 1), (first + 1).clamp(0, length - 1), *_weights(share)
