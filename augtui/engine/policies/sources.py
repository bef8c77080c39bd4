"""Where the images of a batch come from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from augtui.engine.policies.motion import Motion
from augtui.engine.policies.rows import put_rows, take_rows


class Decoded(Protocol):
    """What a policy may know about the dataset: its decoded images."""

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """uint8 [M, 3, S, S]."""
        ...

    @property
    def fingerprint(self) -> str:
        """Of the files that the pixels were decoded from."""
        ...


@dataclass(frozen=True, slots=True)
class Move:
    """Some images of a batch were moved."""

    images: Tensor
    """int64 [M], places in the batch."""
    motion: Motion
    """Of these images."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The decoded images that a batch was made from, for policies that keep something about each of them."""

    rows: Tensor
    """int64 [N] on the CPU: each image's row in the decoded dataset."""
    dataset: Decoded
    cache: Path
    """Where such things are kept between studies."""
    places: Tensor
    """int64 [N]: where the images lay in the batch that `moves` speak of."""
    moves: tuple[Move, ...] = ()
    """What has happened to the images' geometry since, in order."""

    @classmethod
    def of(cls, dataset: Decoded, rows: Tensor, cache: Path) -> Sources:
        return cls(rows.cpu(), dataset, cache, torch.arange(len(rows)))

    def select(self, index: Tensor) -> Sources:
        """The sources of some of the images (indices)."""
        return Sources(self.rows[index], self.dataset, self.cache, self.places[index], self.moves)

    def moved(self, index: Tensor, motion: Motion) -> Sources:
        """After some of the images (indices) were moved."""
        return replace(self, moves=(*self.moves, Move(self.places[index], motion)))

    def follow(self, labels: Tensor, outside: int) -> Tensor:
        """Label maps of the decoded images (integers [N, H, W]) as the images lie now."""
        if not len(self.places):
            return labels
        last = max(int(places.max()) for places in (self.places, *(move.images for move in self.moves)))
        here = torch.full((last + 1,), -1)
        here[self.places] = torch.arange(len(self.places))
        for move in self.moves:
            now = here[move.images]
            part = (now >= 0).nonzero()[:, 0]
            if len(part):
                rows = now[part]
                moved = move.motion.select(part).labels(take_rows(labels, rows), outside)
                labels = put_rows(labels.clone(), rows, moved)
        return labels
