"""Pairs of images on different sides of a split that show the same picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from augtui.dataset.near.images import Images, blur, hamming, perceptual_hash, shrink
from augtui.dataset.near.registration import agreement, identity, register

SIDE = 128
"""Side of the thumbnails, pixels."""

HASH_STEP = 2
ALIKE_BITS = 72
"""Every pair that differs in at most so many of 256 bits is a candidate."""
NEAREST = 3
NEAREST_BITS = 100
"""The nearest images are candidates up to here: a turned or cropped copy changes many bits."""

DETAIL_SIGMA = 3.0
BLOCK = 64
"""Candidates that are registered together."""


@dataclass(frozen=True, slots=True)
class _Level:
    step: int
    """Of shrinking the thumbnails."""
    steps: int
    """Of Gauss-Newton."""
    pass_above: float
    """Agreement in detail below which a pair is given up."""


LEVELS = (_Level(4, 20, 0.75), _Level(2, 8, 0.70), _Level(1, 5, 0.75))
"""Coarse to fine. The last one decides. On two real sets, of 4 138 candidates, the same picture in both had 0.72
to 1.00 there, look-alikes at most 0.70."""

Thumbnails = Callable[[NDArray[np.int64]], NDArray[np.uint8]]
"""uint8[n, 128, 128], grey, for image numbers int64[n]."""
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class NearPair:
    """Two images that show the same picture."""

    first: int
    second: int
    mirrored: bool
    agreement: float
    """Correlation of the fine structure once one is laid on the other, in (0, 1]."""


def near_pairs(
    thumbnails: Thumbnails, left: NDArray[np.int64], right: NDArray[np.int64], progress: Progress | None = None
) -> list[NearPair]:
    """Every image of `left` with every one of `right` that shows the same picture, mirrored or not.

    Args:
        thumbnails: gives grey images by number; asked in blocks.
        left: int64[L] image numbers, for example of the test set.
        right: int64[R], none of them in `left`.
        progress: told while candidates are confirmed.

    Returns:
        Ascending by first and second, each pair once.
    """
    if not len(left) or not len(right):
        return []
    candidates = _candidates(thumbnails, left, right)
    found: dict[tuple[int, int], NearPair] = {}
    for start in range(0, len(candidates), BLOCK):
        block = candidates[start : start + BLOCK]
        for (first, second, mirrored), value in zip(block.tolist(), _confirm(thumbnails, block), strict=True):
            known = found.get((first, second))
            if value >= LEVELS[-1].pass_above and (known is None or known.agreement < value):
                found[first, second] = NearPair(first, second, bool(mirrored), float(value))
        if progress is not None:
            progress(min(start + BLOCK, len(candidates)), len(candidates), "near duplicates")
    return [found[key] for key in sorted(found)]


def _candidates(thumbnails: Thumbnails, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """int64[C, 3]: first, second, and whether the first is mirrored."""
    of_right = _hashes(thumbnails, right, mirrored=False)
    found = []
    for mirrored in (False, True):
        bits = hamming(_hashes(thumbnails, left, mirrored), of_right)
        chosen = bits <= ALIKE_BITS
        nearest = np.argsort(bits, axis=1, kind="stable")[:, :NEAREST]
        rows = np.arange(len(left))[:, None]
        chosen[rows, nearest] |= bits[rows, nearest] <= NEAREST_BITS
        pairs = np.argwhere(chosen)
        found.append(np.column_stack([left[pairs[:, 0]], right[pairs[:, 1]], np.full(len(pairs), int(mirrored))]))
    return np.concatenate(found)


def _hashes(thumbnails: Thumbnails, numbers: NDArray[np.int64], mirrored: bool) -> NDArray[np.bool_]:
    blocks = []
    for start in range(0, len(numbers), 512):
        images = _floats(thumbnails(numbers[start : start + 512]))
        blocks.append(perceptual_hash(shrink(images[:, :, ::-1] if mirrored else images, HASH_STEP)))
    return np.concatenate(blocks)


def _confirm(thumbnails: Thumbnails, block: NDArray[np.int64]) -> NDArray[np.float32]:
    """float32[C]: the agreement of each candidate at the level that it reached, 0 where it was given up."""
    first, second = _floats(thumbnails(block[:, 0])), _floats(thumbnails(block[:, 1]))
    first = np.where((block[:, 2] == 1)[:, None, None], first[:, :, ::-1], first)
    maps, value = identity(len(block)), np.zeros(len(block), dtype=np.float32)
    going = np.arange(len(block))
    for level, (a, b) in zip(LEVELS, _pyramid(first, second), strict=True):
        maps[going] = register(blur(a[going], 1.0), blur(b[going], 1.0), maps[going], level.steps)
        reached = agreement(a[going], b[going], maps[going], DETAIL_SIGMA, margin=max(4 // level.step, 1))
        value[:] = 0.0
        value[going] = np.where(reached >= level.pass_above, reached, 0.0)
        going = going[reached >= level.pass_above]
        if not len(going):
            break
    return value


def _pyramid(first: Images, second: Images) -> Iterator[tuple[Images, Images]]:
    for level in LEVELS:
        yield shrink(first, level.step), shrink(second, level.step)


def _floats(images: NDArray[np.uint8]) -> Images:
    return images.astype(np.float32)
