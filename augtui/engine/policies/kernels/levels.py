"""Operations on single grey levels, by tables: each image (and channel) has its own."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

from augtui.engine.policies.photometric import look_up

_CENTRE = 127
"""What contrast leaves as it is."""
_QUANTILES = 1 << 16
"""Different values of the noise; the outermost lie at 4.3 standard deviations."""


def _apply(images: Tensor, table: Tensor) -> Tensor:
    """Tables float [N, 3, 256] or [N, 1, 256], rounded already."""
    levels = table.clamp(0, 255).to(torch.uint8).to(images.device)
    return look_up(images, levels.expand(-1, images.shape[1], -1))


def add(images: Tensor, amount: Tensor) -> Tensor:
    """Adds `amount` (float [N, 3] on the CPU, rounded to whole levels) to each channel."""
    return _apply(images, torch.arange(256.0) + amount.round()[:, :, None])


def invert(images: Tensor, channels: Tensor) -> Tensor:
    """Inverts the channels that the mask (bool [N, 3] on the CPU) names."""
    return images ^ (channels.to(torch.uint8) * 255).to(images.device)[:, :, None, None]


def contrast(images: Tensor, factor: Tensor) -> Tensor:
    """Stretches each channel about the middle by `factor` (float [N, 3] on the CPU)."""
    stretched = (torch.arange(256.0) - _CENTRE) * factor[:, :, None] + _CENTRE
    return _apply(images, stretched.clamp(0, 255).floor())


def quantise(images: Tensor, colours: Tensor) -> Tensor:
    """Keeps `colours` (int64 [N] on the CPU, 2..256) evenly spaced levels: each goes to the middle of its bin."""
    width = (256 / colours.float())[:, None, None]
    levels = torch.arange(256.0)
    centres = ((levels / width).floor() * width + width / 2).round()
    return _apply(images, torch.where(width > 1, centres, levels))


def add_noise(images: Tensor, noise: Tensor, scale: Tensor) -> Tensor:
    """Adds Gaussian noise.

    Args:
        images: uint8 [N, 3, H, W].
        noise: float32 [N, 3, H, W] or [N, 1, H, W], uniform on [0, 1), on the device of the images.
        scale: float [N] on the CPU, standard deviation in grey levels.
    """
    normal = _normal_quantiles().to(images.device)
    rank = (noise * _QUANTILES).long()
    amount = normal[rank] * scale.to(images.device)[:, None, None, None]
    return (images + amount.round_()).clamp_(0, 255).to(torch.uint8)


@cache
def _normal_quantiles() -> Tensor:
    """float32 [65536]: the normal distribution, from a table so that every device has the same numbers."""
    share = (torch.arange(_QUANTILES, dtype=torch.float64) + 0.5) / _QUANTILES
    quantiles: Tensor = torch.special.ndtri(share)
    return quantiles.float()
