"""Hue and saturation."""

from __future__ import annotations

import torch
from torch import Tensor

from augtui.engine.policies.kernels.filters import to_levels


def shift_colours(images: Tensor, saturation: Tensor, hue: Tensor) -> Tensor:
    """Scales the saturation and turns the hue, in HSV.

    Args:
        images: uint8 [N, 3, H, W].
        saturation: float [N] on the CPU, factor.
        hue: float [N] on the CPU, degrees; red towards green is positive.
    """
    value = images.amax(dim=1).float()
    spread = value - images.amin(dim=1)
    factor = saturation.float().to(images.device)[:, None, None]
    chroma = torch.minimum(spread * factor, value)
    sector = (_hue(images, value, spread) + (hue.float() / 60).to(images.device)[:, None, None]).remainder(6)
    planes = []
    for start in (5, 3, 1):
        place = (sector + start).remainder(6)
        planes.append(value - chroma * torch.minimum(place, 4 - place).clamp(0, 1))
    return to_levels(torch.stack(planes, dim=1))


def _hue(images: Tensor, value: Tensor, spread: Tensor) -> Tensor:
    """float32 [N, H, W]: hue in sixths of the circle, 0..6; 0 for grey."""
    red, green, blue = images.float().unbind(dim=1)
    safe = spread.clamp(min=1)
    at_red = (green - blue) / safe
    at_green = (blue - red) / safe + 2
    at_blue = (red - green) / safe + 4
    return torch.where(red == value, at_red, torch.where(green == value, at_green, at_blue))
