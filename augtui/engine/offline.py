"""Augmented copies of a whole dataset as files, outside any study."""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image

from augtui import __version__
from augtui.dataset.layout import ImageFile, Layout, read_layout
from augtui.dataset.splits import rows_outside_test
from augtui.dataset.store import open_dataset
from augtui.engine.versions import Original, image_policy, open_original, versions
from augtui.errors import AugtuiError
from augtui.jobs import Progress
from augtui.paths import write_atomic
from augtui.plan.spec import DataSpec, PolicySpec

PIXELS_AT_ONCE = 1 << 22
"""Pixels of the copies that are made together: calls are dear for small images, memory for large ones."""


@dataclass(frozen=True, slots=True)
class Request:
    """Which images, changed how, to where.

    Attributes:
        dataset: its folder.
        policy: what is done to each image.
        out: a new folder (copies) or a PNG (sheet).
        size: side of the square in pixels; None keeps each image's own size.
        seed: of the stream of draws.
        count: copies of each image, or versions on the sheet.
        cache: root of the cache, for decoded images.
        captions: whether a sheet tells what was drawn.
    """

    dataset: Path
    policy: PolicySpec
    out: Path
    size: int | None
    seed: int
    count: int
    cache: Path
    captions: bool = True

    @classmethod
    def of(cls, options: argparse.Namespace) -> Request:
        """From the command line of the job."""
        policy = msgspec.json.decode(options.policy, type=PolicySpec)
        return cls(
            dataset=options.dataset,
            policy=policy,
            out=options.out,
            size=options.size,
            seed=options.seed,
            count=options.count,
            cache=options.cache_dir,
            captions=options.captions,
        )


def write_copies(request: Request, progress: Progress) -> dict[str, Any]:
    """Write `count` copies of each training image under OUT/CLASS, with OUT/lineage.csv, and OUT/policy.json, which
    says how they were made; as the original study's main.py did, but from training images alone: of a flat dataset,
    those that a study with the default `test` and `test_seed` does not test on. The folder appears when it is
    complete.

    Returns:
        {"images": n, "left_out": test images of a flat dataset}

    Raises:
        AugtuiError: the folder exists and is not empty, or lies in the dataset; an image is corrupt, or the policy
            mixes batches.
    """
    if request.out.exists() and (not request.out.is_dir() or any(request.out.iterdir())):
        raise AugtuiError(f"{request.out} exists and is not empty", "nothing is overwritten: choose a new folder")
    refuse_inside(request.dataset, request.out)
    policy = image_policy(request.policy)
    layout = read_layout(request.dataset)
    files = _training_files(layout, request.cache, progress)
    lineage = io.StringIO()
    table = csv.writer(lineage, lineterminator="\n")
    table.writerow(["path", "class", "parent", "copy", "policy", "seed", "drawn"])
    request.out.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{request.out.name}-", dir=request.out.parent))
    try:
        names: set[str] = set()
        done = 0
        for batch in _batches(layout, files, request):
            with tempfile.TemporaryDirectory(prefix="augtui-") as kept:
                made = versions(policy, request.policy, batch, request.count, request.seed, Path(kept))
            for original, copies in zip(batch, made, strict=True):
                label = layout.classes[original.file.label]
                for copy, version in enumerate(copies):
                    name = _free_name(names, label, f"{copy}_{Path(original.file.path).stem}")
                    target = temporary / name
                    target.parent.mkdir(exist_ok=True)
                    Image.fromarray(version.pixels).save(target)
                    made_by = (request.policy.name, request.seed, version.drawn)
                    table.writerow([name, label, original.file.path, copy, *made_by])
            done += len(batch)
            progress(done, len(files), "writing")
        write_atomic(temporary / "lineage.csv", lineage.getvalue())
        write_atomic(temporary / "policy.json", _how(request))
        temporary.chmod(0o755)
        if request.out.is_dir():
            request.out.rmdir()
        temporary.rename(request.out)
    except OSError as error:
        raise AugtuiError(f"cannot write {request.out}: {os.strerror(error.errno or 0)}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    left_out = len(layout.files) - len(files) if layout.flat else 0
    return {"images": len(files) * request.count, "left_out": left_out}


def refuse_inside(dataset: Path, out: Path) -> None:
    """Make sure that nothing is written into the dataset that is read: it would be a class, or a picture, of it.

    Raises:
        AugtuiError: `out` lies there.
    """
    if out.resolve().is_relative_to(dataset.resolve()):
        raise AugtuiError(f"{out} lies in the dataset {dataset}", "choose a place outside of it")


def _how(request: Request) -> str:
    how = {
        "augtui": __version__,
        "dataset": str(request.dataset.resolve()),
        "policy": msgspec.to_builtins(request.policy),
        "size": request.size,
        "copies": request.count,
        "seed": request.seed,
    }
    return json.dumps(how, indent=2, ensure_ascii=False) + "\n"


def _training_files(layout: Layout, cache: Path, progress: Progress) -> list[ImageFile]:
    if not layout.flat:
        return [file for file in layout.files if file.split == "train"]
    data = DataSpec()
    dataset = open_dataset(layout, data.stored, cache=cache, progress=progress)
    kept = {dataset.paths[row] for row in rows_outside_test(dataset, data).tolist()}
    return [file for file in layout.files if file.path in kept]


def _batches(layout: Layout, files: list[ImageFile], request: Request) -> Iterator[list[Original]]:
    """The images in their order, neighbours of one size together."""
    batch: list[Original] = []
    for row, file in enumerate(files):
        original = open_original(layout, file, row, request.size)
        pixels = (len(batch) + 1) * request.count * original.pixels.size // 3
        if batch and (original.pixels.shape != batch[0].pixels.shape or pixels > PIXELS_AT_ONCE):
            yield batch
            batch = []
        batch.append(original)
    if batch:
        yield batch


def _free_name(names: set[str], label: str, stem: str) -> str:
    """CLASS/stem.png, or with a number where another file of the class has the same stem."""
    number = 1
    while True:
        name = f"{label}/{stem}.png" if number == 1 else f"{label}/{stem}-{number}.png"
        if name.casefold() not in names:
            names.add(name.casefold())
            return name
        number += 1
