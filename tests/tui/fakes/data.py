"""Small datasets of noise."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image


def write_dataset(root: Path, classes: dict[str, int], test: int = 4, side: int = 16) -> Path:
    """A dataset with train and test folders; `classes` gives the training images of each."""
    noise = random.Random(root.name)
    for split, counts in (("train", classes), ("test", dict.fromkeys(classes, test))):
        for name, count in counts.items():
            folder = root / split / name
            folder.mkdir(parents=True)
            for index in range(count):
                colour = tuple(noise.randrange(256) for _ in range(3))
                Image.new("RGB", (side, side), colour).save(folder / f"{index:03d}.png")
    return root
