"""Brightness in six colour spaces: add to the channel that holds it, keep the others, go back.

The results are those of converting to the space in 8 bits, adding, and converting back, in closed form: rounding
and clipping of the brightness are kept, rounding of the other channels is not.
"""

from __future__ import annotations

import torch
from torch import Tensor

from augtui.engine.policies.kernels.filters import to_levels
from augtui.engine.policies.kernels.luminance import (
    from_xyz,
    lightness,
    to_xyz,
    with_lightness_lab,
    with_lightness_luv,
)
from augtui.engine.policies.rows import put_rows, take_rows

SPACES = ("ycrcb", "yuv", "hsv", "hls", "lab", "luv")
_LUMA = (0.299, 0.587, 0.114)
_TO_V, _TO_U = 0.877, 0.492
"""Scales of red and blue minus luma in YUV; reds and blues beyond 127 levels are cut."""


def add_brightness(images: Tensor, amount: Tensor, space: Tensor) -> Tensor:
    """Adds to the brightness.

    Args:
        images: uint8 [N, 3, H, W].
        amount: float [N] on the CPU, levels of 0..255, rounded.
        space: int64 [N] on the CPU, indices into SPACES.
    """
    result = images.clone()
    for code, name in enumerate(SPACES):
        rows = (space == code).nonzero()[:, 0]
        if len(rows):
            step = amount[rows].round().to(images.device)[:, None, None]
            put_rows(result, rows, _IN_SPACE[name](take_rows(images, rows), step))
    return result


def luma(images: Tensor) -> Tensor:
    """float32 [N, H, W]: Y as OpenCV rounds it."""
    red, green, blue = images.float().unbind(dim=1)
    return (red * _LUMA[0] + green * _LUMA[1] + blue * _LUMA[2]).round_()


def _in_ycrcb(images: Tensor, step: Tensor) -> Tensor:
    before = luma(images)
    change = (before + step).clamp_(0, 255) - before
    return to_levels(images + change[:, None])


def _in_yuv(images: Tensor, step: Tensor) -> Tensor:
    before = luma(images)
    red = ((images[:, 0] - before) * _TO_V).clamp_(-128, 127) / _TO_V
    blue = ((images[:, 2] - before) * _TO_U).clamp_(-128, 127) / _TO_U
    green = -(_LUMA[0] * red + _LUMA[2] * blue) / _LUMA[1]
    after = (before + step).clamp_(0, 255)
    return to_levels(torch.stack((red, green, blue), dim=1) + after[:, None])


def _in_hsv(images: Tensor, step: Tensor) -> Tensor:
    value = images.amax(dim=1).float()
    after = (value + step).clamp_(0, 255)
    scaled = images * (after / value.clamp(min=1))[:, None]
    # Black has no saturation: it becomes grey.
    return to_levels(torch.where((value > 0)[:, None], scaled, after[:, None]))


def _in_hls(images: Tensor, step: Tensor) -> Tensor:
    low, high = images.amin(dim=1).float(), images.amax(dim=1).float()
    before = (low + high) / 2
    after = (before.round() + step).clamp_(0, 255)
    room, new_room = (255 - (2 * level - 255).abs() for level in (before, after))
    scale = torch.where(room > 0, new_room / room.clamp(min=1), 0.0)
    return to_levels((images - before[:, None]) * scale[:, None] + after[:, None])


def _in_lab(images: Tensor, step: Tensor) -> Tensor:
    xyz = to_xyz(images)
    return from_xyz(with_lightness_lab(xyz, (lightness(xyz) + step).clamp_(0, 255)))


def _in_luv(images: Tensor, step: Tensor) -> Tensor:
    xyz = to_xyz(images)
    return from_xyz(with_lightness_luv(xyz, (lightness(xyz) + step).clamp_(0, 255)))


_IN_SPACE = dict(zip(SPACES, (_in_ycrcb, _in_yuv, _in_hsv, _in_hls, _in_lab, _in_luv), strict=True))
