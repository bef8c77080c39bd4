"""Brightness, contrast, colour and noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from augtui.engine.draws import Draws
from augtui.engine.policies.kernels import levels
from augtui.engine.policies.kernels.brightness import SPACES, add_brightness
from augtui.engine.policies.kernels.clahe import clahe
from augtui.engine.policies.kernels.colours import shift_colours
from augtui.engine.policies.operation import Drawn, Operation, one_or_three, several
from augtui.engine.policies.values import Name, Number, draw_integer, draw_name, draw_number


@dataclass(frozen=True, slots=True)
class Brightness(Operation):
    """Adds to the brightness alone."""

    add: Number
    """Grey levels."""
    space: Name
    """Which colour space says what brightness is; one of SPACES."""

    def draw(self, draws: Draws) -> Drawn:
        return draw_number(self.add, draws, "add"), draw_name(self.space, draws, "space", SPACES)

    def render(self, images: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        return add_brightness(images, *drawn)

    def words(self, *drawn: Any) -> str:
        return f"brightness {drawn[0]:+.0f} in {SPACES[drawn[1]]}"


@dataclass(frozen=True, slots=True)
class Add(Operation):
    """Adds to all channels."""

    value: Number
    """Grey levels."""
    per_channel: float
    """Probability that each channel gets a value of its own."""

    def draw(self, draws: Draws) -> Drawn:
        by_channel = draws.chance("per_channel", self.per_channel)
        return (one_or_three(draw_number(self.value, draws, "value", 3), by_channel),)

    def render(self, images: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        return levels.add(images, *drawn)

    def words(self, *drawn: Any) -> str:
        return f"add {several(drawn[0], '+.0f')}"


@dataclass(frozen=True, slots=True)
class Invert(Operation):
    """Turns dark into bright."""

    p: float
    """Probability for each channel, or for all three together."""
    per_channel: bool

    def draw(self, draws: Draws) -> Drawn:
        chosen = draws.uniforms("channels", 3) < self.p
        return (chosen if self.per_channel else chosen[:, :1].expand(-1, 3),)

    def render(self, images: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        return levels.invert(images, *drawn)

    def words(self, *drawn: Any) -> str:
        names = [name for name, inverted in zip(("red", "green", "blue"), drawn[0], strict=True) if inverted]
        if not names:
            return "unchanged"
        return "invert" if len(names) == 3 else f"invert {' and '.join(names)}"


@dataclass(frozen=True, slots=True)
class Quantise(Operation):
    """Keeps a few evenly spaced levels of each channel."""

    colours: Number
    """Levels of each channel."""

    def draw(self, draws: Draws) -> Drawn:
        return (draw_integer(self.colours, draws, "colours"),)

    def render(self, images: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        return levels.quantise(images, *drawn)

    def words(self, *drawn: Any) -> str:
        return f"quantise to {drawn[0]} levels"


@dataclass(frozen=True, slots=True)
class Contrast(Operation):
    """Stretches the levels about the middle."""

    factor: Number
    per_channel: float
    """Probability that each channel gets a factor of its own."""

    def draw(self, draws: Draws) -> Drawn:
        by_channel = draws.chance("per_channel", self.per_channel)
        return (one_or_three(draw_number(self.factor, draws, "factor", 3), by_channel),)

    def render(self, images: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        return levels.contrast(images, *drawn)

    def words(self, *drawn: Any) -> str:
        return f"contrast {several(drawn[0], '.2f')}"


@dataclass(frozen=True, slots=True)
class Colour(Operation):
    """Changes saturation and hue."""

    saturation: Number
    """Factor."""
    hue: Number
    """Degrees."""

    def draw(self, draws: Draws) -> Drawn:
        return draw_number(self.saturation, draws, "saturation"), draw_number(self.hue, draws, "hue")

    def render(self, images: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        return shift_colours(images, *drawn)

    def words(self, *drawn: Any) -> str:
        return f"saturation {drawn[0]:.2f}, hue {drawn[1]:+.0f}°"


@dataclass(frozen=True, slots=True)
class Noise(Operation):
    """Adds Gaussian noise."""

    scale: Number
    """Standard deviation, grey levels."""
    per_channel: float
    """Probability that each channel gets noise of its own."""

    def draw(self, draws: Draws) -> Drawn:
        return draw_number(self.scale, draws, "scale"), draws.chance("per_channel", self.per_channel)

    def render(self, images: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        scale, by_channel = drawn
        noise = draws.field("pixels", tuple(images.shape[1:]), images.device)
        shared = noise[:, :1].expand_as(noise)
        chosen = noise.where(by_channel.to(images.device)[:, None, None, None], shared)
        return levels.add_noise(images, chosen, scale)

    def words(self, *drawn: Any) -> str:
        return f"noise {drawn[0]:.1f}{' by channel' if drawn[1] else ''}"


@dataclass(frozen=True, slots=True)
class Clahe(Operation):
    """Equalises contrast locally."""

    clip_limit: Number
    tiles: Number
    """Along each side."""

    def draw(self, draws: Draws) -> Drawn:
        return draw_number(self.clip_limit, draws, "clip_limit"), draw_integer(self.tiles, draws, "tiles")

    def render(self, images: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        return clahe(images, *drawn)

    def words(self, *drawn: Any) -> str:
        return f"clahe {drawn[0]:.1f} on {drawn[1]} x {drawn[1]} tiles"
