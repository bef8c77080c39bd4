"""Ways in which a copy may lie to its original before any fit: mirrored, turned, cropped.

A fit finds a copy only from nearby. These are the places from which fits begin, and each has a hash of its own, which
says whether a fit from there is worth while.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from augtui.dataset.near.images import Images, perceptual_hash
from augtui.dataset.near.registration import Maps, warp

TURN = 15
"""Degrees between the turns from which fits begin: half of it changes some 60 of 256 bits."""
CROPS = {0.87: 0.1, 0.75: 0.18}
"""Sides of the parts from which fits begin, and how far their centres lie from the whole's; 1 is half its side."""

Six = tuple[float, float, float, float, float, float]
"""A map as in `registration`: the point (y, x) lies at (a + (1 + b) y + c x, d + e y + (1 + f) x)."""


@dataclass(frozen=True, slots=True)
class Pose:
    """How the second image lies to the first.

    Attributes:
        there: from the first image to the second.
        back: from the second to the first.
        disc: whether only the inscribed disc is hashed, because corners turn out of the picture.
        part: whether the first image is a part of the second, so that it is the second which is laid over the first.
    """

    there: Six
    back: Six
    disc: bool = False
    part: bool = False

    @property
    def mirrored(self) -> bool:
        _, b, c, _, e, f = self.there
        return (1 + b) * (1 + f) - c * e < 0


def maps(sixes: list[Six]) -> Maps:
    """float32[P, 6]."""
    return np.array(sixes, dtype=np.float32).reshape(-1, 6)


def turned(degrees: float, mirrored: bool) -> Pose:
    """The second shows the first turned, after it was mirrored left to right where that is said."""
    c, s, side = math.cos(math.radians(degrees)), math.sin(math.radians(degrees)), -1 if mirrored else 1
    there, back = (0, c - 1, -s * side, 0, s, c * side - 1), (0, c - 1, s, 0, -s * side, c * side - 1)
    return Pose(there, back, disc=degrees % 90 != 0)


def cropped(side: float, y: float, x: float, first: bool) -> Pose:
    """One image shows the part of the other that has this side and centre.

    Args:
        side: of the part, in (0, 1).
        y, x: its centre, in half sides from the whole's.
        first: whether the first image is the part.
    """
    outward: Six = (y, side - 1, 0, x, 0, side - 1)
    inward: Six = (-y / side, 1 / side - 1, 0, -x / side, 0, 1 / side - 1)
    return Pose(outward, inward, part=True) if first else Pose(inward, outward)


UPRIGHT = (turned(0, False), turned(0, True))
"""As they are, and mirrored left to right: how copies usually lie."""
OTHERS = (
    *(turned(degrees, mirrored) for degrees in range(TURN, 360, TURN) for mirrored in (False, True)),
    *(
        cropped(side, down * far, across * far, first)
        for side, far in CROPS.items()
        for down, across, first in product((-1, 0, 1), (-1, 0, 1), (False, True))
    ),
)
POSES = (*UPRIGHT, *OTHERS)


class Hashes:
    """Hashes of two stacks of images, as each pose compares them.

    Args:
        first: float32[L, n, n].
        second: float32[R, n, n].
    """

    def __init__(self, first: Images, second: Images) -> None:
        self._first, self._second = first, second
        self._first_whole, self._whole = perceptual_hash(first), perceptual_hash(second)
        self._disc = perceptual_hash(_disc(second))

    def of(self, pose: Pose) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """bool[L, 256] and bool[R, 256]: nearly equal for images that lie in this pose to each other."""
        if pose.part:
            return self._first_whole, perceptual_hash(warp(self._second, maps([pose.there])))
        seen = warp(self._first, maps([pose.back]))
        return (perceptual_hash(_disc(seen)), self._disc) if pose.disc else (perceptual_hash(seen), self._whole)


def _disc(images: Images) -> Images:
    """The inscribed disc of each image around its own mean, faded out at the rim."""
    side = images.shape[-1]
    line = (np.arange(side) - (side - 1) / 2) / (side / 2)
    weight = np.clip((0.95 - np.hypot(line[:, None], line)) / 0.1, 0, 1).astype(np.float32)
    mean = (images * weight).sum((1, 2), keepdims=True) / weight.sum()
    faded: Images = ((images - mean) * weight).astype(np.float32)
    return faded
