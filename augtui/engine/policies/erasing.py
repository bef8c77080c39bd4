"""Random erasing (Zhong et al. 2020) with torchvision's way to draw the rectangle."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from augtui.engine.draws import Draws
from augtui.engine.policies.sources import Sources
from augtui.engine.policies.values import Number, draw_number
from augtui.plan.spec import Uniform

_TRIES = 10
"""Rectangles drawn for each image; the first one that fits counts, and none if none does."""


@dataclass(frozen=True, slots=True)
class Erasing:
    """The policy `erasing`."""

    p: float
    scale: Number
    ratio: Number
    value: Number

    def apply(self, images: Tensor, draws: Draws, sources: Sources | None = None) -> Tensor:
        height, width = images.shape[-2:]
        box = self.boxes(draws, (height, width)).to(images.device)
        value = draw_number(self.value, draws, "value").round().to(images.device)
        inside = rectangles(box, (height, width))
        filled = value.to(torch.uint8)[:, None, None, None]
        return images * ~inside + filled * inside

    def boxes(self, draws: Draws, size: tuple[int, int]) -> Tensor:
        """int64 [N, 4]: left, top, right, bottom (the latter two not included); empty where nothing is erased."""
        height, width = size
        area = draw_number(self.scale, draws, "scale", _TRIES) * (height * width)
        ratio = self._ratio(draws)
        tall, wide = (area * ratio).sqrt().round().long(), (area / ratio).sqrt().round().long()
        fits = (tall < height) & (wide < width)
        first = fits.int().argmax(dim=1, keepdim=True)
        tall, wide = tall.gather(1, first)[:, 0], wide.gather(1, first)[:, 0]
        erased = fits.any(dim=1) & draws.chance("p", self.p)
        top = (draws.uniform("top") * (height - tall + 1)).long()
        left = (draws.uniform("left") * (width - wide + 1)).long()
        return torch.stack((left, top, left + wide, top + tall), dim=1) * erased[:, None]

    def _ratio(self, draws: Draws) -> Tensor:
        if isinstance(self.ratio, Uniform):
            low, high = torch.tensor([self.ratio.low, self.ratio.high]).log().tolist()
            return draws.uniforms("ratio", _TRIES, low, high).exp()
        return draw_number(self.ratio, draws, "ratio", _TRIES)

    def describe(self, draws: Draws, size: tuple[int, int]) -> list[str]:
        lines = []
        for left, top, right, bottom in self.boxes(draws, size).tolist():
            lines.append(f"erased {right - left} x {bottom - top} at {left}, {top}" if right > left else "unchanged")
        return lines


def rectangles(box: Tensor, size: tuple[int, int]) -> Tensor:
    """bool [N, 1, H, W]: inside of left, top, right, bottom (int64 [N, 4], the latter two not included)."""
    height, width = size
    x, y = torch.arange(width, device=box.device), torch.arange(height, device=box.device)
    across = (x >= box[:, 0:1]) & (x < box[:, 2:3])
    down = (y >= box[:, 1:2]) & (y < box[:, 3:4])
    return (down[:, :, None] & across[:, None, :])[:, None]
