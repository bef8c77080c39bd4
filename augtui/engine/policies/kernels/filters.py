"""Convolution of each image with a kernel of its own, exact in float32."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import conv2d, pad

from augtui.engine.policies.casting import to_bytes

_WHOLE = 1 << 16
"""Grey levels below 256 times this are below 2**24: float32 holds every such sum exactly."""


def convolve(images: Tensor, kernels: Tensor) -> Tensor:
    """Correlate each image with its kernel; the border is mirrored without its own pixels, as OpenCV does.

    Args:
        images: uint8 [N, 3, H, W].
        kernels: float [N, k, k] on the CPU, k odd; rounded so finely that all sums stay exact.

    Returns:
        uint8 [N, 3, H, W], rounded to the nearest level.
    """
    return to_levels(_correlate(mirrored(images.float(), kernels.shape[-1] // 2), _exact(kernels.double())))


def _correlate(around: Tensor, kernels: Tensor) -> Tensor:
    """float32 [N, C, H - h + 1, W - w + 1] from images that have their margins already and kernels [N, h, w]."""
    count, channels, height, width = around.shape
    if not count:
        return around[..., kernels.shape[1] - 1 :, kernels.shape[2] - 1 :]
    weights = kernels.float().to(around.device)[:, None, None].expand(-1, channels, -1, -1, -1)
    groups = count * channels
    result = conv2d(around.view(1, groups, height, width), weights.flatten(0, 1), groups=groups)
    return result.view(count, channels, *result.shape[-2:])


def _exact(kernels: Tensor) -> Tensor:
    """Kernels in multiples of a power of two that keeps sums of products with grey levels exact."""
    strength = kernels.abs().sum(dim=(1, 2), keepdim=True).clamp(min=1)
    unit = torch.exp2(torch.floor(torch.log2(_WHOLE / strength)))
    return (kernels * unit).round() / unit


def convolve_separable(images: Tensor, weights: Tensor) -> Tensor:
    """Correlate each image with a separable kernel, along rows and then along columns.

    Weights are rounded to 1/256 of which the centre takes the remainder, as OpenCV blurs 8-bit images: the sums
    stay exact and a flat image stays as it is.

    Args:
        images: uint8 [N, 3, H, W].
        weights: float [N, k] on the CPU, k odd, symmetric, each row sums to 1.

    Returns:
        uint8 [N, 3, H, W], rounded to the nearest level.
    """
    size = weights.shape[1]
    bits = (weights.double() * 256).round()
    bits[:, size // 2] += 256 - bits.sum(dim=1)
    return to_levels(_along_both(images, bits / 256))


def box_sums(images: Tensor, inside: Tensor) -> Tensor:
    """float32 [N, 3, H, W]: sums over windows, exact; `inside` (bool [N, k]) says which of k places count."""
    return _along_both(images, inside.double())


def _along_both(images: Tensor, weights: Tensor) -> Tensor:
    around = mirrored(images.float(), weights.shape[1] // 2)
    return _correlate(_correlate(around, weights[:, None, :]), weights[:, :, None])


def mirrored(values: Tensor, margin: int) -> Tensor:
    """With `margin` more pixels on each side, mirrored about the outermost pixel, however small the image is."""
    height, width = values.shape[-2:]
    if margin < min(height, width):
        return pad(values, (margin,) * 4, mode="reflect")
    rows, columns = _mirrored_places(height, margin), _mirrored_places(width, margin)
    return values[..., rows.to(values.device), :][..., columns.to(values.device)]


def repeated(values: Tensor, margin: int) -> Tensor:
    """With `margin` more pixels on each side, copies of the outermost pixel. Any type, uint8 included."""
    height, width = values.shape[-2:]
    rows = torch.arange(-margin, height + margin, device=values.device).clamp_(0, height - 1)
    columns = torch.arange(-margin, width + margin, device=values.device).clamp_(0, width - 1)
    return values.index_select(-2, rows).index_select(-1, columns)


def _mirrored_places(length: int, margin: int) -> Tensor:
    places = torch.arange(-margin, length + margin)
    if length == 1:
        return torch.zeros_like(places)
    period = 2 * length - 2
    places = places.remainder(period)
    return torch.minimum(places, period - places)


def to_levels(values: Tensor) -> Tensor:
    """uint8, rounded (halves to even) and cut to 0..255; `values` is overwritten."""
    return to_bytes(values.round_().clamp_(0, 255))
