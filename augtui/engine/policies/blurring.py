"""The five blurs of the original study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from augtui.engine.draws import Draws
from augtui.engine.policies.kernels.bilateral import bilateral
from augtui.engine.policies.kernels.blurs import average, gaussian, motion
from augtui.engine.policies.kernels.median import median
from augtui.engine.policies.operation import Drawn, Operation
from augtui.engine.policies.values import Number, draw_integer, draw_number


@dataclass(frozen=True, slots=True)
class GaussianBlur(Operation):
    """Blur by a Gaussian."""

    sigma: Number
    """Pixels."""

    def draw(self, draws: Draws) -> Drawn:
        return (draw_number(self.sigma, draws, "sigma"),)

    def render(self, images: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        return gaussian(images, *drawn)

    def words(self, *drawn: Any) -> str:
        return f"gaussian blur {drawn[0]:.1f} px"


@dataclass(frozen=True, slots=True)
class AverageBlur(Operation):
    """The mean of a square."""

    size: Number
    """Side, pixels."""

    def draw(self, draws: Draws) -> Drawn:
        return (draw_integer(self.size, draws, "size"),)

    def render(self, images: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        return average(images, *drawn)

    def words(self, *drawn: Any) -> str:
        return f"average blur {drawn[0]} px"


@dataclass(frozen=True, slots=True)
class MedianBlur(Operation):
    """The median of a square of at most 7 x 7."""

    size: Number
    """Side, pixels; even ones are raised by one."""

    def draw(self, draws: Draws) -> Drawn:
        return (draw_integer(self.size, draws, "size"),)

    def render(self, images: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        return median(images, *drawn)

    def words(self, *drawn: Any) -> str:
        return f"median blur {drawn[0]} px"


@dataclass(frozen=True, slots=True)
class BilateralBlur(Operation):
    """A blur that keeps edges."""

    diameter: Number
    """Pixels."""
    sigma_colour: Number
    """Grey levels."""
    sigma_space: Number
    """Pixels."""

    def draw(self, draws: Draws) -> Drawn:
        return (
            draw_integer(self.diameter, draws, "diameter"),
            draw_number(self.sigma_colour, draws, "sigma_colour"),
            draw_number(self.sigma_space, draws, "sigma_space"),
        )

    def render(self, images: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        return bilateral(images, *drawn)

    def words(self, *drawn: Any) -> str:
        return f"bilateral blur {drawn[0]} px, {drawn[1]:.0f} levels"


@dataclass(frozen=True, slots=True)
class MotionBlur(Operation):
    """Blur along a line."""

    size: Number
    """Length, pixels; even ones are raised by one."""
    angle: Number
    """Degrees."""
    direction: Number
    """From -1 (weight behind) to 1 (weight ahead)."""

    def draw(self, draws: Draws) -> Drawn:
        return (
            draw_integer(self.size, draws, "size"),
            draw_number(self.angle, draws, "angle"),
            draw_number(self.direction, draws, "direction"),
        )

    def render(self, images: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        return motion(images, *drawn)

    def words(self, *drawn: Any) -> str:
        return f"motion blur {drawn[0]} px at {drawn[1]:.0f}°, direction {drawn[2]:.2f}"
