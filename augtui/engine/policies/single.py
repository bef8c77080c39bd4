"""Single operations as policies of their own: `p` decides which images they touch."""

from __future__ import annotations

from typing import Any

from augtui.engine.policies.base import ImagePolicy
from augtui.engine.policies.blurring import AverageBlur, BilateralBlur, GaussianBlur, MedianBlur, MotionBlur
from augtui.engine.policies.colouring import Brightness, Clahe, Colour, Contrast, Invert, Noise
from augtui.engine.policies.compose import OneOf, Sometimes
from augtui.engine.policies.convolving import Emboss, Sharpen
from augtui.engine.policies.dropping import CoarseDropout, PixelDropout
from augtui.engine.policies.geometric import Geometric
from augtui.engine.policies.moving import Elastic
from augtui.engine.policies.study import ANY_DIRECTION
from augtui.engine.policies.superpixels import Superpixels
from augtui.engine.policies.values import Name, Number
from augtui.plan.spec import Choice, Uniform


def _geometry(**changes: Any) -> Geometric:
    """Geometry that does nothing but for the changes."""
    nothing: dict[str, Any] = {
        "flip_horizontal": 0.0,
        "flip_vertical": 0.0,
        "affine": 0.0,
        "scale": 1.0,
        "translate": 0.0,
        "rotate": 0.0,
        "shear": 0.0,
        "interpolation": "bilinear",
        "border": "edge",
        "fill": 0.0,
        "crop_pad": 0.0,
        "crop_pad_share": 0.0,
        "pad_border": "edge",
        "pad_fill": 0.0,
        "random_order": False,
    }
    return Geometric(**(nothing | changes))


def flip(*, horizontal: float, vertical: float) -> ImagePolicy:
    return _geometry(flip_horizontal=horizontal, flip_vertical=vertical)


def rotate(*, p: float, degrees: Number, interpolation: Name, border: Name, fill: Number) -> ImagePolicy:
    return _geometry(affine=p, rotate=degrees, interpolation=interpolation, border=border, fill=fill)


def scale(*, p: float, factor: Number, interpolation: Name, border: Name, fill: Number) -> ImagePolicy:
    return _geometry(affine=p, scale=factor, interpolation=interpolation, border=border, fill=fill)


def shear(*, p: float, degrees: Number, interpolation: Name, border: Name, fill: Number) -> ImagePolicy:
    return _geometry(affine=p, shear=degrees, interpolation=interpolation, border=border, fill=fill)


def crop(*, p: float, share: Number) -> ImagePolicy:
    return _geometry(crop_pad=p, crop_pad_share=_negative(share))


def pad(*, p: float, share: Number, border: Name, fill: Number) -> ImagePolicy:
    return _geometry(crop_pad=p, crop_pad_share=share, pad_border=border, pad_fill=fill)


def superpixels(
    *, p: float, p_replace: Number, n_segments: Number, mode: str, max_size: int, compactness: float, slic: str
) -> ImagePolicy:
    return Sometimes(Superpixels(p_replace, n_segments, mode, max_size, compactness, slic), p)


def blur(
    *, p: float, kind: Name, sigma: Number, size: Number, angle: Number, sigma_colour: Number, sigma_space: Number
) -> ImagePolicy:
    kinds: dict[str, ImagePolicy] = {
        "gaussian": GaussianBlur(sigma),
        "average": AverageBlur(size),
        "median": MedianBlur(size),
        "bilateral": BilateralBlur(size, sigma_colour, sigma_space),
        "motion": MotionBlur(size, angle, ANY_DIRECTION),
    }
    if isinstance(kind, Choice):
        return Sometimes(OneOf(tuple(kinds[str(name)] for name in kind.options)), p)
    return Sometimes(kinds[kind], p)


def sharpen(*, p: float, alpha: Number, lightness: Number) -> ImagePolicy:
    return Sometimes(Sharpen(alpha, lightness), p)


def emboss(*, p: float, alpha: Number, strength: Number) -> ImagePolicy:
    return Sometimes(Emboss(alpha, strength), p)


def dropout(*, p: float, share: Number, per_channel: float) -> ImagePolicy:
    return Sometimes(PixelDropout(share, per_channel), p)


def coarse_dropout(*, p: float, share: Number, size: Number, per_channel: float) -> ImagePolicy:
    return Sometimes(CoarseDropout(share, size, per_channel), p)


def brightness(*, p: float, add: Number, space: Name) -> ImagePolicy:
    return Sometimes(Brightness(add, space), p)


def contrast(*, p: float, factor: Number, per_channel: float) -> ImagePolicy:
    return Sometimes(Contrast(factor, per_channel), p)


def colour(*, p: float, saturation: Number, hue: Number) -> ImagePolicy:
    return Sometimes(Colour(saturation, hue), p)


def invert(*, p: float, per_channel: bool) -> ImagePolicy:
    return Invert(p, per_channel)


def noise(*, p: float, scale: Number, per_channel: float) -> ImagePolicy:
    return Sometimes(Noise(scale, per_channel), p)


def elastic(*, p: float, alpha: Number, sigma: Number) -> ImagePolicy:
    return Sometimes(Elastic(alpha, sigma), p)


def clahe(*, p: float, clip_limit: Number, tiles: Number) -> ImagePolicy:
    return Sometimes(Clahe(clip_limit, tiles), p)


def _negative(value: Number) -> Number:
    match value:
        case Uniform(low=low, high=high):
            return Uniform(low=-high, high=-low)
        case Choice(options=options):
            return Choice(options=tuple(-float(option) for option in options))
        case _:
            return -value
