"""Operations on grey levels and colours as torchvision's transforms v2 define them, each image by its own strength.

All take uint8 [N, 3, H, W] and give uint8 [N, 3, H, W]; `factor` is float32 [N]. Results are those of
torchvision.transforms.v2.functional; saturation and sharpness may differ by one level where a rounding is near.
"""

from __future__ import annotations

import torch
from torch import Tensor

_RED, _GREEN, _BLUE = 0.2989, 0.587, 0.114
"""Weights of luma in torchvision."""


def _each(values: Tensor) -> Tensor:
    """float32 [N] as one number for each image."""
    return values.float()[:, None, None, None]


def _to_levels(values: Tensor) -> Tensor:
    return values.clamp_(0, 255).to(torch.uint8)


def luma(images: Tensor) -> Tensor:
    """float32 [N, 1, H, W], whole grey levels."""
    # Products and sums apart: a fused multiply-add rounds differently at the end of a vector, so that a pixel's
    # level would depend on where its image lies in the batch.
    weighed = images[:, 0:1] * _RED
    weighed += images[:, 1:2] * _GREEN
    weighed += images[:, 2:3] * _BLUE
    return weighed.floor_()


def brightness(images: Tensor, factor: Tensor) -> Tensor:
    return _to_levels(images * _each(factor))


def saturation(images: Tensor, factor: Tensor) -> Tensor:
    share = _each(factor)
    return _to_levels(images * share + luma(images) * (1 - share))


def contrast(images: Tensor, factor: Tensor) -> Tensor:
    share = _each(factor)
    # The sum of whole grey levels is exact in float64, in any order.
    mean = luma(images).double().mean(dim=(1, 2, 3), keepdim=True).float()
    return _to_levels(images * share + mean * (1 - share))


def sharpness(images: Tensor, factor: Tensor) -> Tensor:
    """Blends with a 3 x 3 smoothing (centre 5, others 1, of 13); the border keeps its pixels."""
    result = images.float()
    if min(images.shape[-2:]) <= 2:
        return images.clone()
    across = result[..., :-2] + result[..., 1:-1] + result[..., 2:]
    inside = result[..., 1:-1, 1:-1]
    smooth = across[..., :-2, :] + across[..., 1:-1, :] + across[..., 2:, :] + 4 * inside
    smooth = smooth.div_(13).round_()
    inside += (smooth - inside) * (1 - _each(factor))
    return _to_levels(result)


def posterize(images: Tensor, bits: Tensor) -> Tensor:
    """Keeps the upper `bits` (int64 [N], 0..8)."""
    masks = (256 - (1 << (8 - bits))).clamp(0, 255)
    return images & masks.to(torch.uint8)[:, None, None, None]


def solarize(images: Tensor, threshold: Tensor) -> Tensor:
    """Inverts grey levels from `threshold` (float32 [N]) on."""
    levels = torch.arange(256, device=images.device)
    table = torch.where(levels >= threshold[:, None], 255 - levels, levels).to(torch.uint8)
    return look_up(images, table[:, None].expand(-1, images.shape[1], -1))


def invert(images: Tensor) -> Tensor:
    return images ^ 255


def autocontrast(images: Tensor) -> Tensor:
    """Stretches each channel to 0..255; a channel of one level stays."""
    flat = images.flatten(2)
    low, high = flat.amin(dim=2).float()[..., None], flat.amax(dim=2).float()[..., None]
    levels = torch.arange(256, device=images.device, dtype=torch.float32)
    flat_channel = high == low
    scale = torch.where(flat_channel, 1.0, (high - low) * (1.0 / 255))
    table = _to_levels((levels - torch.where(flat_channel, 0.0, low)) / scale)
    return look_up(images, table)


def equalize(images: Tensor) -> Tensor:
    """Spreads the histogram of each channel, by Pillow's rule."""
    count, channels = images.shape[:2]
    histogram = histograms(images)
    summed = histogram.cumsum(dim=2)
    pixels = images[0, 0].numel() if count else 0
    last = histogram.gather(2, summed.argmax(dim=2, keepdim=True))
    step = (pixels - last).div(255, rounding_mode="floor")
    table = (summed + step // 2).div(step.clamp(min=1), rounding_mode="floor").clamp_(0, 255)
    table = torch.cat((table.new_zeros(count, channels, 1), table[..., :-1]), dim=2)
    levels = torch.arange(256, device=images.device)
    return look_up(images, torch.where(step > 0, table, levels).to(torch.uint8))


def histograms(images: Tensor) -> Tensor:
    """int64 [N, 3, 256]: pixels of each grey level. Integer sums: the same in any order."""
    count, channels = images.shape[:2]
    flat = images.flatten(2)
    result = torch.zeros(count, channels, 256, dtype=torch.int64, device=images.device)
    return result.scatter_add_(2, flat.long(), result.new_ones(1).expand(flat.shape))


def look_up(images: Tensor, table: Tensor) -> Tensor:
    """Replaces grey levels by table[n, channel, level]; `table` is uint8 [N, 3, 256]."""
    return table.gather(2, images.flatten(2).long()).view_as(images)
