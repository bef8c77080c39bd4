"""Which images a step sees. A training set is an endless sequence of seeded permutations of its images;
step t takes the next full batch of it, so that any step can be found without walking to it."""

from __future__ import annotations

import torch
from torch import Tensor

from augtui.streams import stream_seed


class BatchOrder:
    """The order of one training set.

    Args:
        size: images in the set.
        batch_size: images in each batch; it may exceed `size`.
        seed: of the run. Sets of equal size get the same order from the same seed.
        drop_last: whether what is left of each permutation after its last full batch is dropped, instead of
            beginning the next batch. A set smaller than a batch has no full one, and nothing is dropped of it.
    """

    def __init__(self, size: int, batch_size: int, seed: int, drop_last: bool = False) -> None:
        self.size = size
        self.batch_size = batch_size
        self.seed = seed
        self.used = size - size % batch_size if drop_last and size >= batch_size else size
        """Images of each permutation that are seen."""
        self._permutations: dict[int, Tensor] = {}

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """The images of step `step` (from 0): their positions in the set and the number of the pass over the
        set that each belongs to; both int64 of shape [batch_size], on the CPU."""
        first, last = step * self.batch_size, (step + 1) * self.batch_size
        parts, passes = [], []
        for number in range(first // self.used, (last - 1) // self.used + 1):
            begin = max(first - number * self.used, 0)
            end = min(last - number * self.used, self.used)
            parts.append(self._permutation(number)[begin:end])
            passes.append(torch.full((end - begin,), number, dtype=torch.int64))
        return torch.cat(parts), torch.cat(passes)

    def _permutation(self, number: int) -> Tensor:
        if number not in self._permutations:
            generator = torch.Generator().manual_seed(stream_seed(self.seed, "order", number))
            self._permutations = {k: v for k, v in self._permutations.items() if k >= number - 1}
            self._permutations[number] = torch.randperm(self.size, generator=generator)
        return self._permutations[number]
