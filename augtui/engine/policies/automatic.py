"""TrivialAugment, RandAugment, AutoAugment and AugMix with torchvision's operations, bins and probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from augtui.engine.draws import Draws
from augtui.engine.policies.autoaugment import PAIRS, Step
from augtui.engine.policies.operations import code, operate
from augtui.engine.policies.sources import Sources
from augtui.engine.policies.spaces import AUGMIX, AUGMIX_PARTIAL, AUTO, RAND, TRIVIAL, Space, in_words, signed

Drawn = tuple[Tensor, Tensor]
"""Operation (int64 [N]) and signed magnitude (float32 [N])."""


def _words(steps: list[Drawn]) -> list[str]:
    columns = [
        [in_words(operation, magnitude) for operation, magnitude in zip(codes.tolist(), sizes.tolist(), strict=True)]
        for codes, sizes in steps
    ]
    rows = zip(*columns, strict=True)
    return [", ".join(word for word in row if word != "identity") or "unchanged" for row in rows]


def _one(space: Space, bins: int, size: tuple[int, int], draws: Draws, choice: str, strength: Tensor) -> Drawn:
    """An operation out of the space, at bin `strength` (int64 [N])."""
    codes = space.codes()
    operation = codes[draws.integers(choice, 0, len(codes) - 1)]
    magnitude = space.table(bins, size)[operation, strength]
    return operation, signed(operation, magnitude, draws, f"{choice}/sign")


@dataclass(frozen=True, slots=True)
class TrivialAugment:
    """The policy `trivialaugment`."""

    num_magnitude_bins: int
    interpolation: str
    fill: float

    def apply(self, images: Tensor, draws: Draws, sources: Sources | None = None) -> Tensor:
        height, width = images.shape[-2:]
        operation, magnitude = self.draw(draws, (height, width))
        return operate(images, operation, magnitude, nearest=self.interpolation == "nearest", fill=self.fill)

    def draw(self, draws: Draws, size: tuple[int, int]) -> Drawn:
        strength = draws.integers("bin", 0, self.num_magnitude_bins - 1)
        return _one(TRIVIAL, self.num_magnitude_bins, size, draws, "operation", strength)

    def describe(self, draws: Draws, size: tuple[int, int]) -> list[str]:
        return _words([self.draw(draws, size)])


@dataclass(frozen=True, slots=True)
class RandAugment:
    """The policy `randaugment`."""

    num_ops: int
    magnitude: int
    num_magnitude_bins: int
    interpolation: str
    fill: float

    def apply(self, images: Tensor, draws: Draws, sources: Sources | None = None) -> Tensor:
        height, width = images.shape[-2:]
        result = images if self.num_ops else images.clone()
        for operation, magnitude in self.draw(draws, (height, width)):
            result = operate(result, operation, magnitude, nearest=self.interpolation == "nearest", fill=self.fill)
        return result

    def draw(self, draws: Draws, size: tuple[int, int]) -> list[Drawn]:
        strength = torch.full((len(draws),), min(self.magnitude, self.num_magnitude_bins - 1))
        return [
            _one(RAND, self.num_magnitude_bins, size, draws, f"operation {step}", strength)
            for step in range(self.num_ops)
        ]

    def describe(self, draws: Draws, size: tuple[int, int]) -> list[str]:
        return _words(self.draw(draws, size)) if self.num_ops else ["unchanged"] * len(draws)


@dataclass(frozen=True, slots=True)
class AutoAugment:
    """The policy `autoaugment`: one of 25 learnt pairs for each image."""

    policy: str
    interpolation: str
    fill: float

    def apply(self, images: Tensor, draws: Draws, sources: Sources | None = None) -> Tensor:
        height, width = images.shape[-2:]
        result = images
        for operation, magnitude in self.draw(draws, (height, width)):
            result = operate(result, operation, magnitude, nearest=self.interpolation == "nearest", fill=self.fill)
        return result

    def draw(self, draws: Draws, size: tuple[int, int]) -> list[Drawn]:
        pairs = PAIRS[self.policy]
        table = AUTO.table(10, size)
        chosen = draws.integers("pair", 0, len(pairs) - 1)
        steps = []
        for number in range(2):
            column: list[Step] = [pair[number] for pair in pairs]
            operation = torch.tensor([code(step.operation) for step in column])[chosen]
            happens = draws.chance(f"happens {number}", torch.tensor([step.p for step in column])[chosen])
            magnitude = table[operation, torch.tensor([step.bin for step in column])[chosen]]
            magnitude = signed(operation, magnitude, draws, f"sign {number}")
            steps.append((torch.where(happens, operation, code("identity")), magnitude))
        return steps

    def describe(self, draws: Draws, size: tuple[int, int]) -> list[str]:
        return _words(self.draw(draws, size))


@dataclass(frozen=True, slots=True)
class AugMix:
    """The policy `augmix`: the original mixed with a mixture of chains."""

    severity: int
    mixture_width: int
    chain_depth: int
    alpha: float
    all_ops: bool
    interpolation: str
    fill: float

    def apply(self, images: Tensor, draws: Draws, sources: Sources | None = None) -> Tensor:
        height, width = images.shape[-2:]
        kept, weights = self.weights(draws)
        mixed = images * kept.to(images.device)[:, None, None, None]
        for number in range(self.mixture_width):
            chain = images
            for operation, magnitude in self.draw(draws, (height, width), number):
                chain = operate(chain, operation, magnitude, nearest=self.interpolation == "nearest", fill=self.fill)
            mixed += chain * weights[:, number].to(images.device)[:, None, None, None]
        # The weights sum to 1 but for rounding.
        return mixed.clamp_(0, 255).to(torch.uint8)

    def weights(self, draws: Draws) -> tuple[Tensor, Tensor]:
        """Share of the original (float32 [N]) and of each chain (float32 [N, mixture_width])."""
        kept = draws.beta("kept", self.alpha, self.alpha)
        shares = draws.dirichlet("shares", self.mixture_width, self.alpha)
        return kept, shares * (1 - kept)[:, None]

    def draw(self, draws: Draws, size: tuple[int, int], number: int) -> list[Drawn]:
        """The operations of one chain; "identity" after its end."""
        space = AUGMIX if self.all_ops else AUGMIX_PARTIAL
        own = draws.child(f"chain {number}")
        longest = self.chain_depth if self.chain_depth > 0 else 3
        shortest = self.chain_depth if self.chain_depth > 0 else 1
        depth = own.integers("depth", shortest, longest)
        steps = []
        for step in range(longest):
            strength = own.integers(f"bin {step}", 0, self.severity - 1)
            operation, magnitude = _one(space, 10, size, own, f"operation {step}", strength)
            steps.append((torch.where(depth > step, operation, code("identity")), magnitude))
        return steps

    def describe(self, draws: Draws, size: tuple[int, int]) -> list[str]:
        kept, weights = self.weights(draws)
        chains = [_words(self.draw(draws, size, number)) for number in range(self.mixture_width)]
        lines = []
        for image in range(len(draws)):
            parts = [f"{kept[image]:.0%} original"]
            parts += [f"{weights[image, number]:.0%} {chain[image]}" for number, chain in enumerate(chains)]
            lines.append(" + ".join(parts))
        return lines
