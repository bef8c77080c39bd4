"""CIE L*a*b* and L*u*v* for sRGB, and what a change of lightness alone does to the colour.

In float64: a power function may be off by its last bit between devices or places in a batch, which then
disappears when levels are rounded. White point and matrix as OpenCV has them (D65).
"""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

_TO_XYZ = torch.tensor(
    [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]],
    dtype=torch.float64,
)
_WHITE = torch.tensor([0.950456, 1.0, 1.088754], dtype=torch.float64)
_SMALL = 0.008856
_SLOPE = 7.787
_OFFSET = 16 / 116


@cache
def _linear_levels() -> Tensor:
    """float64 [256]: linear light of each sRGB level, 0..1."""
    level = torch.arange(256, dtype=torch.float64) / 255
    return torch.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)


def to_xyz(images: Tensor) -> Tensor:
    """float64 [N, 3, H, W]: X, Y, Z, white at (0.950, 1, 1.089)."""
    linear = _linear_levels().to(images.device)[images.long()]
    return _mix(_TO_XYZ, linear)


def to_lab(values: Tensor) -> Tensor:
    """float64 [N, 3, H, W]: L* (0..100), a* and b* of sRGB in 0..1 (float64 [N, 3, H, W])."""
    linear = torch.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    x, y, z = _bent(_mix(_TO_XYZ, linear) / _WHITE.to(values.device)[None, :, None, None]).unbind(dim=1)
    return torch.stack((116 * y - 16, 500 * (x - y), 200 * (y - z)), dim=1)


def from_xyz(xyz: Tensor) -> Tensor:
    """uint8 [N, 3, H, W]: sRGB levels."""
    linear = _mix(torch.linalg.inv(_TO_XYZ), xyz).clamp_(0, 1)
    encoded = torch.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return (encoded * 255).round_().to(torch.uint8)


def _mix(matrix: Tensor, planes: Tensor) -> Tensor:
    first, second, third = planes.unbind(dim=1)
    rows = [a * first + b * second + c * third for a, b, c in matrix.tolist()]
    return torch.stack(rows, dim=1)


def _bent(share: Tensor) -> Tensor:
    """The cube root of L*a*b*, a line near 0."""
    return torch.where(share > _SMALL, share.clamp(min=1e-12) ** (1 / 3), _SLOPE * share + _OFFSET)


def _unbent(value: Tensor) -> Tensor:
    return torch.where(value > _SLOPE * _SMALL + _OFFSET, value**3, (value - _OFFSET) / _SLOPE)


def lightness(xyz: Tensor) -> Tensor:
    """float64 [N, H, W]: L* as OpenCV stores it in 8 bits, 0..255, whole."""
    return ((116 * _bent(xyz[:, 1]) - 16) * 2.55).round_().clamp_(0, 255)


def with_lightness_lab(xyz: Tensor, level: Tensor) -> Tensor:
    """X, Y, Z of the colours with the same a* and b*, and with L* of `level` (float64 [N, H, W], 0..255)."""
    bent = _bent(xyz / _WHITE.to(xyz.device)[None, :, None, None])
    new = (level / 2.55 + 16) / 116
    moved = bent + (new - bent[:, 1])[:, None]
    return _unbent(moved) * _WHITE.to(xyz.device)[None, :, None, None]


def with_lightness_luv(xyz: Tensor, level: Tensor) -> Tensor:
    """X, Y, Z of the colours with the same u* and v*, and with L* of `level`; black has neither."""
    white_u, white_v = _chromaticity(_WHITE[None].to(xyz.device))
    old = 116 * _bent(xyz[:, 1]) - 16
    u, v = _chromaticity(xyz)
    new = level / 2.55
    ratio = old / new.clamp(min=1e-6)
    u, v = white_u + (u - white_u) * ratio, white_v + (v - white_v) * ratio
    y = _unbent((new + 16) / 116)
    v = v.clamp(min=1e-3)
    x = y * 9 * u / (4 * v)
    z = y * (12 - 3 * u - 20 * v) / (4 * v)
    return torch.stack((x, y, z), dim=1) * (new > 0)[:, None]


def _chromaticity(xyz: Tensor) -> tuple[Tensor, Tensor]:
    """u' and v'; those of white for black."""
    x, y, z = xyz[:, 0], xyz[:, 1], xyz[:, 2]
    total = x + 15 * y + 3 * z
    dark = total < 1e-9
    safe = torch.where(dark, 1.0, total)
    white = float(_WHITE[0] + 15 + 3 * _WHITE[2])
    u = torch.where(dark, 4 * float(_WHITE[0]) / white, 4 * x / safe)
    v = torch.where(dark, 9 / white, 9 * y / safe)
    return u, v
