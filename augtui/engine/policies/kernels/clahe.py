"""Contrast-limited adaptive histogram equalisation (Zuiderveld 1994) of the lightness, as OpenCV computes it."""

from __future__ import annotations

import torch
from torch import Tensor

from augtui.engine.policies.kernels.luminance import from_xyz, lightness, to_xyz, with_lightness_lab
from augtui.engine.policies.rows import put_rows, take_rows

_LEVELS = 256


def clahe(images: Tensor, clip_limit: Tensor, tiles: Tensor) -> Tensor:
    """Equalises the lightness of L*a*b* within tiles, colours kept.

    Args:
        images: uint8 [N, 3, H, W].
        clip_limit: float [N] on the CPU: a level may hold this many times its even share of a tile.
        tiles: int64 [N] on the CPU, tiles along each side.
    """
    result = torch.empty_like(images)
    for count in range(1, int(tiles.max()) + 1 if len(tiles) else 1):
        rows = (tiles == count).nonzero()[:, 0]
        if len(rows):
            xyz = to_xyz(take_rows(images, rows))
            level = equalise_tiles(lightness(xyz).long(), clip_limit[rows].to(images.device), count)
            put_rows(result, rows, from_xyz(with_lightness_lab(xyz, level.double())))
    return result


def equalise_tiles(levels: Tensor, clip_limit: Tensor, tiles: int) -> Tensor:
    """int64 [N, H, W] of 0..255, from the same; `clip_limit` float [N]; `tiles` along each side."""
    count = len(levels)
    padded = _padded(levels, tiles)
    tall, wide = padded.shape[1] // tiles, padded.shape[2] // tiles
    by_tile = padded.view(count, tiles, tall, tiles, wide).transpose(2, 3).reshape(count, tiles * tiles, tall * wide)
    histogram = by_tile.new_zeros(count, tiles * tiles, _LEVELS)
    histogram.scatter_add_(2, by_tile, by_tile.new_ones(1).expand_as(by_tile))
    limit = (clip_limit.double() * (tall * wide) / _LEVELS).long().clamp(min=1)
    summed = _clipped(histogram, limit[:, None, None]).cumsum(dim=2)
    table = (summed * (255 / (tall * wide))).round().clamp_(0, 255)
    return _interpolated(levels, table.view(count, tiles, tiles, _LEVELS), tall, wide)


def _padded(levels: Tensor, tiles: int) -> Tensor:
    """Mirrored at the lower right so that tiles fit."""
    _, height, width = levels.shape
    rows, columns = (_mirrored(length, -(-length // tiles) * tiles, levels.device) for length in (height, width))
    return levels[:, rows][:, :, columns]


def _mirrored(length: int, wanted: int, device: torch.device) -> Tensor:
    places = torch.arange(wanted, device=device)
    period = max(2 * length - 2, 1)
    places = places.remainder(period)
    return torch.minimum(places, period - places).clamp_(0, length - 1)


def _clipped(histogram: Tensor, limit: Tensor) -> Tensor:
    """Counts above the limit are cut off and spread evenly; what is left over goes to every step-th level."""
    excess = (histogram - limit).clamp(min=0).sum(dim=2, keepdim=True)
    share = excess // _LEVELS
    left = excess - share * _LEVELS
    step = (_LEVELS // left.clamp(min=1)).clamp(min=1)
    places = torch.arange(_LEVELS, device=histogram.device)
    extra = (places % step == 0) & (places // step < left)
    return torch.minimum(histogram, limit) + share + extra


def _interpolated(levels: Tensor, table: Tensor, tall: int, wide: int) -> Tensor:
    """Each pixel by the tables of the four nearest tiles, bilinearly."""
    count, height, width = levels.shape
    tiles = table.shape[1]
    (above, below, down), (left, right, across) = (
        _neighbours(length, size, tiles, levels.device) for length, size in ((height, tall), (width, wide))
    )
    flat = table.flatten(1)

    def at(row: Tensor, column: Tensor) -> Tensor:
        place = (row[:, None] * tiles + column[None, :]) * _LEVELS
        return flat.gather(1, (place + levels).flatten(1)).view(count, height, width)

    upper = at(above, left) * (1 - across) + at(above, right) * across
    lower = at(below, left) * (1 - across) + at(below, right) * across
    down = down[:, None]
    return (upper * (1 - down) + lower * down).round().clamp(0, 255).long()


def _neighbours(length: int, size: int, tiles: int, device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """The tiles before and after each place, and the share of the latter."""
    place = torch.arange(length, device=device, dtype=torch.float64) / size - 0.5
    first = place.floor()
    share = place - first
    first = first.long()
    return first.clamp(0, tiles - 1), (first + 1).clamp(0, tiles - 1), share
