"""Smooth random displacements (Simard, Steinkraus and Platt 2003)."""

from __future__ import annotations

import torch
from torch import Tensor

from augtui.engine.policies.kernels.blurs import gaussian_weights

_STEPS = 256
"""Levels of the noise; with weights in multiples of 2**-20 all sums are exact in float64."""
_UNIT = 1 << 20


def margin(sigma: float) -> int:
    """Pixels of noise that are needed around an image for displacements as smooth as `sigma`, in pixels."""
    return gaussian_weights(torch.tensor([sigma])).shape[1] // 2


def displacements(noise: Tensor, alpha: Tensor, sigma: Tensor, spare: int) -> Tensor:
    """Smoothed noise.

    Args:
        noise: float32 [N, 2, H + 2 * spare, W + 2 * spare], uniform on [0, 1).
        alpha: float [N] on the CPU, factor.
        sigma: float [N] on the CPU, pixels.
        spare: noise around the image, at least the `margin` of the largest sigma.

    Returns:
        float32 [N, 2, H, W]: along x and y, in pixels.
    """
    weights = ((gaussian_weights(sigma) * _UNIT).round() / _UNIT).to(noise.device)
    size = weights.shape[1]
    rough = ((noise.double() * _STEPS).floor_() + 0.5) * (2 / _STEPS) - 1
    height, width = noise.shape[2] - 2 * spare, noise.shape[3] - 2 * spare
    start = spare - size // 2
    down = torch.zeros(*rough.shape[:2], height, rough.shape[3], dtype=torch.float64, device=noise.device)
    for tap in range(size):
        down += rough[:, :, start + tap : start + tap + height] * weights[:, tap, None, None, None]
    smooth = torch.zeros(*rough.shape[:2], height, width, dtype=torch.float64, device=noise.device)
    for tap in range(size):
        smooth += down[..., start + tap : start + tap + width] * weights[:, tap, None, None, None]
    return (smooth * alpha.double().to(noise.device)[:, None, None, None]).float()
