"""One model of a generator and the images it learns from: a class's, or all classes' at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from augtui.engine.generators.adversary import Adversary
from augtui.engine.generators.drawing import DrawingNetwork, settled
from augtui.engine.generators.recipes import Recipe
from augtui.engine.order import BatchOrder
from augtui.engine.train import DivergedError
from augtui.streams import stream_seed

FLAT_LOSS = 0.01
"""A discriminator's loss below this teaches its generator nothing."""


@dataclass(frozen=True, slots=True)
class Losses:
    """Means over the steps since the last look."""

    discriminator: float
    generator: float


class Part:
    """A model in training.

    Args:
        recipe: how.
        classes: labels that it draws, ascending.
        images: uint8 (n, 3, s, s), the training images of these classes, on the device.
        labels: int64 (n,), the dataset's labels of them.
        stream: seed of all randomness of this part.
        autocast: in which the networks compute.
    """

    def __init__(
        self,
        recipe: Recipe,
        classes: tuple[int, ...],
        images: Tensor,
        labels: Tensor,
        stream: int,
        autocast: torch.autocast,
    ) -> None:
        self.classes, self.stream = classes, stream
        self.images = images
        self.labels = torch.searchsorted(torch.tensor(classes, device=labels.device), labels)
        self.steps, self.reports = recipe.schedule(len(images))
        # A batch larger than the set would show an image twice in it.
        self.batch_size = min(recipe.batch_size, len(images))
        torch.manual_seed(stream_seed(stream, "weights"))
        self.adversary: Adversary = recipe.build(len(classes), len(images), images.device, autocast)
        self.order = BatchOrder(len(images), self.batch_size, stream)
        self.step = 0
        device = images.device
        self._sums = torch.zeros(2, dtype=torch.float64, device=device)
        self._counted = 0
        self._flat = torch.zeros(2, dtype=torch.int64, device=device)
        self.best: dict[str, Any] | None = None

    def one_step(self) -> None:
        """Train both networks on the next batch."""
        chosen = self.order.batch(self.step)[0].to(self.images.device, non_blocking=True)
        real = self.images.index_select(0, chosen).float().div_(127.5).sub_(1.0)
        rng = torch.Generator(self.images.device).manual_seed(stream_seed(self.stream, "step", self.step))
        discriminator, generator = self.adversary.step(real, self.labels[chosen], rng)
        self._sums += torch.stack([discriminator, generator])
        self._counted += 1
        run = torch.where(discriminator < FLAT_LOSS, self._flat[0] + 1, 0)
        self._flat = torch.stack([run, torch.maximum(self._flat[1], run)])
        self.step += 1

    def losses(self) -> Losses:
        """Mean losses since the last call.

        Raises:
            DivergedError: they are not finite.
        """
        means = self._sums / max(self._counted, 1)
        if not torch.isfinite(means).all():
            raise DivergedError(self.step, "another batch_size of the generator may help")
        self._sums.zero_()
        self._counted = 0
        discriminator, generator = means.tolist()
        return Losses(discriminator, generator)

    def last_loss(self) -> float:
        """Mean loss of the discriminator since `losses` was asked; waits for the device.

        Raises:
            DivergedError: it is not finite.
        """
        loss = float(self._sums[0]) / max(self._counted, 1)
        if not math.isfinite(loss):
            raise DivergedError(self.step, "another batch_size of the generator may help")
        return loss

    @property
    def flat_steps(self) -> int:
        """The longest stretch of steps in which the discriminator's loss was next to nothing."""
        return int(self._flat[1])

    def target(self, report: int) -> int:
        """Steps done when report number `report` (from 1) is due."""
        return self.steps * report // self.reports

    def drawing_network(self) -> DrawingNetwork:
        """The generator at this step, ready to draw."""
        return settled(self.adversary.drawing_network(), self.labels, self.stream)

    def keep_if_best(self, kid: float, network: DrawingNetwork) -> None:
        """Remember a drawing network with a lower KID to validation images than all before it."""
        if self.best is None or kid < self.best["kid"]:
            weights = {name: value.detach().clone() for name, value in network.state_dict().items()}
            self.best = {"kid": kid, "step": self.step, "network": weights}

    def chosen_network(self) -> tuple[DrawingNetwork, int]:
        """The drawing network that is kept, and the step that it comes from."""
        network = self.drawing_network()
        if self.best is None:
            return network, self.step
        network.load_state_dict(self.best["network"])
        return network, int(self.best["step"])

    def state(self) -> dict[str, Any]:
        """All that the next step depends on."""
        return {
            "step": self.step,
            "adversary": self.adversary.state(),
            "sums": self._sums,
            "counted": self._counted,
            "flat": self._flat,
            "best": self.best,
        }

    def load_state(self, state: dict[str, Any]) -> None:
        """Take up what `state` gave."""
        self.step = state["step"]
        self.adversary.load_state(state["adversary"])
        self._sums = state["sums"].to(self._sums.device)
        self._counted = state["counted"]
        self._flat = state["flat"].to(self._flat.device)
        self.best = state["best"]
