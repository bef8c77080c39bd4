"""Where the images of a batch come from."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, slots=True)
class Sources:
    """The decoded images that a batch was made from."""

    rows: Tensor
    """int64 [N]: each image's row in the decoded dataset."""

    def select(self, index: Tensor) -> Sources:
        return Sources(self.rows[index.to(self.rows.device)])
