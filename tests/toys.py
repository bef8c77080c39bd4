"""Toy datasets and plans on disk."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from augtui.paths import StudyPaths
from augtui.plan.reader import read_plan
from augtui.study import create

PLAN = """
name = "toy"
dataset = "{dataset}"
positive = "dark"
seeds = {seeds}
{top}

[data]
image_size = {size}
validation = 0.25

[train]
epochs = {epochs}
batch_size = 8
{train}

[[arms]]
name = "original"

{arms}
"""

ARMS = """
[[arms]]
name = "geometric-50"
add = { policy = "geometric", amount = 0.5 }

[[arms]]
name = "trivial"
online = { policy = "trivialaugment" }
"""


def write_dataset(root: Path, train: int = 16, test: int = 6, size: int = 16) -> Path:
    """Two classes, dark and light, with noise; `train` and `test` images of each, as PNG."""
    rng = np.random.default_rng(0)
    for split, count in (("train", train), ("test", test)):
        for label, (name, base) in enumerate((("dark", 60), ("light", 110))):
            folder = root / split / name
            folder.mkdir(parents=True)
            for number in range(count):
                pixels = rng.integers(0, 100, (size, size, 3)) + base + 7 * label
                Image.fromarray(pixels.astype(np.uint8)).save(folder / f"{number}.png")
    return root


def write_plan(
    path: Path,
    dataset: Path,
    *,
    seeds: int = 2,
    epochs: int = 3,
    size: int = 16,
    arms: str = ARMS,
    train: str = "",
    top: str = "",
) -> Path:
    """A small plan for a toy dataset."""
    path.write_text(
        PLAN.format(dataset=dataset, seeds=seeds, epochs=epochs, size=size, arms=arms, train=train, top=top)
    )
    return path


def new_study(
    folder: Path,
    *,
    slots: int = 2,
    images: int = 16,
    device: str = "cpu",
    clock: Callable[[], float] = time.time,
    **plan: object,
) -> StudyPaths:
    """A study of a toy plan in `folder`/runs, with a cache of its own; the dataset is made where it is missing."""
    dataset = folder / "images"
    if not dataset.exists():
        write_dataset(dataset, train=images)
    plan_path = write_plan(folder / "toy.toml", dataset, **plan)  # type: ignore[arg-type]
    return create(
        read_plan(plan_path),
        dataset_root=dataset,
        runs_dir=folder / "runs",
        cache_dir=folder / "cache",
        device=device,
        slots=slots,
        clock=clock,
    )
