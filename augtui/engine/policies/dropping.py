"""Dropout of pixels, of cells and of whole images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from augtui.engine.draws import Draws
from augtui.engine.policies.kernels.masks import keep_cells, keep_pixels
from augtui.engine.policies.operation import Drawn, Operation
from augtui.engine.policies.sources import Sources
from augtui.engine.policies.values import Number, draw_number, largest

_FEWEST_CELLS = 3
"""A grid has at least so many rows and columns, as in imgaug."""


@dataclass(frozen=True, slots=True)
class PixelDropout(Operation):
    """Single pixels go black."""

    share: Number
    """Of the pixels, 0..1."""
    per_channel: float
    """Probability that each channel drops pixels of its own."""

    def draw(self, draws: Draws) -> Drawn:
        return draw_number(self.share, draws, "share"), draws.chance("per_channel", self.per_channel)

    def render(self, images: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        noise = draws.field("pixels", tuple(images.shape[1:]), images.device)
        return keep_pixels(images, noise, *drawn)

    def words(self, *drawn: Any) -> str:
        return f"dropout {drawn[0]:.1%}{' by channel' if drawn[1] else ''}"


@dataclass(frozen=True, slots=True)
class CoarseDropout(Operation):
    """Cells of a coarse grid go black."""

    share: Number
    """Of the cells, 0..1."""
    size: Number
    """Rows and columns of the grid, as shares of the image's height and width in pixels."""
    per_channel: float
    """Probability that each channel drops cells of its own."""

    def draw(self, draws: Draws) -> Drawn:
        return (
            draw_number(self.size, draws, "size", 2),
            draw_number(self.share, draws, "share"),
            draws.chance("per_channel", self.per_channel),
        )

    def render(self, images: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        size, share, by_channel = drawn
        sides = torch.tensor(images.shape[2:])
        grid = (size * sides).long().clamp(min=_FEWEST_CELLS)
        # As many cells as the largest grid has, so that a grid's cells do not depend on the others in the batch.
        most = max(_FEWEST_CELLS, int(largest(self.size) * max(images.shape[2:])))
        cells = draws.field("cells", (images.shape[1], most, most))
        return keep_cells(images, cells, grid, share, by_channel)

    def words(self, *drawn: Any) -> str:
        return f"coarse dropout {drawn[1]:.1%}{' by channel' if drawn[2] else ''}"


@dataclass(frozen=True, slots=True)
class TotalDropout:
    """The whole image goes black."""

    p: float

    def apply(self, images: Tensor, draws: Draws, sources: Sources | None = None) -> Tensor:
        kept = ~draws.chance("total", self.p)
        return images * kept.to(images.device)[:, None, None, None]

    def describe(self, draws: Draws, size: tuple[int, int]) -> list[str]:
        return ["black" if dropped else "unchanged" for dropped in draws.chance("total", self.p).tolist()]
