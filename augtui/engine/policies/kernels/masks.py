"""Dropout: pixels, or cells of a coarse grid, go black."""

from __future__ import annotations

import torch
from torch import Tensor


def keep_pixels(images: Tensor, noise: Tensor, drop: Tensor, by_channel: Tensor) -> Tensor:
    """Drops each pixel with a probability.

    Args:
        images: uint8 [N, 3, H, W].
        noise: float32 [N, 3, H, W], uniform on [0, 1), on the device of the images.
        drop: float [N] on the CPU, the probability.
        by_channel: bool [N] on the CPU: each channel by itself; otherwise all of a pixel.
    """
    shared = noise[:, :1].expand_as(noise)
    chosen = torch.where(by_channel.to(noise.device)[:, None, None, None], noise, shared)
    return images * (chosen >= drop.to(noise.device)[:, None, None, None])


def keep_cells(images: Tensor, cells: Tensor, grid: Tensor, drop: Tensor, by_channel: Tensor) -> Tensor:
    """Drops each cell of a coarse grid with a probability.

    Args:
        images: uint8 [N, 3, H, W].
        cells: float32 [N, 3, R, C] on the CPU, uniform on [0, 1); image n uses its first grid[n] rows and columns.
        grid: int64 [N, 2] on the CPU, rows and columns of cells over the image.
        drop: float [N] on the CPU, the probability.
        by_channel: bool [N] on the CPU.
    """
    height, width = images.shape[-2:]
    shared = cells[:, :1].expand_as(cells)
    chosen = torch.where(by_channel[:, None, None, None], cells, shared)
    kept = (chosen >= drop[:, None, None, None]).to(torch.uint8).to(images.device)
    rows = (torch.arange(height) * grid[:, :1]) // height
    columns = (torch.arange(width) * grid[:, 1:]) // width
    place = (rows[:, :, None] * cells.shape[3] + columns[:, None, :]).flatten(1).to(images.device)
    mask = kept.flatten(2).gather(2, place[:, None].expand(-1, images.shape[1], -1))
    return images * mask.view_as(images)
