"""Gaussian, average and motion blur, each image by its own strength, with OpenCV's and imgaug's kernels."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from augtui.engine.policies.kernels.filters import box_sums, convolve, convolve_separable, to_levels

_STILL = 1e-3
"""A Gaussian narrower than this, in pixels, is no blur."""


def gaussian(images: Tensor, sigma: Tensor) -> Tensor:
    """Gaussian blur of `sigma` (float [N], pixels, on the CPU)."""
    return convolve_separable(images, gaussian_weights(sigma))


def gaussian_weights(sigma: Tensor) -> Tensor:
    """float64 [N, k]: Gaussians cut where imgaug cuts them, normalised; sigma 0 is the identity."""
    sigma = sigma.double()
    reach = torch.where(sigma < 3, 3.3 * sigma, torch.where(sigma < 5, 2.9 * sigma, 2.6 * sigma))
    size = reach.clamp(min=5).long()
    radius = torch.where(size % 2 == 0, size + 1, size) // 2
    furthest = int(radius.max()) if len(radius) else 0
    places = torch.arange(-furthest, furthest + 1, dtype=torch.float64)
    weights = torch.exp(-(places**2) / (2 * sigma.clamp(min=1e-12)[:, None] ** 2))
    still = (places == 0).double()
    weights = torch.where(sigma[:, None] > _STILL, weights, still)
    weights = torch.where(places.abs() <= radius[:, None], weights, 0.0)
    return weights / weights.sum(dim=1, keepdim=True)


def average(images: Tensor, size: Tensor) -> Tensor:
    """The mean of size x size pixels (int64 [N], on the CPU); an even window reaches further up and left."""
    size = size.clamp(min=1)
    radius = int(size.max()) // 2 if len(size) else 0
    places = torch.arange(-radius, radius + 1)
    first = -(size // 2)[:, None]
    inside = (places >= first) & (places < first + size[:, None])
    area = (size * size).float().to(images.device)[:, None, None, None]
    return to_levels(box_sums(images, inside) / area)


def motion(images: Tensor, size: Tensor, angle: Tensor, direction: Tensor) -> Tensor:
    """Blur along a line.

    Args:
        images: uint8 [N, 3, H, W].
        size: int64 [N], length of the line in pixels; even ones are raised by one.
        angle: float [N], degrees; 0 is vertical, positive turns clockwise.
        direction: float [N], from -1 (weight behind) to 1 (weight ahead).
    """
    odd = torch.where(size % 2 == 0, size + 1, size)
    largest = int(odd.max()) if len(odd) else 1
    kernels = torch.zeros(len(images), largest, largest, dtype=torch.float64)
    for length in range(1, largest + 1, 2):
        rows = (odd == length).nonzero()[:, 0]
        if len(rows):
            margin = (largest - length) // 2
            inner = slice(margin, margin + length)
            kernels[rows, inner, inner] = _lines(length, angle[rows], direction[rows])
    return convolve(images, kernels)


def _lines(length: int, angle: Tensor, direction: Tensor) -> Tensor:
    """float64 [N, length, length]: a vertical line with a slope of weights, turned, and normalised.

    As in imgaug the line is drawn in 8 bits and turned with bilinear interpolation.
    """
    share = ((direction.double().clamp(-1, 1) + 1) / 2)[:, None]
    steps = torch.linspace(0, 1, length, dtype=torch.float64)
    line = ((share + (1 - 2 * share) * steps) * 255).floor()
    centre = (length - 1) / 2
    radians = angle.double() * (math.pi / 180)
    cosine, sine = radians.cos()[:, None, None], radians.sin()[:, None, None]
    offset = torch.arange(length, dtype=torch.float64) - centre
    across = cosine * offset[None, None, :] + sine * offset[None, :, None]
    along = -sine * offset[None, None, :] + cosine * offset[None, :, None] + centre
    beside = (1 - across.abs()).clamp(min=0)
    below = along.floor()
    share_above = along - below
    first = _at(line, below.long())
    second = _at(line, below.long() + 1)
    turned = (beside * (first * (1 - share_above) + second * share_above)).round()
    return turned / turned.sum(dim=(1, 2), keepdim=True).clamp(min=1)


def _at(line: Tensor, index: Tensor) -> Tensor:
    """line [N, L] at index [N, L, L]; 0 outside."""
    length = line.shape[1]
    inside = (index >= 0) & (index < length)
    flat = index.clamp(0, length - 1).flatten(1)
    return line.gather(1, flat).view(index.shape) * inside
