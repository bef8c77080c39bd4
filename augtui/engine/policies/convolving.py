"""The four convolutions of the original study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from augtui.engine.draws import Draws
from augtui.engine.policies.kernels import convolutions
from augtui.engine.policies.operation import Drawn, Operation
from augtui.engine.policies.values import Number, draw_number


@dataclass(frozen=True, slots=True)
class Sharpen(Operation):
    """A share of a sharpened image."""

    alpha: Number
    """The share, 0..1."""
    lightness: Number
    """1 keeps the brightness."""

    def draw(self, draws: Draws) -> Drawn:
        return draw_number(self.alpha, draws, "alpha"), draw_number(self.lightness, draws, "lightness")

    def render(self, images: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        return convolutions.sharpen(images, *drawn)

    def words(self, *drawn: Any) -> str:
        return f"sharpen {drawn[0]:.2f}, lightness {drawn[1]:.2f}"


@dataclass(frozen=True, slots=True)
class Emboss(Operation):
    """A share of an embossed image."""

    alpha: Number
    """The share, 0..1."""
    strength: Number
    """Of the relief."""

    def draw(self, draws: Draws) -> Drawn:
        return draw_number(self.alpha, draws, "alpha"), draw_number(self.strength, draws, "strength")

    def render(self, images: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        return convolutions.emboss(images, *drawn)

    def words(self, *drawn: Any) -> str:
        return f"emboss {drawn[0]:.2f}, strength {drawn[1]:.2f}"


@dataclass(frozen=True, slots=True)
class Edges(Operation):
    """A share of the edges."""

    alpha: Number
    """The share, 0..1."""

    def draw(self, draws: Draws) -> Drawn:
        return (draw_number(self.alpha, draws, "alpha"),)

    def render(self, images: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        return convolutions.edges(images, *drawn)

    def words(self, *drawn: Any) -> str:
        return f"edges {drawn[0]:.2f}"


@dataclass(frozen=True, slots=True)
class DirectedEdges(Operation):
    """A share of the edges as seen from one side."""

    alpha: Number
    """The share, 0..1."""
    direction: Number
    """0 is up, 0.25 right, 0.5 down."""

    def draw(self, draws: Draws) -> Drawn:
        return draw_number(self.alpha, draws, "alpha"), draw_number(self.direction, draws, "direction")

    def render(self, images: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        return convolutions.directed_edges(images, *drawn)

    def words(self, *drawn: Any) -> str:
        return f"edges {drawn[0]:.2f} from {drawn[1] * 360:.0f}°"
