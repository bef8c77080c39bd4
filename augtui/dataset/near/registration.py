"""Laying one image on another: an affine map with gain and offset, fitted by Gauss-Newton for many pairs at once.

After Lucas and Kanade (1981), "An iterative image registration technique with an application to stereo vision".
A map is six numbers (a, b, c, d, e, f): the point (y, x) of the first image lies at (a + (1 + b) y + c x,
d + e y + (1 + f) x) of the second, in units of half a side from the centre.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from augtui.dataset.near.images import Images, clipped, detail

Maps = NDArray[np.float32]
"""float32[P, 6]."""

LARGEST_STEP = 0.1
CLIP = 2.0
"""Usual deviations at which detail is clipped. Unclipped, a frame of 3 black pixels around both made look-alikes
agree by up to 0.98 (of 6,830 candidates in a set of skin lesions), clipped by at most 0.63."""
OVERLAP = 0.4
"""Share of the first image that must fall inside the second."""


def register(first: Images, second: Images, maps: Maps, steps: int) -> Maps:
    """Better maps from the first to the second images, after `steps` Gauss-Newton steps."""
    side = first.shape[-1]
    y, x = _axes(side)
    down, right = np.gradient(second, 2 / side, axis=(1, 2))
    stack = np.stack([second, down, right], axis=-1).astype(np.float32)
    target = first.reshape(len(first), -1)
    for _ in range(steps):
        rows, columns = _places(maps, side)
        inside = _inside(rows, columns, side, 0).astype(np.float32)
        value, dy, dx = _sample(stack, rows, columns).transpose(2, 0, 1)
        terms = np.stack([dy, dy * y, dy * x, dx, dx * y, dx * x, value, np.ones_like(value)], axis=1)
        terms *= inside[:, None]
        solved = _least_squares(terms, target * inside)
        gain = np.where(np.abs(solved[:, 6:7]) < 0.01, 0.01, solved[:, 6:7])
        maps = (maps + np.clip(solved[:, :6] / gain, -LARGEST_STEP, LARGEST_STEP)).astype(np.float32)
    return maps


def warp(images: Images, maps: Maps) -> Images:
    """Each image as its map shows it: a point has the value of the mapped point; edges are repeated.

    Args:
        images: float32[P, n, n].
        maps: float32[P, 6], or float32[1, 6] for all.
    """
    rows, columns = _places(maps, images.shape[-1])
    return _sample(images[..., None], rows, columns)[..., 0].reshape(images.shape)


def agreement(first: Images, second: Images, maps: Maps, sigma: float, margin: int) -> NDArray[np.float32]:
    """float32[P]: correlation of the detail of two images where the mapped second covers the first; 0 where that
    is too little.

    Args:
        first: float32[P, n, n].
        second: float32[P, n, n].
        maps: from first to second.
        sigma: detail is finer than this, pixels.
        margin: pixels at the second's edges that do not count.
    """
    side = first.shape[-1]
    rows, columns = _places(maps, side)
    counted = _inside(rows, columns, side, margin).astype(np.float32)
    mapped = _sample(second[..., None], rows, columns)[..., 0].reshape(first.shape)
    a, b = (clipped(detail(images, sigma).reshape(len(first), -1), counted, CLIP) for images in (first, mapped))
    total = np.maximum(counted.sum(axis=1, keepdims=True), 1)
    a, b = ((values - (values * counted).sum(axis=1, keepdims=True) / total) * counted for values in (a, b))
    found = (a * b).sum(axis=1) / np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1) + 1e-6)
    return np.where(total[:, 0] < OVERLAP * side * side, 0.0, found).astype(np.float32)


def _least_squares(terms: NDArray[np.float32], target: NDArray[np.float32]) -> NDArray[np.float64]:
    """float64[P, T] from float32[P, T, M] and float32[P, M]; a little ridge keeps flat images solvable."""
    normal = (terms @ terms.transpose(0, 2, 1)).astype(np.float64)
    right = (terms @ target[:, :, None]).astype(np.float64)
    ridge = 1e-6 * np.trace(normal, axis1=1, axis2=2)[:, None, None] / terms.shape[1] + 1e-12
    solved: NDArray[np.float64] = np.linalg.solve(normal + ridge * np.eye(terms.shape[1]), right)[:, :, 0]
    return solved


def _axes(side: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The y and x of every pixel, float32[n * n] each, in half sides from the centre."""
    line = ((np.arange(side) - (side - 1) / 2) / (side / 2)).astype(np.float32)
    y, x = np.meshgrid(line, line, indexing="ij")
    return y.ravel(), x.ravel()


def _places(maps: Maps, side: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Row and column in the second image, float32[P, n * n] each, of every pixel of the first."""
    y, x = _axes(side)
    a, b, c, d, e, f = (maps[:, number : number + 1] for number in range(6))
    rows, columns = a + (1 + b) * y + c * x, d + e * y + (1 + f) * x
    return rows * (side / 2) + (side - 1) / 2, columns * (side / 2) + (side - 1) / 2


def _inside(rows: NDArray[np.float32], columns: NDArray[np.float32], side: int, margin: int) -> NDArray[np.bool_]:
    last = side - 1 - margin
    return (rows >= margin) & (rows <= last) & (columns >= margin) & (columns <= last)


def _sample(
    stack: NDArray[np.float32], rows: NDArray[np.float32], columns: NDArray[np.float32]
) -> NDArray[np.float32]:
    """float32[P, M, C]: bilinear values of float32[P, n, n, C] at M places each; edges are repeated."""
    count, side, _, channels = stack.shape
    row, column = np.clip(rows, 0, side - 1), np.clip(columns, 0, side - 1)
    top = np.minimum(row.astype(np.int64), side - 2)
    left = np.minimum(column.astype(np.int64), side - 2)
    down, across = (row - top).astype(np.float32)[..., None], (column - left).astype(np.float32)[..., None]
    flat = stack.reshape(-1, channels)
    corner = np.arange(count)[:, None] * side * side + top * side + left
    upper = flat.take(corner, axis=0)
    upper += across * (flat.take(corner + 1, axis=0) - upper)
    lower = flat.take(corner + side, axis=0)
    lower += across * (flat.take(corner + side + 1, axis=0) - lower)
    value: NDArray[np.float32] = upper + down * (lower - upper)
    return value
