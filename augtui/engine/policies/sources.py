"""Where the images of a batch come from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor


class Decoded(Protocol):
    """What a policy may know about the dataset: its decoded images."""

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """uint8 [M, 3, S, S]."""
        ...


@dataclass(frozen=True, slots=True)
class Sources:
    """The decoded images that a batch was made from, for policies that keep something about each of them."""

    rows: Tensor
    """int64 [N]: each image's row in the decoded dataset."""
    dataset: Decoded
    cache: Path
    """Where such things are kept between studies."""

    @classmethod
    def of(cls, dataset: Decoded, rows: Tensor, cache: Path) -> Sources:
        return cls(rows.cpu(), dataset, cache)

    def select(self, index: Tensor) -> Sources:
        """The sources of some of the images (a mask or indices)."""
        return Sources(self.rows[index.cpu()], self.dataset, self.cache)
