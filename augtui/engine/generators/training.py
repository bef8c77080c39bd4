"""Fitting a generator, from its first step to its last, in a way that any step can be left and taken up again.

Its models are trained in turn, one report interval each, so that all classes improve together. As in the training of
classifiers nothing random has a state, and a checkpoint holds all that the next step depends on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from augtui.engine.generators.drawing import Artist
from augtui.engine.generators.parts import Losses, Part
from augtui.engine.generators.quality import Yardstick
from augtui.engine.generators.recipes import Recipe, model_stream, models
from augtui.engine.train import PROGRESS_SECONDS, EpochReport, Listener

SHEET = 64
"""Images of a class that are shown, always from the same latents."""

ShowSheet = Callable[[int, int, Tensor], None]
"""Called with the epoch, the class and its images uint8 (64, 3, s, s)."""


class GeneratorTrainer:
    """Fits all models of a generator.

    Args:
        recipe: what is fitted.
        parts: its models.
        yardsticks: gives the real images of each class, in the order of the classes; asked at the first look.
        classes: names.
        grey: whether the training images have no colour.
        identity: of the run.
        show: where samples go.
        checkpoint_seconds: time between checkpoints.
    """

    def __init__(
        self,
        recipe: Recipe,
        parts: list[Part],
        yardsticks: Callable[[], list[Yardstick]],
        classes: tuple[str, ...],
        grey: bool,
        identity: str,
        show: ShowSheet,
        checkpoint_seconds: float,
    ) -> None:
        self.recipe, self.parts, self.yardsticks, self.classes = recipe, parts, yardsticks, classes
        self.grey, self.identity, self.show = grey, identity, show
        self.checkpoint_seconds = checkpoint_seconds
        self.steps = sum(part.steps for part in parts)
        self.epochs = max(part.reports for part in parts)
        self.epoch = 0
        self._last_checkpoint = self._last_progress = 0.0

    @property
    def step(self) -> int:
        """Steps done, of all models."""
        return sum(part.step for part in self.parts)

    @property
    def _seen(self) -> int:
        """Real images that the models were shown, each as often as it was."""
        return sum(part.step * part.batch_size for part in self.parts)

    def train(self, listener: Listener) -> bool:
        """Go on to the end. True when all steps are done, False when asked to stop before.

        Raises:
            DivergedError: a loss was not finite.
        """
        self._last_checkpoint = self._last_progress = time.monotonic()
        while self.epoch < self.epochs:
            began, before = time.monotonic(), self._seen
            for part in self.parts:
                if not self._train_part(part, part.target(self.epoch + 1), listener, began, before):
                    listener.checkpoint(self.step, self.state())
                    return False
            rate = (self._seen - before) / max(time.monotonic() - began, 1e-9)
            self.epoch += 1
            self._end_epoch(listener, rate)
        return True

    def state(self) -> dict[str, Any]:
        """All that a later process needs to go on from here."""
        return {
            "identity": self.identity,
            "step": self.step,
            "epoch": self.epoch,
            "parts": [part.state() for part in self.parts],
        }

    def load_state(self, state: dict[str, Any]) -> None:
        """Take up what `state` gave."""
        self.epoch = state["epoch"]
        for part, saved in zip(self.parts, state["parts"], strict=True):
            part.load_state(saved)

    def artist(self, part: Part) -> Artist:
        """Draws with a model as it is now."""
        return Artist(part.drawing_network(), part.stream, self.grey)

    def _train_part(self, part: Part, target: int, listener: Listener, began: float, before: int) -> bool:
        while part.step < target:
            if listener.stop():
                return False
            part.one_step()
            now = time.monotonic()
            if now - self._last_progress >= PROGRESS_SECONDS:
                self._last_progress = now
                rate = (self._seen - before) / max(now - began, 1e-9)
                listener.progress(self.step, part.last_loss(), rate)
            if now - self._last_checkpoint >= self.checkpoint_seconds and self.step < self.steps:
                listener.checkpoint(self.step, self.state())
                self._last_checkpoint = time.monotonic()
        return True

    def _end_epoch(self, listener: Listener, rate: float) -> None:
        values: dict[str, float | None] = {}
        losses = [part.losses() for part in self.parts]
        for part, loss in zip(self.parts, losses, strict=True):
            name = self._name(part)
            values |= {f"d_loss{name}": loss.discriminator, f"g_loss{name}": loss.generator}
        looks = min(self.recipe.looks, self.epochs)
        if self.epoch * looks // self.epochs > (self.epoch - 1) * looks // self.epochs:
            for part in self.parts:
                values |= self._look(part)
        listener.epoch(EpochReport(self.epoch, self.step, _mean(losses), None, None, rate, values))

    def _look(self, part: Part) -> dict[str, float | None]:
        """Judge a model's images, show some of them, and keep its weights if they are the best so far."""
        artist = self.artist(part)
        values: dict[str, float | None] = {}
        kids = []
        for place, label in enumerate(part.classes):
            yardstick = self.yardsticks()[label]
            self.show(self.epoch, label, artist.draw("sheet", place, SHEET))
            marks = yardstick.measure(artist.draw("look", place, yardstick.drawn)).marks
            name = self.classes[label]
            values |= {f"kid.{name}": marks.kid, f"coverage.{name}": marks.coverage, f"density.{name}": marks.density}
            if marks.kid is not None and yardstick.trusted:
                kids.append(marks.kid)
        if self.recipe.select == "best" and len(kids) == len(part.classes):
            part.keep_if_best(sum(kids) / len(kids), artist.network)
        return values

    def _name(self, part: Part) -> str:
        return f".{self.classes[part.classes[0]]}" if len(self.parts) > 1 else ""


def _mean(losses: list[Losses]) -> float:
    return sum(loss.discriminator for loss in losses) / len(losses)


def make_parts(
    recipe: Recipe, images: Tensor, labels: Tensor, classes: int, stream: int, autocast: torch.autocast
) -> list[Part]:
    """The models of a generator, untrained.

    Args:
        recipe: decides whether there is one for each class.
        images: uint8 (n, 3, s, s), the training images, on the device.
        labels: int64 (n,).
        classes: number of classes; each has at least one image.
        stream: seed of the generator's randomness.
        autocast: in which the networks compute.
    """
    counts = torch.bincount(labels, minlength=classes).tolist()
    parts = []
    for own_classes in models(recipe, counts):
        members = torch.isin(labels, torch.tensor(own_classes, device=labels.device)).nonzero()[:, 0]
        own_stream = model_stream(stream, own_classes)
        parts.append(Part(recipe, own_classes, images[members], labels[members], own_stream, autocast))
    return parts
