"""What a policy is to the engine: a transform of a batch whose randomness comes from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from torch import Tensor

from augtui.engine.draws import Draws
from augtui.engine.policies.sources import Sources

UNCHANGED = "unchanged"
"""How a policy describes that it does nothing to an image."""


@runtime_checkable
class ImagePolicy(Protocol):
    """Changes each image by itself: the result depends on the image, on its draws and on its source alone."""

    def apply(self, images: Tensor, draws: Draws, sources: Sources | None = None) -> Tensor:
        """New images; the given ones stay as they are.

        Args:
            images: uint8 [N, 3, H, W] on any device.
            draws: of the same N images.
            sources: where the images come from, for policies that keep something about each source image.

        Returns:
            uint8 [N, 3, H, W] on the same device.
        """
        ...

    def describe(self, draws: Draws, size: tuple[int, int]) -> list[str]:
        """What `apply` would do to each of N images of `size` (height, width), in a few words."""
        ...


@runtime_checkable
class BatchPolicy(Protocol):
    """Mixes the images of a batch with each other."""

    def mix(self, images: Tensor, targets: Tensor, draws: Draws) -> tuple[Tensor, Tensor]:
        """Mixed images (float32 [N, 3, H, W]) and targets (float32 [N, K], rows sum to 1)."""
        ...


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The control: copies of the originals."""

    def apply(self, images: Tensor, draws: Draws, sources: Sources | None = None) -> Tensor:
        return images.clone()

    def describe(self, draws: Draws, size: tuple[int, int]) -> list[str]:
        return [UNCHANGED] * len(draws)


def phrases(lines: Sequence[Sequence[str]]) -> list[str]:
    """One line for each image from its parts, left out where empty."""
    return [", ".join(part for part in parts if part) or UNCHANGED for parts in lines]
