"""Differentiable augmentation: what the discriminator sees is jittered, real and drawn images alike.

Zhao et al., "Differentiable augmentation for data-efficient GAN training", NeurIPS 2020. With few images a
discriminator learns them by heart; it cannot when it never sees one twice in the same way. The generator learns the
plain images because its gradient passes through the same transforms.
"""

from __future__ import annotations

import torch
from torch import Tensor

TRANSLATION = 1 / 8
"""Largest shift, as a share of the side."""
CUTOUT = 1 / 2
"""Side of the square that is blanked, as a share of the side."""


def diff_augment(images: Tensor, rng: torch.Generator, cutout: bool) -> Tensor:
    """Jitter colour and place of each image, and blank a square of it.

    Args:
        images: float (n, 3, s, s) in [-1, 1].
        rng: of the images' device; how much is drawn from it depends on n and `cutout` only.
        cutout: whether a square is blanked.

    Returns:
        float32 (n, 3, s, s); grey (0) where a shift or a square left nothing.
    """
    count, _, side, _ = images.shape
    uniform = torch.rand(7, count, generator=rng, device=images.device)
    jittered = _colour(images.float(), uniform[0], uniform[1], uniform[2])
    jittered = _translate(jittered, uniform[3], uniform[4])
    if not cutout:
        return jittered
    square = round(side * CUTOUT)
    rows = _outside(side, square, uniform[5])[:, None, :, None]
    columns = _outside(side, square, uniform[6])[:, None, None, :]
    return jittered * torch.maximum(rows, columns)


def _colour(images: Tensor, brightness: Tensor, saturation: Tensor, contrast: Tensor) -> Tensor:
    """Add [-0.5, 0.5]; scale the distance from grey by [0, 2], that from the image's mean by [0.5, 1.5]."""
    shape = (-1, 1, 1, 1)
    images = images + (brightness - 0.5).view(shape)
    grey = images.mean(dim=1, keepdim=True)
    images = (images - grey) * (2 * saturation).view(shape) + grey
    mean = images.mean(dim=(1, 2, 3), keepdim=True)
    return (images - mean) * (contrast + 0.5).view(shape) + mean


def _translate(images: Tensor, vertical: Tensor, horizontal: Tensor) -> Tensor:
    """Shift by whole pixels.

    As two products with shifted identity matrices: an index would need a scatter in the backward pass, whose sums
    come in no fixed order on a GPU. Each sum has one term, so that the shift is exact.
    """
    rows = _shift_matrix(images.shape[-2], vertical)
    columns = _shift_matrix(images.shape[-1], horizontal)
    with torch.autocast(images.device.type, enabled=False):
        return rows[:, None] @ images @ columns[:, None].transpose(-1, -2)


def _shift_matrix(side: int, uniform: Tensor) -> Tensor:
    """float32 (n, side, side): the identity, shifted by up to `TRANSLATION` of the side."""
    largest = int(side * TRANSLATION + 0.5)
    shift = (uniform * (2 * largest + 1)).floor() - largest
    place = torch.arange(side, device=uniform.device)
    return (place[None, None, :] == place[None, :, None] + shift[:, None, None]).float()


def _outside(side: int, length: int, uniform: Tensor) -> Tensor:
    """float32 (n, side): 0 inside a stretch whose centre lies anywhere, 1 elsewhere."""
    start = (uniform * (side + 1)).floor()[:, None] - length // 2
    place = torch.arange(side, device=uniform.device)[None, :]
    return ((place < start) | (place >= start + length)).float()
