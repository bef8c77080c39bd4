"""Elastic deformation."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from augtui.engine.draws import Draws
from augtui.engine.policies.kernels.elastic import displacements, margin
from augtui.engine.policies.motion import Motion, Mover, ShiftMotion
from augtui.engine.policies.values import Number, draw_number, largest


@dataclass(frozen=True, slots=True)
class Elastic(Mover):
    """Shifts every pixel by smoothed noise."""

    alpha: Number
    """Factor of the displacements."""
    sigma: Number
    """How far neighbours move alike, pixels."""

    def motion(self, draws: Draws, size: tuple[int, int], device: torch.device) -> Motion:
        spare = margin(largest(self.sigma))
        shape = (2, size[0] + 2 * spare, size[1] + 2 * spare)
        return ShiftMotion(displacements(draws.field("noise", shape, device), *self._draw(draws), spare))

    def describe(self, draws: Draws, size: tuple[int, int]) -> list[str]:
        rows = zip(*(column.tolist() for column in self._draw(draws)), strict=True)
        return [f"elastic {alpha:.1f}, {sigma:.1f} px" for alpha, sigma in rows]

    def _draw(self, draws: Draws) -> tuple[Tensor, Tensor]:
        return draw_number(self.alpha, draws, "alpha"), draw_number(self.sigma, draws, "sigma")
