"""A dataset small enough to be trained on in a test: two classes that a network tells apart at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

COUNTS = {"train": 12, "test": 6}


def write_dataset(root: Path, classes: tuple[str, ...] = ("dark", "light"), side: int = 16) -> Path:
    """Noise around another grey level for each class; every picture is another one."""
    stream = np.random.default_rng(0)
    for split, count in COUNTS.items():
        for level, name in enumerate(classes):
            folder = root / split / name
            folder.mkdir(parents=True)
            for number in range(count):
                pixels = stream.integers(0, 120, (side, side, 3)) + 120 * level
                Image.fromarray(pixels.astype(np.uint8)).save(folder / f"{number}.png")
    return root
