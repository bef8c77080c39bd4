"""Small linear operations on stacks of square grey images, as matrix products."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.float32]
"""float32[P, n, n]."""

HASH_FREQUENCIES = 16
LEAST_DEVIATION = 0.25
"""Grey levels: a flat picture has no detail that could count."""


def blur(images: Images, sigma: float) -> Images:
    """Gaussian blur with the edge pixels repeated; sigma in pixels."""
    matrix = _blur_matrix(images.shape[-1], sigma)
    return (matrix @ images @ matrix.T).astype(np.float32, copy=False)


def detail(images: Images, sigma: float) -> Images:
    """What is finer than `sigma` pixels, without the noise of single pixels."""
    smooth = blur(images, 0.7)
    return smooth - blur(smooth, sigma)


def shrink(images: Images, step: int) -> Images:
    """Means of step x step blocks."""
    count, side = len(images), images.shape[-1] // step
    means: Images = images.reshape(count, side, step, side, step).mean((2, 4))
    return means


def perceptual_hash(images: Images) -> NDArray[np.bool_]:
    """bool[P, 256]: which of the 16 x 16 lowest cosine frequencies lie above their median."""
    side = images.shape[-1]
    waves = np.cos(np.pi * (np.arange(side) + 0.5) * np.arange(HASH_FREQUENCIES)[:, None] / side).astype(np.float32)
    spectrum = (waves @ images @ waves.T).reshape(len(images), -1)
    bits: NDArray[np.bool_] = spectrum > np.median(spectrum, axis=1, keepdims=True)
    return bits


def hamming(left: NDArray[np.bool_], right: NDArray[np.bool_]) -> NDArray[np.float32]:
    """float32[L, R]: differing bits of every pair, whole numbers."""
    bits: NDArray[np.float32] = (1 - 2 * left.astype(np.float32)) @ (right.astype(np.float32).T * 2 - 1)
    bits += left.shape[1]
    bits /= 2
    return bits


def clipped(values: NDArray[np.float32], counted: NDArray[np.float32], times: float) -> NDArray[np.float32]:
    """Values that lie no more than `times` the usual deviation from zero, so that a few strong edges (a frame, a
    ruler, a letter that many pictures share) do not outweigh all the rest.

    Args:
        values: float32[P, M].
        counted: float32[P, M], 1 where a value counts and 0 elsewhere.
        times: of the deviation, which is told by the median of what counts.
    """
    sizes = np.where(counted > 0, np.abs(values), np.nan)
    sizes[~counted.any(axis=1)] = 0.0
    most = times * (1.4826 * np.nanmedian(sizes, axis=1, keepdims=True) + LEAST_DEVIATION)
    return np.clip(values, -most, most).astype(np.float32, copy=False)


def _blur_matrix(side: int, sigma: float) -> NDArray[np.float32]:
    positions = np.arange(side)
    reach = int(np.ceil(4 * sigma))
    matrix = np.zeros((side, side))
    for offset in range(-reach, reach + 1):
        source = np.clip(positions + offset, 0, side - 1)
        np.add.at(matrix, (positions, source), np.exp(-0.5 * (offset / sigma) ** 2))
    whole: NDArray[np.float32] = (matrix / matrix.sum(axis=1, keepdims=True)).astype(np.float32)
    return whole
