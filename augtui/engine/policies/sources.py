"""Where the images of a batch come from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from augtui.engine.policies.motion import Motion


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
    moves: tuple[Move, ...] = ()
    """What has happened to the images' geometry since, in order."""

    @classmethod
    def of(cls, dataset: Decoded, rows: Tensor, cache: Path) -> Sources:
        return cls(rows.cpu(), dataset, cache)

    def select(self, index: Tensor) -> Sources:
        """The sources of some of the images (indices)."""
        place = torch.full((len(self.rows),), -1)
        place[index] = torch.arange(len(index))
        moves = []
        for move in self.moves:
            new = place[move.images]
            there = (new >= 0).nonzero()[:, 0]
            if len(there):
                moves.append(Move(new[there], move.motion.select(there)))
        return Sources(self.rows[index], self.dataset, self.cache, tuple(moves))

    def moved(self, images: Tensor, motion: Motion) -> Sources:
        """After `images` (int64, places in the batch) were moved."""
        return Sources(self.rows, self.dataset, self.cache, (*self.moves, Move(images, motion)))

    def follow(self, labels: Tensor, outside: int) -> Tensor:
        """Label maps of the decoded images (integers [N, H, W]) as the images lie now."""
        for move in self.moves:
            index = move.images.to(labels.device)
            labels = labels.index_copy(0, index, move.motion.labels(labels.index_select(0, index), outside))
        return labels
