"""Which drawn images are copies of training images.

Images are compared at 16 px by what they show, not by how bright or how contrasty they are: a smooth image is near to
every smooth image in its pixels, and would look like a copy of it. A copy is as close to a training image as hardly
any two of these are to each other, and much closer to it than to the tenth nearest.

What is counted so among images that are no copies is measured, not assumed: on the training images themselves, each
against the others, as they are and blurred as much as a poor generator blurs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from augtui.engine.generators.drawing import resized
from augtui.engine.generators.measures import Neighbours, Vectors, neighbours
from augtui.metrics.gate import DUPLICATES
from augtui.streams import stream_seed

SMALL = 16
"""Side at which pixels are compared: a copy stays close to its original under noise and small shifts."""
CROWD = 10
"""A copy is much closer to its original than to so many others."""
CROWDED = 0.10
"""... where this share of the training images' own relations is the measure."""
SAME = 0.1
"""Distance (of outlines of length 1) below which two images show the same: a correlation of .995. Training images
that have such a copy among the training images say nothing about how close different images come."""
_FAINT = math.sqrt(3 * SMALL * SMALL) / 255
"""Length of the contrast of one grey level; what has less is as good as one colour and resembles nothing."""
_BLURS = (8, 4)
"""Sides through which images are blurred."""
_QUERIES = 2000
"""Training images that distances are estimated with."""


def small_pixels(images: Tensor) -> Vectors:
    """uint8 (n, 3, s, s) as float64 (n, 768) in [0, 1]."""
    vectors: Vectors = resized(images, SMALL).flatten(1).cpu().numpy().astype(np.float64) / 255
    return vectors


@dataclass(frozen=True, slots=True)
class Compared:
    """n images and the training images nearest to them."""

    near: Neighbours
    """Rows are of the pool: training images, then the same mirrored."""
    copied: NDArray[np.bool_]
    """(n,): whether it counts as a copy."""


class CopyTest:
    """Finds copies of the training images of one class.

    Args:
        training: uint8 (n, 3, s, s).
        seed: chooses those by which distances are estimated.

    Attributes:
        distance: below it an image is as close as hardly any two training images.
        usual: share of new images that count as copies by chance, sharp or blurred.
    """

    def __init__(self, training: Tensor, seed: int) -> None:
        self._count = len(training)
        small = small_pixels(training)
        self._pool = np.concatenate([_outlines(small), _outlines(small_pixels(training.flip(-1)))])
        stream = np.random.default_rng(stream_seed(seed, "duplicates"))
        queries = stream.permutation(self._count)[:_QUERIES]
        near = self._others(small[queries], queries)
        alone = near.distance > SAME
        if not alone.any():
            alone[:] = True
        closest = float(np.quantile(near.distance[alone], DUPLICATES, method="lower"))
        self.distance = max(closest, SAME)
        self._relative = float(np.quantile(near.relative[alone], CROWDED))
        rows = queries[alone]
        shares = (self._copied(self._others(_blurred(small[rows], side), rows)).mean() for side in _BLURS)
        self.usual = max(DUPLICATES, *map(float, shares))

    def compare(self, images: Tensor) -> Compared:
        """Images uint8 (n, 3, s, s) with the training images."""
        near = neighbours(_outlines(small_pixels(images)), self._pool, CROWD)
        return Compared(near, self._copied(near))

    def _others(self, small: Vectors, rows: NDArray[np.int64]) -> Neighbours:
        """Training images (or blurred ones) among the others."""
        return neighbours(_outlines(small), self._pool, CROWD, own=rows, versions=2)

    def _copied(self, near: Neighbours) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (near.distance < self.distance) & (near.relative < self._relative)
        return found


def _outlines(small: Vectors) -> Vectors:
    """(n, 768): without the mean of each channel, and of length 1 (0 where there is no contrast)."""
    channels = small.reshape(len(small), 3, -1)
    centred = (channels - channels.mean(axis=2, keepdims=True)).reshape(len(small), -1)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    outlines: Vectors = np.where(length > _FAINT, centred / np.maximum(length, _FAINT), 0.0)
    return outlines


def _blurred(small: Vectors, side: int) -> Vectors:
    """(n, 768): the same by way of fewer pixels."""
    images = torch.from_numpy(small).reshape(len(small), 3, SMALL, SMALL)
    fewer = functional.interpolate(images, size=(side, side), mode="bilinear", antialias=True)
    blurred: Vectors = functional.interpolate(fewer, size=(SMALL, SMALL), mode="bilinear").flatten(1).numpy()
    return blurred
