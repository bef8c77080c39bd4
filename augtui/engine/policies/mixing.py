"""MixUp (Zhang et al. 2018) and CutMix (Yun et al. 2019), the share drawn for each image.

As in torchvision each image meets its neighbour in the batch: the batch is in random order already.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from augtui.engine.draws import Draws
from augtui.engine.policies.erasing import rectangles


@dataclass(frozen=True, slots=True)
class MixUp:
    """The policy `mixup`."""

    alpha: float

    def mix(self, images: Tensor, targets: Tensor, draws: Draws) -> tuple[Tensor, Tensor]:
        share = draws.beta("share", self.alpha, self.alpha).to(images.device)
        pixel_share = share.to(images.dtype)[:, None, None, None]
        return torch.lerp(images.roll(1, 0), images, pixel_share), _blend(targets, share)


@dataclass(frozen=True, slots=True)
class CutMix:
    """The policy `cutmix`."""

    alpha: float

    def mix(self, images: Tensor, targets: Tensor, draws: Draws) -> tuple[Tensor, Tensor]:
        height, width = images.shape[-2:]
        box = self.boxes(draws, (height, width))
        area = (box[:, 2] - box[:, 0]) * (box[:, 3] - box[:, 1])
        share = (1 - area.float() / (height * width)).to(images.device)
        pasted = rectangles(box.to(images.device), (height, width))
        return torch.where(pasted, images.roll(1, 0), images), _blend(targets, share)

    def boxes(self, draws: Draws, size: tuple[int, int]) -> Tensor:
        """int64 [N, 4]: left, top, right, bottom of what is pasted, cut at the edges of the image."""
        height, width = size
        half = 0.5 * (1 - draws.beta("share", self.alpha, self.alpha)).sqrt()
        half_width, half_height = (half * width).long(), (half * height).long()
        x, y = draws.integers("x", 0, width - 1), draws.integers("y", 0, height - 1)
        left, right = (x - half_width).clamp(min=0), (x + half_width).clamp(max=width)
        top, bottom = (y - half_height).clamp(min=0), (y + half_height).clamp(max=height)
        return torch.stack((left, top, right, bottom), dim=1)


def _blend(targets: Tensor, share: Tensor) -> Tensor:
    return torch.lerp(targets.roll(1, 0), targets, share.to(targets.dtype)[:, None])
