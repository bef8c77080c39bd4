"""One generator against one discriminator: the two training recipes, a step at a time.

A step draws everything from the generator of random numbers that it is given, so that step t is a function of the
weights and of t alone. Nothing waits for the device: losses stay there.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from augtui.engine.generators import dcgan, skipgan
from augtui.engine.generators.diffaugment import diff_augment
from augtui.engine.generators.drawing import DrawingNetwork

LEARNING_RATE = 2e-4
BETAS = (0.5, 0.999)
EMA_DECAY = 0.999
CUTOUT_BELOW = 1000
"""Training images below which the discriminator's view is also cut out."""


class Adversary(ABC):
    """Two networks and their optimisers.

    Args:
        generator, discriminator: weights drawn, on the device.
        autocast: in which the networks compute.
    """

    def __init__(self, generator: DrawingNetwork, discriminator: nn.Module, autocast: torch.autocast) -> None:
        self.generator, self.discriminator, self.autocast = generator, discriminator, autocast
        self.optimizers = [self._optimizer(generator), self._optimizer(discriminator)]

    @abstractmethod
    def step(self, real: Tensor, labels: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """Train both networks once.

        Args:
            real: float32 (n, 3, s, s) in [-1, 1].
            labels: int64 (n,).
            rng: of the images' device.

        Returns:
            The discriminator's and the generator's loss, float32 scalars on the device.
        """

    def drawing_network(self) -> DrawingNetwork:
        """The generator that images are drawn with."""
        return self.generator

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return {
            "generator": self.generator.state_dict(),
            "discriminator": self.discriminator.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
        }

    def load_state(self, state: dict[str, Any]) -> None:
        """Take up what `state` gave."""
        self.generator.load_state_dict(state["generator"])
        self.discriminator.load_state_dict(state["discriminator"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)

    def _optimizer(self, network: nn.Module) -> torch.optim.Optimizer:
        device = next(network.parameters()).device.type
        return torch.optim.Adam(network.parameters(), lr=LEARNING_RATE, betas=BETAS, fused=device in ("cpu", "cuda"))

    def _apply(self, network: int, *losses: Tensor) -> None:
        optimizer = self.optimizers[network]
        optimizer.zero_grad(set_to_none=True)
        for loss in losses:
            loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()

    def _train_generator(self, loss: Tensor) -> None:
        self._apply(0, loss)
        self.discriminator.requires_grad_(True)


class DcganAdversary(Adversary):
    """The reference: binary cross-entropy, non-saturating, real and drawn images in batches of their own.

    Beyond the arithmetic of the example nothing is changed; the discriminator's weights get no gradient in the
    generator's turn, where the example computes it and throws it away.
    """

    generator: dcgan.Generator

    def step(self, real: Tensor, labels: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        z = torch.randn(len(real), self.generator.latent, generator=rng, device=real.device)
        with self.autocast:
            on_real = self.discriminator(real)
            drawn = self.generator(z, labels)
            on_drawn = self.discriminator(drawn.detach())
        real_loss, drawn_loss = _cross_entropy(on_real, 1.0), _cross_entropy(on_drawn, 0.0)
        self._apply(1, real_loss + drawn_loss)
        self.discriminator.requires_grad_(False)
        with self.autocast:
            fooled = self.discriminator(drawn)
        loss = _cross_entropy(fooled, 1.0)
        self._train_generator(loss)
        return (real_loss + drawn_loss).detach(), loss.detach()


class SkipAdversary(Adversary):
    """Hinge losses under differentiable augmentation, a reconstructing discriminator, a moving average to draw with.

    Args:
        cutout: whether the augmentation blanks squares.
    """

    generator: skipgan.Generator
    discriminator: skipgan.Discriminator

    def __init__(
        self,
        generator: skipgan.Generator,
        discriminator: skipgan.Discriminator,
        autocast: torch.autocast,
        cutout: bool,
    ) -> None:
        super().__init__(generator, discriminator, autocast)
        self.cutout = cutout
        self.average = copy.deepcopy(generator).requires_grad_(False)
        self.averaged = 0

    def step(self, real: Tensor, labels: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        z = torch.randn(len(real), self.generator.latent, generator=rng, device=real.device)
        seen = diff_augment(real, rng, self.cutout)
        with self.autocast:
            drawn = self.generator(z, labels)
            on_real, features = self.discriminator(seen, labels)
            reconstruction = self.discriminator.reconstruction_loss(features, seen, labels)
            on_drawn, _ = self.discriminator(diff_augment(drawn.detach(), rng, self.cutout), labels)
        hinge = functional.relu(1 - on_real.float()).mean() + functional.relu(1 + on_drawn.float()).mean()
        self._apply(1, hinge + reconstruction)
        self.discriminator.requires_grad_(False)
        with self.autocast:
            fooled, _ = self.discriminator(diff_augment(drawn, rng, self.cutout), labels)
        loss = -fooled.float().mean()
        self._train_generator(loss)
        self._move_average()
        return hinge.detach(), loss.detach()

    def drawing_network(self) -> DrawingNetwork:
        return self.average

    def state(self) -> dict[str, Any]:
        return {**super().state(), "average": self.average.state_dict(), "averaged": self.averaged}

    def load_state(self, state: dict[str, Any]) -> None:
        super().load_state(state)
        self.average.load_state_dict(state["average"])
        self.averaged = state["averaged"]

    @torch.no_grad()
    def _move_average(self) -> None:
        # The decay grows from 0.1 so that the first, random weights are soon forgotten.
        self.averaged += 1
        decay = min(EMA_DECAY, self.averaged / (self.averaged + 9))
        averages: list[Tensor] = list(self.average.parameters())
        weights: list[Tensor] = list(self.generator.parameters())
        torch._foreach_lerp_(averages, weights, 1 - decay)


def _cross_entropy(logits: Tensor, target: float) -> Tensor:
    logits = logits.float()
    return functional.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))
