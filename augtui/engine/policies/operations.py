"""The operations that TrivialAugment, RandAugment, AutoAugment and AugMix draw from, as torchvision has them.

Each image has its own operation and magnitude; images are grouped by operation, so that a batch costs one pass
over each image and not one pass for each operation.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from augtui.engine.policies import photometric
from augtui.engine.policies.affine import identity
from augtui.engine.policies.padding import BORDERS
from augtui.engine.policies.rows import put_rows, take_rows
from augtui.engine.policies.stages import Chain, Stage
from augtui.engine.policies.warp import warp

OPERATIONS = (
    "identity",
    "shear_x",
    "shear_y",
    "translate_x",
    "translate_y",
    "rotate",
    "brightness",
    "colour",
    "contrast",
    "sharpness",
    "posterize",
    "solarize",
    "autocontrast",
    "equalize",
    "invert",
)
_CODE = {name: code for code, name in enumerate(OPERATIONS)}
_GEOMETRY = range(_CODE["shear_x"], _CODE["rotate"] + 1)
_CONSTANT = BORDERS.index("constant")


def code(name: str) -> int:
    """An operation's index in OPERATIONS."""
    return _CODE[name]


def operate(images: Tensor, operation: Tensor, magnitude: Tensor, *, nearest: bool, fill: float) -> Tensor:
    """Apply one operation to each image.

    Args:
        images: uint8 [N, 3, H, W].
        operation: int64 [N], indices into OPERATIONS, on the CPU.
        magnitude: float32 [N], in the units of `torchvision.transforms.v2`, signed, on the CPU: slope of a shear,
            pixels of a translation, degrees (counter-clockwise), factor - 1 of a blend, bits, threshold in 0..1.
        nearest: how warps read between pixels; otherwise bilinear.
        fill: grey level outside the image.

    Returns:
        uint8 [N, 3, H, W].
    """
    result = images.clone()
    moved = (operation >= _GEOMETRY.start) & (operation < _GEOMETRY.stop)
    groups = [(name, operation == code) for name, code in _CODE.items() if code and code not in _GEOMETRY]
    for name, mask in [("geometry", moved), *groups]:
        rows = mask.nonzero()[:, 0]
        if not len(rows):
            continue
        chosen = take_rows(images, rows)
        if name == "geometry":
            changed = _move(chosen, operation[rows], magnitude[rows], nearest, fill)
        else:
            changed = _recolour(chosen, name, magnitude[rows].to(images.device))
        put_rows(result, rows, changed)
    return result


def _recolour(images: Tensor, name: str, magnitude: Tensor) -> Tensor:
    factor = (1 + magnitude.double()).float()
    match name:
        case "brightness":
            return photometric.brightness(images, factor)
        case "colour":
            return photometric.saturation(images, factor)
        case "contrast":
            return photometric.contrast(images, factor)
        case "sharpness":
            return photometric.sharpness(images, factor)
        case "posterize":
            return photometric.posterize(images, magnitude.long())
        case "solarize":
            return photometric.solarize(images, 255 * magnitude)
        case "autocontrast":
            return photometric.autocontrast(images)
        case "equalize":
            return photometric.equalize(images)
        case "invert":
            return photometric.invert(images)
        case _:
            raise ValueError(f"no operation {name}")


def _move(images: Tensor, operation: Tensor, magnitude: Tensor, nearest: bool, fill: float) -> Tensor:
    count, (height, width) = len(images), images.shape[-2:]
    stage = Stage(
        matrix=_inverse(operation, magnitude.double(), height, width),
        box=torch.tensor([0.0, 0.0, width - 1.0, height - 1.0]).expand(count, 4),
        border=torch.full((count,), _CONSTANT),
        fill=torch.full((count, 3), fill),
        reach=torch.ones(count, 4),
        nearest=torch.full((count,), nearest),
    )
    everywhere = torch.ones(count, dtype=torch.int64)
    return warp(images, Chain((stage,), everywhere, torch.zeros(count, 2, dtype=torch.bool)))


def _inverse(operation: Tensor, magnitude: Tensor, height: int, width: int) -> Tensor:
    """From places in the result to places in the input; shears keep the upper left corner, rotations the centre."""
    zero = torch.zeros_like(magnitude)

    def only(name: str) -> Tensor:
        return torch.where(operation == _CODE[name], magnitude, zero)

    shear_x, shear_y = only("shear_x"), only("shear_y")
    angle = only("rotate") * (math.pi / 180)
    cosine, sine = angle.cos(), angle.sin()
    centre_x, centre_y = (width - 1) / 2, (height - 1) / 2
    matrix = identity(len(magnitude))
    matrix[:, 0, 0], matrix[:, 0, 1] = cosine, -sine + shear_x
    matrix[:, 1, 0], matrix[:, 1, 1] = sine + shear_y, cosine
    # Translations are whole pixels, cut towards zero.
    matrix[:, 0, 2] = centre_x * (1 - cosine) + centre_y * sine + 0.5 * shear_x - only("translate_x").trunc()
    matrix[:, 1, 2] = centre_y * (1 - cosine) - centre_x * sine + 0.5 * shear_y - only("translate_y").trunc()
    return matrix
