"""Bilateral filter (Tomasi and Manduchi 1998), as OpenCV computes it for colour images of 8 bits."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from augtui.engine.policies.kernels.filters import mirrored
from augtui.engine.policies.rows import put_rows, take_rows

_SQUARINGS = 8
"""exp(-t) is taken as (1 - t / 256) ** 256: products only, which every device rounds alike, unlike exp."""
_PIXELS = 1 << 15
"""Pixels worked on at a time: more fall out of the processor's cache."""


def bilateral(images: Tensor, diameter: Tensor, sigma_colour: Tensor, sigma_space: Tensor) -> Tensor:
    """A mean over a disc, weighted by closeness in place and in colour.

    Args:
        images: uint8 [N, 3, H, W].
        diameter: int64 [N] on the CPU, pixels.
        sigma_colour: float [N], grey levels summed over the channels.
        sigma_space: float [N], pixels.
    """
    radius = (diameter // 2).clamp(min=1)
    result = torch.empty_like(images)
    at_once = max(1, _PIXELS // images.shape[2:].numel()) if images.device.type == "cpu" else max(1, len(images))
    widest_first = radius.argsort(descending=True, stable=True)
    for first in range(0, len(images), at_once):
        rows = widest_first[first : first + at_once]
        part = _bilateral(take_rows(images, rows), radius[rows], sigma_colour[rows], sigma_space[rows])
        put_rows(result, rows, part)
    return result


def _bilateral(images: Tensor, radius: Tensor, sigma_colour: Tensor, sigma_space: Tensor) -> Tensor:
    """The images with the widest radius come first. Each pair of pixels is weighed once and counts for both."""
    height, width = images.shape[-2:]
    widest = int(radius[0])
    around = mirrored(images.float(), widest)
    total, weights = around.clone(), torch.ones_like(around[:, :1])
    by_colour = (-1 / (2 * sigma_colour.double() ** 2) / (1 << _SQUARINGS)).float().to(images.device)
    by_place = -1 / (2 * sigma_space.double() ** 2)
    for row, column in _half_disc(widest):
        reached = int((radius**2 >= row**2 + column**2).sum())
        closeness = torch.exp((row**2 + column**2) * by_place[:reached]).float().to(images.device)
        here, there = _overlap(reached, row, column)
        one, other = around[here], around[there]
        weight = (one - other).abs_().sum(dim=1, keepdim=True).square_()
        weight = weight.mul_(by_colour[:reached, None, None, None]).add_(1).clamp_(min=0)
        for _ in range(_SQUARINGS):
            weight.square_()
        weight *= closeness[:, None, None, None]
        weights[here] += weight
        weights[there] += weight
        total[here] += other * weight
        total[there] += one * weight
    inner = (..., slice(widest, widest + height), slice(widest, widest + width))
    return (total[inner] / weights[inner]).round_().to(torch.uint8)


def _overlap(count: int, row: int, column: int) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Where, in the first images, both a pixel (first) and its neighbour at the offset (second) exist."""
    (top, bottom), (left, right) = _shifted(row), _shifted(column)
    return (slice(count), ..., top, left), (slice(count), ..., bottom, right)


def _shifted(offset: int) -> tuple[slice, slice]:
    if offset < 0:
        later, earlier = _shifted(-offset)
        return earlier, later
    return slice(0, -offset or None), slice(offset, None)


def _half_disc(radius: int) -> list[tuple[int, int]]:
    """Offsets within the radius; of each pair of opposite ones the one that lies below, or to the right."""
    span = range(-radius, radius + 1)
    within = [(row, column) for row in span for column in span if row**2 + column**2 <= radius**2]
    return [(row, column) for row, column in within if row > 0 or (row == 0 and column > 0)]
