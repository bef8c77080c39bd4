"""What each declared generator means: its networks, how it is trained and for how long."""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal, TypeVar

import torch
from torch import nn

from augtui.engine.generators import dcgan, skipgan
from augtui.engine.generators.adversary import CUTOUT_BELOW, Adversary, DcganAdversary, SkipAdversary
from augtui.engine.generators.drawing import DrawingNetwork
from augtui.errors import AugtuiError
from augtui.plan.catalog.generators import PER_CLASS_FROM
from augtui.plan.spec import GeneratorSpec
from augtui.streams import stream_seed

Select = Literal["last", "best"]
_Network = TypeVar("_Network", bound=nn.Module)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe(ABC):
    """A generator's recipe, parameters put in."""

    image_size: int
    """Side of the images that it draws, in pixels."""
    batch_size: int
    select: Select
    """Which weights are kept: those of the last step, or those with the lowest KID to validation images."""
    looks: int
    """How often, at most, the images are judged and shown while the generator is fitted."""

    @abstractmethod
    def per_class(self, counts: list[int]) -> bool:
        """Whether each class gets a model of its own, for the training images of each class."""

    @abstractmethod
    def schedule(self, count: int) -> tuple[int, int]:
        """Steps of a model that learns from `count` images, and the number of epochs they are reported in."""

    @abstractmethod
    def network(self, classes: int) -> DrawingNetwork:
        """A generator for `classes` classes, untrained."""

    @abstractmethod
    def build(self, classes: int, count: int, device: torch.device, autocast: torch.autocast) -> Adversary:
        """Networks for `classes` classes and `count` images; their weights are drawn from torch's global stream."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DcganRecipe(Recipe):
    """`dcgan64`."""

    epochs: int
    width: int = 64
    """`ngf` and `ndf`; the reference's, and in a plan no other can be had."""

    def per_class(self, counts: list[int]) -> bool:
        return True

    def schedule(self, count: int) -> tuple[int, int]:
        return self.epochs * -(-count // self.batch_size), self.epochs

    def build(self, classes: int, count: int, device: torch.device, autocast: torch.autocast) -> Adversary:
        generator, discriminator = self.network(classes), dcgan.Discriminator(self.width)
        return DcganAdversary(_on(generator, device), _on(discriminator, device), autocast)

    def network(self, classes: int) -> dcgan.Generator:
        return dcgan.Generator(width=self.width)


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipRecipe(Recipe):
    """`gan128` and `gan256`."""

    steps: int
    width: int
    models: Literal["auto", "per-class", "conditional"]

    REPORTS = 100

    def per_class(self, counts: list[int]) -> bool:
        if self.models == "auto":
            return min(counts) >= PER_CLASS_FROM
        return self.models == "per-class"

    def schedule(self, count: int) -> tuple[int, int]:
        return self.steps, min(self.steps, self.REPORTS)

    def build(self, classes: int, count: int, device: torch.device, autocast: torch.autocast) -> Adversary:
        generator = self.network(classes)
        discriminator = skipgan.Discriminator(self.image_size, width=self.width, classes=classes)
        cutout = count < CUTOUT_BELOW
        return SkipAdversary(_on(generator, device), _on(discriminator, device), autocast, cutout)

    def network(self, classes: int) -> skipgan.Generator:
        return skipgan.Generator(self.image_size, width=self.width, classes=classes)


def _on(network: _Network, device: torch.device) -> _Network:
    # Tensor cores want channels last; on the CPU it was measured to gain nothing in either precision.
    layout = torch.channels_last if device.type == "cuda" else torch.contiguous_format
    return network.to(device).to(memory_format=layout)


def recipe(spec: GeneratorSpec) -> Recipe:
    """The recipe that a checked spec (all parameters given) names.

    Raises:
        AugtuiError: there is no such generator.
    """
    params: dict[str, object] = dict(spec.params)
    if spec.name == "dcgan64":
        return DcganRecipe(image_size=dcgan.IMAGE_SIZE, **params)  # type: ignore[arg-type]
    sizes = {"gan128": 128, "gan256": 256}
    if spec.name in sizes:
        return SkipRecipe(image_size=sizes[spec.name], **params)  # type: ignore[arg-type]
    near = difflib.get_close_matches(spec.name, RECIPES, n=1)
    raise AugtuiError(
        f'there is no generator "{spec.name}"' + (f', did you mean "{near[0]}"?' if near else ""),
        "`augtui list generators` lists all",
    )


def models(chosen: Recipe, counts: list[int]) -> list[tuple[int, ...]]:
    """The labels that each model of a generator draws, for the training images of each class."""
    labels = range(len(counts))
    return [(label,) for label in labels] if chosen.per_class(counts) else [tuple(labels)]


def generator_stream(generator: GeneratorSpec, seed: int) -> int:
    """The stream from which a generator draws all its numbers, in training and after it: the same whatever its
    parameters are, so that a longer fit begins as a shorter one."""
    return stream_seed(seed, "generator", generator.name)


def model_stream(stream: int, labels: tuple[int, ...]) -> int:
    """The stream of the model that draws these labels."""
    return stream_seed(stream, "model", *labels)


RECIPES = ("dcgan64", "gan128", "gan256")
"""The generators that `recipe` knows."""
