"""Methods 2 and 3 of the original study, built from their operations. Fields as the catalog declares them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from augtui.engine.policies.base import ImagePolicy
from augtui.engine.policies.blurring import AverageBlur, BilateralBlur, GaussianBlur, MedianBlur, MotionBlur
from augtui.engine.policies.colouring import Add, Brightness, Invert, Quantise
from augtui.engine.policies.compose import OneOf, Sequential, Sometimes
from augtui.engine.policies.convolving import DirectedEdges, Edges, Emboss, Sharpen
from augtui.engine.policies.dropping import CoarseDropout, PixelDropout, TotalDropout
from augtui.engine.policies.geometric import Geometric
from augtui.engine.policies.kernels.brightness import SPACES
from augtui.engine.policies.superpixels import Superpixels
from augtui.engine.policies.values import Number
from augtui.plan.spec import Choice, Uniform

ANY_DIRECTION = Uniform(low=-1.0, high=1.0)
"""imgaug's default of a motion blur, which the study leaves as it is."""
ANY_SPACE = Choice(options=SPACES)
"""imgaug's default of a change of brightness."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodTwo:
    """Superpixels, then one each of blurs, convolutions, dropouts, brightness and colour."""

    superpixels: float
    p_replace: Number
    n_segments: Number
    mode: str
    max_size: int
    compactness: float
    slic: str
    gaussian_sigma: Number
    average_size: Number
    median_size: Number
    bilateral_diameter: Number
    bilateral_colour: Number
    bilateral_space: Number
    motion_size: Number
    motion_angle: Number
    sharpen_alpha: Number
    sharpen_lightness: Number
    emboss_alpha: Number
    emboss_strength: Number
    edges_alpha: Number
    directed_edges_alpha: Number
    directed_edges_direction: Number
    dropout_share: Number
    dropout_per_channel: float
    coarse_dropout_share: Number
    coarse_dropout_size: Number
    coarse_dropout_per_channel: float
    total_dropout: bool
    total_dropout_p: float
    brightness: Number
    add: Number
    add_per_channel: float
    invert: float
    invert_per_channel: bool
    colours: Number
    random_order: bool
    original_study: bool

    def policy(self) -> Sequential:
        """All of them, in random order for each image."""
        return Sequential(self.parts(), self.random_order)

    def parts(self) -> tuple[ImagePolicy, ...]:
        """The six of them."""
        groups = (self._blurs(), self._convolutions(), self._dropouts(), self._brightness(), self._colour())
        mode = "compatible" if self.original_study else self.mode
        painting = Superpixels(self.p_replace, self.n_segments, mode, self.max_size, self.compactness, self.slic)
        return (Sometimes(painting, self.superpixels), *map(OneOf, groups))

    def _blurs(self) -> tuple[ImagePolicy, ...]:
        return (
            GaussianBlur(self.gaussian_sigma),
            AverageBlur(self.average_size),
            MedianBlur(self.median_size),
            BilateralBlur(self.bilateral_diameter, self.bilateral_colour, self.bilateral_space),
            MotionBlur(self.motion_size, self.motion_angle, ANY_DIRECTION),
        )

    def _convolutions(self) -> tuple[ImagePolicy, ...]:
        return (
            Sharpen(self.sharpen_alpha, self.sharpen_lightness),
            Emboss(self.emboss_alpha, self.emboss_strength),
            Edges(self.edges_alpha),
            DirectedEdges(self.directed_edges_alpha, self.directed_edges_direction),
        )

    def _dropouts(self) -> tuple[ImagePolicy, ...]:
        kept = (
            PixelDropout(self.dropout_share, self.dropout_per_channel),
            CoarseDropout(self.coarse_dropout_share, self.coarse_dropout_size, self.coarse_dropout_per_channel),
        )
        black = (TotalDropout(self.total_dropout_p),) if self.total_dropout or self.original_study else ()
        return (*kept, *black)

    def _brightness(self) -> tuple[ImagePolicy, ...]:
        return Brightness(self.brightness, ANY_SPACE), Add(self.add, self.add_per_channel)

    def _colour(self) -> tuple[ImagePolicy, ...]:
        return Invert(self.invert, self.invert_per_channel), Quantise(self.colours)


def combined_parameters() -> tuple[str, ...]:
    """Those of method 1, then those of method 2 that it does not have."""
    first = [field.name for field in fields(Geometric)]
    return (*first, *(field.name for field in fields(MethodTwo) if field.name not in first))


def combined(**params: Any) -> Sequential:
    """Method 3: both in random order. The geometry stays together, so that the image is resampled once."""
    moving = Geometric(**{field.name: params[field.name] for field in fields(Geometric)})
    painting = MethodTwo(**{field.name: params[field.name] for field in fields(MethodTwo)})
    return Sequential((moving, *painting.parts()), painting.random_order)
