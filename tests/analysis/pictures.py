"""Small datasets on disk, each with what a test wants to be found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image

from augtui.analysis.checks.load import load_subject
from augtui.analysis.checks.report import check_subject
from augtui.analysis.checks.subject import Subject
from augtui.plan.spec import ArmSpec, DataSpec, Plan
from augtui.runlog.checks import CheckReport, Problem

SIDE = 64
CLASSES = ("cat", "dog")


def picture(seed: int, side: int = SIDE, colour: bool = True) -> Image.Image:
    """Noise of its own at several scales, so that no two pictures are alike."""
    rng = np.random.default_rng([seed, 77])
    channels = 3 if colour else 1
    total = np.zeros((side, side, channels))
    for cells in (4, 8, 16, 32):
        noise = rng.normal(0, 1, (cells, cells, channels)).astype(np.float32)
        layers = [
            Image.fromarray(noise[..., c]).resize((side, side), Image.Resampling.BICUBIC) for c in range(channels)
        ]
        total += np.stack([np.asarray(layer) for layer in layers], axis=-1)
    pixels = np.clip(128 + 30 * total, 0, 255).astype(np.uint8)
    return Image.fromarray(pixels if colour else pixels[..., 0])


def write_dataset(root: Path, train: int = 10, test: int = 6, make: Callable[[int], Image.Image] = picture) -> Path:
    """`train` and `test` different pictures of each class, as root/SPLIT/CLASS/NUMBER.png."""
    seed = 0
    for split, count in (("train", train), ("test", test)):
        for name in CLASSES:
            folder = root / split / name
            folder.mkdir(parents=True)
            for number in range(count):
                make(seed).save(folder / f"{number}.png")
                seed += 1
    return root


def plan(*arms: ArmSpec, **keys: object) -> Plan:
    """A plan for such a dataset; `data` may be a dict of `[data]` keys."""
    data = DataSpec(**{"image_size": 32, **keys.pop("data", {})})  # type: ignore[dict-item]
    base = Plan(name="pictures", dataset="pictures", arms=arms or (ArmSpec(name="original"),), data=data)
    return msgspec.structs.replace(base, **keys)


def subject(root: Path, plan: Plan | None = None) -> Subject:
    """The dataset as the checks see it."""
    return load_subject(root, plan, root.parent / "cache", lambda *_: None)[1]


def report(root: Path, plan: Plan | None = None) -> CheckReport:
    """Every check of the dataset."""
    return check_subject(subject(root, plan), "0" * 16, lambda *_: None)


def found(problems: list[Problem], code: str) -> Problem | None:
    """The problem of a code, None where it was not found."""
    return next((problem for problem in problems if problem.code == code), None)
