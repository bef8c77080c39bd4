"""Affine maps of the plane for each of N images, as 2 x 3 matrices in float64."""

from __future__ import annotations

import torch
from torch import Tensor


def identity(count: int) -> Tensor:
    """float64 [N, 2, 3]."""
    return torch.eye(2, 3, dtype=torch.float64).repeat(count, 1, 1)


def compose(outer: Tensor, inner: Tensor) -> Tensor:
    """The map that applies `inner` first; written out, so that the result does not depend on the batch."""
    a, b = outer.unbind(dim=1)
    c, d = inner.unbind(dim=1)
    first = a[:, 0:1] * c + a[:, 1:2] * d
    second = b[:, 0:1] * c + b[:, 1:2] * d
    first[:, 2] += a[:, 2]
    second[:, 2] += b[:, 2]
    return torch.stack((first, second), dim=1)


def mirroring(horizontal: Tensor, vertical: Tensor, size: tuple[int, int]) -> Tensor:
    """Swaps left and right, top and bottom where the masks (bool [N]) say; its own inverse."""
    height, width = size
    matrix = identity(len(horizontal))
    for axis, wanted, length in ((0, horizontal, width), (1, vertical, height)):
        matrix[:, axis, axis] = 1.0 - 2.0 * wanted
        matrix[:, axis, 2] = (length - 1.0) * wanted
    return matrix


def inverse_warp(scale: Tensor, translate: Tensor, rotate: Tensor, shear: Tensor, size: tuple[int, int]) -> Tensor:
    """From the result of an affine warp to its input, both in pixels.

    The order is that of imgaug.augmenters.Affine with scikit-image's AffineTransform: about the centre of the
    image, shear along y, shear along x, scale, rotate, then shift.

    Args:
        scale: float [N, 2], size of the content along x and y.
        translate: float [N, 2], shift along x and y, in pixels.
        rotate: float [N], degrees, clockwise as seen.
        shear: float [N], degrees, the same for both axes.
        size: (height, width) in pixels.

    Returns:
        float64 [N, 2, 3].
    """
    angle, slope = rotate.double().deg2rad(), shear.double().deg2rad().tan()
    cosine, sine = angle.cos(), angle.sin()
    scale_x, scale_y = scale.double().unbind(dim=1)
    # Scale, rotation and shear along x ...
    xx, xy = scale_x * cosine, -scale_y * (slope * cosine + sine)
    yx, yy = scale_x * sine, scale_y * (cosine - slope * sine)
    # ... after the shear along y: y + slope * x.
    xx, yx = xx + xy * slope, yx + yy * slope
    return _inverse_about_centre(xx, xy, yx, yy, translate.double(), size)


def _inverse_about_centre(
    xx: Tensor, xy: Tensor, yx: Tensor, yy: Tensor, shift: Tensor, size: tuple[int, int]
) -> Tensor:
    height, width = size
    determinant = xx * yy - xy * yx
    matrix = torch.empty(len(xx), 2, 3, dtype=torch.float64)
    matrix[:, 0, 0], matrix[:, 0, 1] = yy / determinant, -xy / determinant
    matrix[:, 1, 0], matrix[:, 1, 1] = -yx / determinant, xx / determinant
    centre_x, centre_y = (width - 1) / 2, (height - 1) / 2
    from_x, from_y = -centre_x - shift[:, 0], -centre_y - shift[:, 1]
    matrix[:, 0, 2] = matrix[:, 0, 0] * from_x + matrix[:, 0, 1] * from_y + centre_x
    matrix[:, 1, 2] = matrix[:, 1, 0] * from_x + matrix[:, 1, 1] * from_y + centre_y
    return matrix


def inverse_margins(margins: Tensor, size: tuple[int, int]) -> Tensor:
    """From an image whose margins were changed and whose size was restored, to the image before.

    Args:
        margins: float [N, 4]: pixels added to the left, top, right, bottom; negative where cut off.
        size: (height, width) in pixels.
    """
    height, width = size
    matrix = identity(len(margins))
    margins = margins.double()
    for axis, length in ((0, width), (1, height)):
        factor = (length + margins[:, axis] + margins[:, axis + 2]) / length
        matrix[:, axis, axis] = factor
        matrix[:, axis, 2] = factor / 2 - 0.5 - margins[:, axis]
    return matrix
