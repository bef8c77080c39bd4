"""Images whose distribution is known: a soft disc of one of four colours on a dark ground, or on a light one."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

CLASSES = ("dark", "light")
COLOURS = np.array([[0.9, 0.2, 0.2], [0.2, 0.8, 0.3], [0.3, 0.3, 0.9], [0.9, 0.8, 0.2]])


def discs(seed: int, count: int, light: bool = False, size: int = 64, colours: int = 4) -> Tensor:
    """uint8 (count, 3, size, size); place, radius and colour are drawn for each image."""
    rng = np.random.default_rng([seed, light])
    place = (np.arange(size) + 0.5) / size
    x, y, radius = rng.uniform(0.3, 0.7, (3, count, 1, 1))
    radius = radius / 2.5
    distance = np.hypot(place[None, None, :] - x, place[None, :, None] - y)
    inside = 1 / (1 + np.exp((distance - radius) / 0.03))
    colour = COLOURS[rng.integers(0, colours, count)] + rng.normal(0, 0.04, (count, 3))
    ground = (0.75 if light else 0.25) + rng.normal(0, 0.05, (count, 1, 1, 1))
    images = ground * (1 - inside[:, None]) + colour[:, :, None, None] * inside[:, None]
    return torch.from_numpy((images.clip(0, 1) * 255).round().astype(np.uint8))


def both(seed: int, count: int, size: int = 64) -> tuple[Tensor, Tensor]:
    """Images and labels of both classes, `count` of each."""
    images = torch.cat([discs(seed, count, light=False, size=size), discs(seed, count, light=True, size=size)])
    return images, torch.arange(2).repeat_interleave(count)
