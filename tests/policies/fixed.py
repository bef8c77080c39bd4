"""Operations with fixed parameters that both implementations have, each with how far they may differ.

Shared by the tests and by the benchmark that prints the differences.
"""

from __future__ import annotations

from typing import Any

from augtui.engine.policies.base import ImagePolicy
from augtui.engine.policies.blurring import AverageBlur, BilateralBlur, GaussianBlur, MedianBlur, MotionBlur
from augtui.engine.policies.colouring import Add, Brightness, Clahe, Colour, Contrast, Invert, Quantise
from augtui.engine.policies.convolving import DirectedEdges, Edges, Emboss, Sharpen
from augtui.engine.policies.dropping import TotalDropout
from augtui.engine.policies.kernels.brightness import SPACES
from augtui.engine.policies.padding import BORDERS
from augtui.engine.policies.single import crop, flip, pad, rotate, scale, shear
from augtui.engine.policies.superpixels import Superpixels

WARP: dict[str, Any] = {"p": 1.0, "interpolation": "bilinear", "fill": 100.0}
# Mean absolute differences, in grey levels.
EXACT = 0.0
ROUNDING = 0.5
CLOSE = 1.0
WITHIN = 2.0

STEEP = 3.0

REASONS = {
    "colour 1.5 10": "imgaug cuts the turn to steps of 2 degrees, here 8, and rounds the saturation to a byte",
    "clahe 8": "steep tables make more of a lightness that OpenCV rounds to the other side; the tables are the same",
}
"""Why an operation may differ by more than WITHIN."""

FIXED: dict[str, tuple[ImagePolicy, float]] = {
    **{f"gaussian {sigma}": (GaussianBlur(sigma), ROUNDING) for sigma in (0.0, 0.4, 1.5, 3.0, 6.0)},
    **{f"average {size}": (AverageBlur(size), ROUNDING) for size in (1, 3, 4, 7)},
    **{f"median {size}": (MedianBlur(size), EXACT) for size in (1, 3, 4, 7, 9)},
    **{f"bilateral {given}": (BilateralBlur(*given), ROUNDING) for given in ((3, 10, 250), (6, 80, 9), (9, 250, 90))},
    **{f"motion {given}": (MotionBlur(*given), ROUNDING) for given in ((7, -45, 0.0), (7, 45, 1.0), (4, 10, -0.5))},
    **{f"sharpen {given}": (Sharpen(*given), ROUNDING) for given in ((0.0, 1.0), (0.5, 0.75), (1.0, 1.5))},
    **{f"emboss {a} {s}": (Emboss(a, s), ROUNDING) for a, s in ((0.0, 1.0), (0.5, 0.5), (1.0, 1.5))},
    **{f"edges {a}": (Edges(a), ROUNDING) for a in (0.0, 0.5, 1.0)},
    **{f"directed edges {a} {d}": (DirectedEdges(a, d), ROUNDING) for a, d in ((0.3, 0.1), (0.5, 0.5), (1.0, 0.9))},
    **{f"add {value}": (Add(value, 0.0), EXACT) for value in (-10.0, 7.4)},
    **{f"quantise {colours}": (Quantise(colours), EXACT) for colours in (2, 3, 7, 16)},
    **{f"contrast {factor}": (Contrast(factor, 0.0), EXACT) for factor in (0.5, 1.0, 1.6)},
    "invert": (Invert(1.0, per_channel=False), EXACT),
    "total dropout": (TotalDropout(1.0), EXACT),
    **{f"brightness {space} {add}": (Brightness(add, space), WITHIN) for space in SPACES for add in (-30.0, 25.0)},
    **{f"saturation {factor}": (Colour(factor, 0.0), WITHIN) for factor in (0.0, 0.5, 1.5)},
    "colour 1.5 10": (Colour(1.5, 10.0), STEEP),
    **{f"hue {degrees}": (Colour(1.0, degrees), WITHIN) for degrees in (-360 / 255 * 20, 360 / 255 * 7)},
    **{f"rotate {border}": (rotate(degrees=30.0, border=border, **WARP), CLOSE) for border in BORDERS[:5]},
    "rotate nearest": (rotate(degrees=-20.0, border="wrap", **(WARP | {"interpolation": "nearest"})), CLOSE),
    "scale": (scale(factor=0.7, border="symmetric", **WARP), CLOSE),
    "shear": (shear(degrees=12.0, border="constant", **WARP), CLOSE),
    "crop": (crop(p=1.0, share=0.1), WITHIN),
    **{f"pad {border}": (pad(p=1.0, share=0.11, border=border, fill=50.0), WITHIN) for border in BORDERS},
    "flip": (flip(horizontal=1.0, vertical=0.0), EXACT),
    "flip both": (flip(horizontal=1.0, vertical=1.0), EXACT),
    "clahe 1": (Clahe(1.0, 3), WITHIN),
    "clahe 8": (Clahe(8.0, 12), STEEP),
    **{f"superpixels {n}": (Superpixels(1.0, n, "compatible", 128, 10.0), EXACT) for n in (80, 150)},
    "superpixels clean": (Superpixels(1.0, 80, "clean", 96, 10.0), ROUNDING),
}  # fmt: skip
