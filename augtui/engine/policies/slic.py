"""Superpixels of scikit-image: the label maps that everything else is measured against."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

_PARALLEL = 4
"""From so many images on, threads are worth their start."""


@dataclass(frozen=True, slots=True)
class SlicSettings:
    """What decides a label map, beside the image and the number of segments."""

    compactness: float = 10.0
    """Weight of closeness in place against closeness in colour."""

    @property
    def identity(self) -> str:
        """The settings and the version of the code that obeys them, in words."""
        return f"slic compactness={self.compactness!r} scikit-image={version('scikit-image')}"


def slic_labels(image: NDArray[np.uint8], segments: int, settings: SlicSettings) -> NDArray[np.int64]:
    """int64 [H, W]: labels from 0 on, of uint8 [H, W, 3], in about `segments` connected pieces."""
    from skimage.segmentation import slic

    # start_label is 1 by default since scikit-image 0.19, which imgaug 0.4.0 does not expect.
    labels: NDArray[np.int64] = slic(image, n_segments=segments, compactness=settings.compactness, start_label=0)
    return labels


def slic_all(
    images: NDArray[np.uint8], segments: NDArray[np.int64], settings: SlicSettings
) -> list[NDArray[np.int64]]:
    """Label maps of uint8 [N, H, W, 3], in parallel: scikit-image lets go of the interpreter while it works."""

    def one(number: int) -> NDArray[np.int64]:
        return slic_labels(images[number], int(segments[number]), settings)

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if len(images) < _PARALLEL or cores == 1:
        return [one(number) for number in range(len(images))]
    with ThreadPoolExecutor(cores) as pool:
        return list(pool.map(one, range(len(images))))
