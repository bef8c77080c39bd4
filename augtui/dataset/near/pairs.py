"""Pairs of images on different sides of a split that show the same picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from augtui.dataset.near.images import Images, blur, hamming, shrink
from augtui.dataset.near.poses import POSES, UPRIGHT, Hashes, maps
from augtui.dataset.near.registration import agreement, register
from augtui.jobs import Progress

HASH_SIDE = 32
"""Pixels of what is hashed: its lowest 16 x 16 frequencies are the same in any larger size."""
ALIKE_BITS = 72
"""Every pair that differs in at most so many of 256 bits is a candidate."""
NEAREST = 6
NEAREST_BITS = 100
"""The nearest images are candidates up to here: a turned or cropped copy changes many bits. With 3 of them instead of
6, three real pairs of 87 were missed in a set of skin lesions."""

DETAIL_SIGMA = 3.0
BLOCK = 64
"""Candidates that are registered together."""


@dataclass(frozen=True, slots=True)
class _Level:
    side: int
    """Of the images that are compared, pixels."""
    steps: int
    """Of Gauss-Newton."""
    go_on: float
    """Agreement in detail below which a pair is given up."""
    decide: float
    """Agreement from which a pair counts where the images are not larger than this."""


LEVELS = (_Level(32, 20, 0.75, 0.97), _Level(64, 8, 0.70, 0.93), _Level(128, 5, 0.70, 0.70))
"""Coarse to fine. Of 7,484 candidates of two real sets, at 128 px the same picture had 0.72 to 1.00 and look-alikes
at most 0.64; the fewer pixels, the more alike is what only looks alike."""
SIDES = tuple(level.side for level in reversed(LEVELS))
"""Sides of thumbnails that can be compared, largest first."""

Thumbnails = Callable[[NDArray[np.int64]], NDArray[np.uint8]]
"""uint8[n, S, S], grey, for image numbers int64[n]; S is one of `SIDES`."""


@dataclass(frozen=True, slots=True)
class NearPair:
    """Two images that show the same picture."""

    first: int
    second: int
    mirrored: bool
    """Or flipped upside down, turned or not."""
    agreement: float
    """Correlation of the fine structure once one is laid on the other, in (0, 1]."""


def near_pairs(
    rough: Thumbnails,
    exact: Thumbnails,
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    progress: Progress | None = None,
) -> list[NearPair]:
    """Every image of `left` with every one of `right` that shows the same picture: recoloured, flipped, turned by any
    angle, or cropped to no less than 85 % of its side (75 % in the centre). At 32 px only what is upright or mirrored
    is found.

    Args:
        rough: what is hashed; asked for every image, in blocks.
        exact: what is compared; asked for candidates only, in blocks.
        left: int64[L] image numbers, for example of the test set.
        right: int64[R], none of them in `left`.
        progress: told while candidates are confirmed.

    Returns:
        Ascending by first and second, each pair once.
    """
    if not len(left) or not len(right):
        return []
    candidates = _candidates(rough, left, right)
    found: dict[tuple[int, int], NearPair] = {}
    for start in range(0, len(candidates), BLOCK):
        block = candidates[start : start + BLOCK]
        for (first, second, pose), value in zip(block.tolist(), _confirm(exact, block), strict=True):
            known = found.get((first, second))
            if value > 0 and (known is None or known.agreement < value):
                found[first, second] = NearPair(first, second, POSES[pose].mirrored, float(value))
        if progress is not None:
            progress(min(start + BLOCK, len(candidates)), len(candidates), "near duplicates")
    return [found[key] for key in sorted(found)]


def _candidates(rough: Thumbnails, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """int64[C, 3]: first, second, and the number of the pose from which they are fitted."""
    hashes = Hashes(_small(rough, left), _small(rough, right))
    found = [_upright(number, *hashes.of(pose)) for number, pose in enumerate(UPRIGHT)]
    # So small a picture is little more than an edge or two, and in some turn one edge fits another.
    if rough(left[:1]).shape[-1] > HASH_SIDE:
        found.append(_otherwise(hashes, len(left)))
    pairs = np.concatenate(found)
    return np.column_stack([left[pairs[:, 0]], right[pairs[:, 1]], pairs[:, 2]])


def _upright(number: int, left: NDArray[np.bool_], right: NDArray[np.bool_]) -> NDArray[np.int64]:
    """int64[C, 3]: every pair that is alike in this pose, and the nearest that are less so."""
    bits = hamming(left, right)
    chosen = bits <= ALIKE_BITS
    rows, nearest = np.arange(len(left))[:, None], np.argsort(bits, axis=1, kind="stable")[:, :NEAREST]
    chosen[rows, nearest] |= bits[rows, nearest] <= NEAREST_BITS
    pairs = np.argwhere(chosen)
    return np.column_stack([pairs, np.full(len(pairs), number)])


def _otherwise(hashes: Hashes, count: int) -> NDArray[np.int64]:
    """int64[C, 3]: for each first image the nearest of those that are alike in some other pose, in the best one."""
    best: list[dict[int, tuple[int, int]]] = [{} for _ in range(count)]
    for number, pose in enumerate(POSES[len(UPRIGHT) :], len(UPRIGHT)):
        bits = hamming(*hashes.of(pose))
        for first, second in np.argwhere(bits <= ALIKE_BITS).tolist():
            found = int(bits[first, second]), number
            best[first][second] = min(best[first].get(second, found), found)
    pairs = [
        (first, second, number)
        for first, seconds in enumerate(best)
        for second, (_, number) in sorted(seconds.items(), key=lambda item: (item[1], item[0]))[:NEAREST]
    ]
    return np.array(pairs, dtype=np.int64).reshape(-1, 3)


def _small(thumbnails: Thumbnails, numbers: NDArray[np.int64]) -> Images:
    """float32[n, 32, 32]."""
    blocks = [_floats(thumbnails(numbers[start : start + 512])) for start in range(0, len(numbers), 512)]
    return np.concatenate([shrink(block, block.shape[-1] // HASH_SIDE) for block in blocks])


def _confirm(exact: Thumbnails, block: NDArray[np.int64]) -> NDArray[np.float32]:
    """float32[C]: the agreement of each candidate that shows the same picture, 0 of the others."""
    first, second = _floats(exact(block[:, 0])), _floats(exact(block[:, 1]))
    levels = [level for level in LEVELS if level.side <= first.shape[-1]]
    fits, going = maps([POSES[pose].there for pose in block[:, 2].tolist()]), np.arange(len(block))
    reached = np.zeros(0, dtype=np.float32)
    for level in levels:
        step = first.shape[-1] // level.side
        a, b = shrink(first[going], step), shrink(second[going], step)
        fits[going] = register(blur(a, 1.0), blur(b, 1.0), fits[going], level.steps)
        reached = agreement(a, b, fits[going], DETAIL_SIGMA, margin=max(level.side // 32, 1))
        enough = reached >= (level.decide if level is levels[-1] else level.go_on)
        going, reached = going[enough], reached[enough]
        if not len(going):
            break
    value = np.zeros(len(block), dtype=np.float32)
    value[going] = reached
    return value


def _floats(images: NDArray[np.uint8]) -> Images:
    return images.astype(np.float32)
