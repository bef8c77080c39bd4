"""Parameters as a plan gives them, drawn for each image."""

from __future__ import annotations

import torch
from torch import Tensor

from augtui.engine.draws import Draws
from augtui.plan.spec import Choice, ParamValue, Uniform

Number = int | float | Uniform | Choice
"""A number, or how it is drawn for each image."""
Name = str | Choice
"""A name, or how it is drawn for each image."""


def draw_number(value: ParamValue, draws: Draws, name: str, count: int | None = None) -> Tensor:
    """float32 [N], or [N, count]: the value itself, or one drawn for each image."""
    columns = 1 if count is None else count
    match value:
        case Uniform(low=low, high=high):
            drawn = draws.uniforms(name, columns, low, high)
        case Choice(options=options):
            table = torch.tensor([float(option) for option in options])
            drawn = table[draws.integer_block(name, columns, 0, len(options) - 1)]
        case bool() | int() | float():
            drawn = torch.full((len(draws), columns), float(value))
        case _:
            raise TypeError(f"{name}: {value!r} is no number")
    return drawn[:, 0] if count is None else drawn


def draw_integer(value: ParamValue, draws: Draws, name: str) -> Tensor:
    """int64 [N]: a range gives each integer in it, both ends included, with equal probability."""
    if isinstance(value, Uniform):
        return draws.integers(name, round(value.low), round(value.high))
    return draw_number(value, draws, name).round().long()


def draw_name(value: ParamValue, draws: Draws, name: str, names: tuple[str, ...]) -> Tensor:
    """int64 [N]: indices into `names`."""
    match value:
        case Choice(options=options):
            table = torch.tensor([names.index(str(option)) for option in options])
            return table[draws.integers(name, 0, len(options) - 1)]
        case str():
            return torch.full((len(draws),), names.index(value))
        case _:
            raise TypeError(f"{name}: {value!r} is no name")


def largest(value: ParamValue) -> float:
    """The largest number that a parameter can take."""
    match value:
        case Uniform(high=high):
            return high
        case Choice(options=options):
            return max(float(option) for option in options)
        case bool() | int() | float():
            return float(value)
        case _:
            raise TypeError(f"{value!r} is no number")
