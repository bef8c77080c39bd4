"""Changes of place, which label maps can follow."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor

from augtui.engine.draws import Draws
from augtui.engine.policies.arrays import as_array
from augtui.engine.policies.casting import to_bytes
from augtui.engine.policies.stages import Chain
from augtui.engine.policies.warp import read_at, warp, warp_labels

if TYPE_CHECKING:
    from augtui.engine.policies.sources import Sources


class Motion(Protocol):
    """Where the pixels of N images go."""

    def images(self, images: Tensor) -> Tensor:
        """uint8 [N, 3, H, W], moved."""
        ...

    def labels(self, labels: Tensor, outside: int) -> Tensor:
        """Integers [N, H, W], moved without interpolation; `outside` where no pixel of the image went."""
        ...

    def select(self, index: Tensor) -> Motion:
        """The motion of some of the images (indices)."""
        ...


class Mover(ABC):
    """A policy that only moves pixels."""

    __slots__ = ()

    @abstractmethod
    def motion(self, draws: Draws, size: tuple[int, int], device: torch.device) -> Motion:
        """What it would do to N images of `size` (height, width) on `device`."""

    def apply(self, images: Tensor, draws: Draws, sources: Sources | None = None) -> Tensor:
        return self.motion(draws, (images.shape[2], images.shape[3]), images.device).images(images)


@dataclass(frozen=True, slots=True)
class ChainMotion:
    """Flips, affine maps, crops."""

    chain: Chain

    def images(self, images: Tensor) -> Tensor:
        return warp(images, self.chain)

    def labels(self, labels: Tensor, outside: int) -> Tensor:
        return warp_labels(labels, self.chain, outside)

    def select(self, index: Tensor) -> Motion:
        return ChainMotion(self.chain.select(index))


@dataclass(frozen=True, slots=True)
class ShiftMotion:
    """Each pixel comes from its place plus a displacement (float32 [N, 2, H, W], along x and y, in pixels)."""

    shift: Tensor

    def images(self, images: Tensor) -> Tensor:
        x, y = self._places()
        return to_bytes(read_at(images.float(), (as_array(x), 0.0), (as_array(y), 0.0)).round_())

    def labels(self, labels: Tensor, outside: int) -> Tensor:
        x, y = self._places()
        flat = (y.round().long() * labels.shape[2] + x.round().long()).flatten(1)
        return labels.flatten(1).gather(1, flat).view(labels.shape)

    def select(self, index: Tensor) -> Motion:
        return ShiftMotion(self.shift[index.to(self.shift.device)])

    def _places(self) -> tuple[Tensor, Tensor]:
        """Places inside the image: beyond its edge it goes on with its outermost pixels."""
        height, width = self.shift.shape[-2:]
        x = torch.arange(width, device=self.shift.device) + self.shift[:, 0]
        y = torch.arange(height, device=self.shift.device)[:, None] + self.shift[:, 1]
        return x.clamp_(0, width - 1), y.clamp_(0, height - 1)
