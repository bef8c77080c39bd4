"""The same policies through imgaug: the reference that the tensor implementations are measured against.

A policy of ours is translated, part by part, into imgaug's augmenters with the same parameters. Each image is
augmented by itself, after seeding with its own key: slow, and independent of the batch too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from augtui.engine.draws import Draws
from augtui.engine.policies.base import ImagePolicy
from augtui.engine.policies.blurring import AverageBlur, BilateralBlur, GaussianBlur, MedianBlur, MotionBlur
from augtui.engine.policies.colouring import Add, Brightness, Clahe, Colour, Contrast, Invert, Noise, Quantise
from augtui.engine.policies.compose import OneOf, Sequential, Sometimes
from augtui.engine.policies.convolving import DirectedEdges, Edges, Emboss, Sharpen
from augtui.engine.policies.dropping import CoarseDropout, PixelDropout, TotalDropout
from augtui.engine.policies.geometric import Geometric
from augtui.engine.policies.imgaug_compat import import_imgaug, mended_superpixels
from augtui.engine.policies.moving import Elastic
from augtui.engine.policies.slic import SlicSettings
from augtui.engine.policies.sources import Sources
from augtui.engine.policies.superpixels import Superpixels, segment_levels
from augtui.engine.policies.values import Name, Number
from augtui.plan.spec import Choice, Uniform

_SPACES = {"ycrcb": "YCrCb", "yuv": "YUV", "hsv": "HSV", "hls": "HLS", "lab": "Lab", "luv": "Luv"}


@dataclass(frozen=True, slots=True)
class Reference:
    """A policy at work through imgaug."""

    augmenter: Any

    @classmethod
    def of(cls, policy: ImagePolicy) -> Reference:
        """Raises AugtuiError where imgaug cannot be imported."""
        return cls(_Translator().augmenter(policy))

    def apply(self, images: Tensor, draws: Draws, sources: Sources | None = None) -> Tensor:
        pixels = images.permute(0, 2, 3, 1).cpu().numpy()
        result = np.empty_like(pixels, order="C")
        for number, seed in enumerate(self._seeds(draws)):
            self.augmenter.seed_(seed)
            result[number] = self.augmenter(image=np.ascontiguousarray(pixels[number]))
        return torch.from_numpy(result).permute(0, 3, 1, 2).contiguous().to(images.device)

    def describe(self, draws: Draws, size: tuple[int, int]) -> list[str]:
        return [f"imgaug, seed {seed}" for seed in self._seeds(draws)]

    @staticmethod
    def _seeds(draws: Draws) -> list[int]:
        seeds: list[int] = draws.integers("imgaug", 0, 2**31 - 2).tolist()
        return seeds


class _Translator:
    """From policies to augmenters."""

    def __init__(self) -> None:
        self.imgaug = import_imgaug()
        self.make = self.imgaug.augmenters
        self.params = self.imgaug.parameters

    def augmenter(self, policy: ImagePolicy) -> Any:
        match policy:
            case Sequential():
                return self.make.Sequential(self._parts(policy), random_order=policy.random_order)
            case OneOf():
                return self.make.OneOf([self.augmenter(part) for part in policy.policies])
            case Sometimes():
                # In a list: imgaug takes a bare OneOf for the list of its parts and never seeds it.
                return self.make.Sometimes(policy.p, [self.augmenter(policy.policy)])
            case Geometric():
                return self.make.Sequential(self._geometry(policy), random_order=policy.random_order)
            case Superpixels():
                return self._superpixels(policy)
        found = self._blur(policy) or self._convolution(policy) or self._dropout(policy) or self._colour(policy)
        assert found is not None, f"{type(policy).__name__} has no counterpart in imgaug"
        return found

    def _parts(self, policy: Sequential) -> list[Any]:
        """In method 3 of the study the parts of the geometry take their places among all others."""
        parts = []
        for part in policy.policies:
            if isinstance(part, Geometric) and part.random_order and policy.random_order:
                parts += self._geometry(part)
            else:
                parts.append(self.augmenter(part))
        return parts

    def _geometry(self, policy: Geometric) -> list[Any]:
        warp = self.make.Affine(
            scale={"x": self._number(policy.scale), "y": self._number(policy.scale)},
            translate_percent={"x": self._number(policy.translate), "y": self._number(policy.translate)},
            rotate=self._number(policy.rotate),
            shear=self._number(policy.shear),
            order=self._orders(policy.interpolation),
            mode=self._names(policy.border),
            cval=self._number(policy.fill),
        )
        crop = self.make.CropAndPad(
            percent=self._number(policy.crop_pad_share),
            pad_mode=self._names(policy.pad_border),
            pad_cval=self._whole(policy.pad_fill),
        )
        return [
            self.make.Fliplr(policy.flip_horizontal),
            self.make.Flipud(policy.flip_vertical),
            self.make.Sometimes(policy.affine, warp),
            self.make.Sometimes(policy.crop_pad, crop),
        ]

    def _superpixels(self, policy: Superpixels) -> Any:
        return mended_superpixels()(
            mode=policy.mode,
            settings=SlicSettings(float(policy.compactness)),
            p_replace=self.params.Binomial(self._number(policy.p_replace)),
            n_segments=self.params.Choice(list(segment_levels(policy.n_segments))),
            max_size=policy.max_size,
        )

    def _blur(self, policy: ImagePolicy) -> Any:
        match policy:
            case GaussianBlur():
                return self.make.GaussianBlur(self._number(policy.sigma))
            case AverageBlur():
                return self.make.AverageBlur(self._whole(policy.size))
            case MedianBlur():
                return self.make.MedianBlur(self._whole(policy.size))
            case BilateralBlur():
                return self.make.BilateralBlur(
                    self._whole(policy.diameter), self._number(policy.sigma_colour), self._number(policy.sigma_space)
                )
            case MotionBlur():
                return self.make.MotionBlur(
                    self._whole(policy.size), self._number(policy.angle), self._number(policy.direction)
                )
        return None

    def _convolution(self, policy: ImagePolicy) -> Any:
        match policy:
            case Sharpen():
                return self.make.Sharpen(self._number(policy.alpha), self._number(policy.lightness))
            case Emboss():
                return self.make.Emboss(self._number(policy.alpha), self._number(policy.strength))
            case Edges():
                return self.make.EdgeDetect(self._number(policy.alpha))
            case DirectedEdges():
                return self.make.DirectedEdgeDetect(self._number(policy.alpha), self._number(policy.direction))
        return None

    def _dropout(self, policy: ImagePolicy) -> Any:
        match policy:
            case PixelDropout():
                return self.make.Dropout(self._kept(policy.share), per_channel=policy.per_channel)
            case CoarseDropout():
                return self.make.CoarseDropout(
                    self._kept(policy.share), size_percent=self._range(policy.size), per_channel=policy.per_channel
                )
            case TotalDropout():
                return self.make.TotalDropout(policy.p)
        return None

    def _colour(self, policy: ImagePolicy) -> Any:
        match policy:
            case Brightness():
                space = policy.space
                names = [str(name) for name in space.options] if isinstance(space, Choice) else [space]
                spaces = [_SPACES[name] for name in names]
                return self.make.AddToBrightness(self._number(policy.add), to_colorspace=spaces)
            case Add():
                return self.make.Add(self._number(policy.value), per_channel=policy.per_channel)
            case Invert():
                return self.make.Invert(policy.p, per_channel=policy.per_channel)
            case Quantise():
                return self.make.UniformColorQuantization(self._whole(policy.colours))
            case Contrast():
                return self.make.LinearContrast(self._number(policy.factor), per_channel=policy.per_channel)
            case Colour():
                turn = self.params.Multiply(self._number(policy.hue), 255 / 360)
                saturation = self.make.MultiplySaturation(self._number(policy.saturation))
                return self.make.Sequential([saturation, self.make.AddToHue(turn)])
            case Noise():
                return self.make.AdditiveGaussianNoise(
                    scale=self._number(policy.scale), per_channel=policy.per_channel
                )
            case Elastic():
                return self.make.ElasticTransformation(
                    self._number(policy.alpha), self._number(policy.sigma), order=1, mode="nearest"
                )
            case Clahe():
                return self.make.CLAHE(self._number(policy.clip_limit), self._whole(policy.tiles))
        return None

    def _number(self, value: Number) -> Any:
        """As a parameter of imgaug, drawn once for each image."""
        match value:
            case Uniform(low=low, high=high):
                return self.params.Uniform(low, high)
            case Choice(options=options):
                return self.params.Choice([float(option) for option in options])
            case _:
                return self.params.Deterministic(float(value))

    def _whole(self, value: Number) -> Any:
        """A whole number; of a range both ends may be drawn."""
        match value:
            case Uniform(low=low, high=high):
                return self.params.DiscreteUniform(round(low), round(high))
            case Choice(options=options):
                return self.params.Choice([round(float(option)) for option in options])
            case _:
                return self.params.Deterministic(round(value))

    def _kept(self, share: Number) -> Any:
        """What imgaug multiplies with when a share is dropped: drawn for each image, then for each pixel."""
        match share:
            case Uniform(low=low, high=high):
                return self.params.Binomial(self.params.Uniform(1 - high, 1 - low))
            case Choice(options=options):
                return self.params.Binomial(self.params.Choice([1 - float(option) for option in options]))
            case _:
                return self.params.Binomial(1 - float(share))

    @staticmethod
    def _range(value: Number) -> Any:
        """As plain numbers, where imgaug takes nothing else."""
        match value:
            case Uniform(low=low, high=high):
                return low, high
            case Choice(options=options):
                return [float(option) for option in options]
            case _:
                return float(value)

    def _orders(self, value: Name) -> Any:
        names = value.options if isinstance(value, Choice) else (value,)
        return self.params.Choice([0 if name == "nearest" else 1 for name in names])

    def _names(self, value: Name) -> Any:
        names = value.options if isinstance(value, Choice) else (value,)
        return self.params.Choice([str(name) for name in names])
