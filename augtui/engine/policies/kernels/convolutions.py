"""Sharpen, emboss and the two edge filters: 3 x 3 kernels blended with the identity, as imgaug defines them."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from augtui.engine.policies.kernels.filters import convolve

_IDENTITY = torch.tensor([[0.0, 0, 0], [0, 1, 0], [0, 0, 0]], dtype=torch.float64)
_AROUND = torch.tensor([[-1.0, -1, -1], [-1, 8, -1], [-1, -1, -1]], dtype=torch.float64)
_LAPLACE = torch.tensor([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]], dtype=torch.float64)
_SLOPE = torch.tensor([[-1.0, -1, 0], [-1, 0, 1], [0, 1, 1]], dtype=torch.float64)
_STEP = torch.tensor([[-1.0, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=torch.float64)


def _blended(images: Tensor, alpha: Tensor, effect: Tensor) -> Tensor:
    share = alpha.double()[:, None, None]
    return convolve(images, (1 - share) * _IDENTITY + share * effect)


def sharpen(images: Tensor, alpha: Tensor, lightness: Tensor) -> Tensor:
    """`alpha` float [N] in 0..1 of a sharpened image; `lightness` float [N], 1 keeps the brightness."""
    return _blended(images, alpha, _AROUND + lightness.double()[:, None, None] * _IDENTITY)


def emboss(images: Tensor, alpha: Tensor, strength: Tensor) -> Tensor:
    """`alpha` float [N] in 0..1 of an embossed image, lit from the upper left; `strength` float [N] of the relief."""
    return _blended(images, alpha, _STEP + strength.double()[:, None, None] * _SLOPE)


def edges(images: Tensor, alpha: Tensor) -> Tensor:
    """`alpha` float [N] in 0..1 of the Laplacian."""
    return _blended(images, alpha, _LAPLACE.expand(len(images), 3, 3))


def directed_edges(images: Tensor, alpha: Tensor, direction: Tensor) -> Tensor:
    """`alpha` float [N] in 0..1 of the edges seen from `direction` (float [N]; 0 is up, 0.25 right, 0.5 down).

    A neighbour counts by the fourth power of how close it lies to the direction; whole degrees.
    """
    degrees = (direction.double() * 360).trunc().remainder(360)
    pointing = degrees * (math.pi / 180) - math.pi / 2
    y, x = torch.meshgrid(torch.arange(-1.0, 2), torch.arange(-1.0, 2), indexing="ij")
    towards = torch.atan2(y.double(), x.double())
    apart = (towards - pointing[:, None, None]).remainder(2 * math.pi)
    apart = torch.minimum(apart, 2 * math.pi - apart) / math.pi
    weights = (1 - apart) ** 4 * (1 - _IDENTITY)
    effect = _IDENTITY - weights / weights.sum(dim=(1, 2), keepdim=True)
    return _blended(images, alpha, effect)
