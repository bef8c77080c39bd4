"""Borders that put a statistic outside: as numpy.pad has them, whether image by image or all at once."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from augtui.engine.policies.padding import BORDERS, STATISTICS, statistic_fills

SIDE = 12
BOXES = [(0, 0, 11, 11), (3, 2, 8, 9), (5, 0, 5, 11), (0, 10, 7, 11), (4, 4, 4, 4)]


def places() -> tuple[np.ndarray, np.ndarray]:
    x = np.broadcast_to(np.arange(SIDE, dtype=np.float32)[None, None, :], (len(BOXES), 1, SIDE))
    return x, x.swapaxes(1, 2)


def pictures() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (len(BOXES), 3, SIDE, SIDE)).astype(np.float32)


@pytest.mark.parametrize("statistic", STATISTICS, ids=[BORDERS[code] for code in STATISTICS])
def test_places_outside_hold_what_numpy_pads(statistic):
    images, (x, y) = pictures(), places()
    filled = statistic_fills(images, torch.tensor(BOXES), statistic, x, y)
    for image, found, (left, top, right, bottom) in zip(images, filled, BOXES, strict=True):
        around = ((0, 0), (top, SIDE - 1 - bottom), (left, SIDE - 1 - right))
        inside = image[:, top : bottom + 1, left : right + 1].astype(np.uint8)
        wanted = np.pad(inside, around, mode=BORDERS[statistic]).astype(np.float32)
        wanted[:, top : bottom + 1, left : right + 1] = 0
        np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("statistic", STATISTICS, ids=[BORDERS[code] for code in STATISTICS])
def test_a_batch_as_a_whole_gives_the_same(statistic, turned):
    images, (x, y) = pictures(), places()
    if turned:
        x, y = x + 0.37 * y - 2, y - 0.21 * x
    one_by_one = statistic_fills(images, torch.tensor(BOXES), statistic, x, y)
    at_once = statistic_fills(*map(torch.tensor, (images, BOXES)), statistic, torch.tensor(x), torch.tensor(y))
    np.testing.assert_array_equal(at_once.numpy(), one_by_one)
