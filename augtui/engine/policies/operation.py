"""The frame of a single operation: numbers are drawn for each image, then the batch is rendered."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import torch
from torch import Tensor

from augtui.engine.draws import Draws
from augtui.engine.policies.sources import Sources

Drawn = tuple[Tensor, ...]
"""Parameters of N images, each [N] or [N, k], on the CPU."""


class Operation(ABC):
    """An image policy that does one thing to every image."""

    __slots__ = ()

    @abstractmethod
    def draw(self, draws: Draws) -> Drawn:
        """The parameters of each image."""

    @abstractmethod
    def render(self, images: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        """uint8 [N, 3, H, W] from the same; `draws` for noise at every pixel."""

    @abstractmethod
    def words(self, *drawn: Any) -> str:
        """One image's parameters for a person."""

    def apply(self, images: Tensor, draws: Draws, sources: Sources | None = None) -> Tensor:
        return self.render(images, self.draw(draws), draws)

    def describe(self, draws: Draws, size: tuple[int, int]) -> list[str]:
        return [self.words(*row) for row in zip(*(column.tolist() for column in self.draw(draws)), strict=True)]


def one_or_three(values: Tensor, by_channel: Tensor) -> Tensor:
    """float [N, 3]: the three values where `by_channel` (bool [N]), otherwise the first one for all channels."""
    return torch.where(by_channel[:, None], values, values[:, :1])


def several(values: list[float], form: str) -> str:
    """Values of the channels in words; one where they are equal."""
    texts = [format(value, form) for value in values]
    return texts[0] if len(set(texts)) == 1 else "/".join(texts)
