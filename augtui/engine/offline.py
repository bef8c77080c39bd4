"""Augmented images outside any study: copies of a whole dataset as files, and contact sheets to look at."""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from augtui.dataset.decode import Corrupt, CorruptError, open_upright
from augtui.dataset.layout import ImageFile, Layout, read_layout
from augtui.dataset.splits import rows_outside_test
from augtui.dataset.store import corrupt_error, open_dataset
from augtui.engine.contact import Tile, contact_sheet
from augtui.engine.draws import Draws, image_keys
from augtui.engine.policies import ImagePolicy, Sources, build_policy
from augtui.engine.sets import policy_stream
from augtui.errors import AugtuiError
from augtui.jobs import Progress
from augtui.paths import write_atomic
from augtui.plan.spec import DataSpec, PolicySpec

SHEET_SIDE = 160
"""Side of a picture on a contact sheet, in pixels, unless another is asked for."""
SHEET_ROWS = 6


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
        cache: root of the cache, for policies that keep things about images.
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


def sheet_requests(options: argparse.Namespace) -> list[Request]:
    """One for each `--sheet POLICY OUT`."""
    return [
        Request(
            dataset=options.dataset,
            policy=msgspec.json.decode(policy, type=PolicySpec),
            out=Path(out),
            size=options.size,
            seed=options.seed,
            count=options.count,
            cache=options.cache_dir,
            captions=False,
        )
        for policy, out in options.sheet
    ]


@dataclass(frozen=True, slots=True)
class OneImage:
    """A dataset of a single image at its own size, for policies that ask where their images come from."""

    pixels: NDArray[np.uint8]

    @property
    def fingerprint(self) -> str:
        """Of the pixels, which are all there is."""
        return hashlib.sha256(f"{self.pixels.shape}".encode() + self.pixels.tobytes()).hexdigest()[:16]


def write_copies(request: Request, progress: Progress) -> dict[str, Any]:
    """Write `count` copies of each training image under OUT/CLASS, with OUT/lineage.csv; as the original study's
    main.py did, but from training images alone: of a flat dataset, those that a study with the default `test` and
    `test_seed` does not test on. The folder appears when it is complete.

    Returns:
        {"images": n, "left_out": test images of a flat dataset}

    Raises:
        AugtuiError: the folder exists and is not empty, an image is corrupt, or the policy mixes batches.
    """
    if request.out.exists() and (not request.out.is_dir() or any(request.out.iterdir())):
        raise AugtuiError(f"{request.out} exists and is not empty", "nothing is overwritten: choose a new folder")
    policy = _image_policy(request.policy)
    layout = read_layout(request.dataset)
    files = _training_files(layout, request.cache, progress)
    lineage = io.StringIO()
    table = csv.writer(lineage, lineterminator="\n")
    table.writerow(["path", "class", "parent", "copy", "policy", "seed", "drawn"])
    request.out.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{request.out.name}-", dir=request.out.parent))
    try:
        names: set[str] = set()
        for done, (row, file) in enumerate(enumerate(files), start=1):
            images = _versions(layout, file, row, policy, request, range(request.count))
            for copy, image in enumerate(images):
                label = layout.classes[file.label]
                name = _free_name(names, label, f"{copy}_{Path(file.path).stem}")
                target = temporary / name
                target.parent.mkdir(exist_ok=True)
                Image.fromarray(image.pixels).save(target)
                made_by = (request.policy.name, request.seed, image.drawn)
                table.writerow([name, label, file.path, copy, *made_by])
            progress(done, len(files), "writing")
        write_atomic(temporary / "lineage.csv", lineage.getvalue())
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


def _training_files(layout: Layout, cache: Path, progress: Progress) -> list[ImageFile]:
    if not layout.flat:
        return [file for file in layout.files if file.split == "train"]
    data = DataSpec()
    dataset = open_dataset(layout, data.stored, cache=cache, progress=progress)
    kept = {dataset.paths[row] for row in rows_outside_test(dataset, data).tolist()}
    return [file for file in layout.files if file.path in kept]


def write_sheet(request: Request) -> dict[str, Any]:
    """Write a contact sheet: a row for each of six images spread over the classes, the original first, then
    `count` versions of it, each with the drawn parameters under it.

    Returns:
        {"sheet": path, "side": of a picture in pixels, "captions": one list for each row, the original's first}
    """
    policy = _image_policy(request.policy)
    layout = read_layout(request.dataset)
    size = request.size or SHEET_SIDE
    side = size * max(1, SHEET_SIDE // size)  # small pictures are shown pixel by pixel
    rows = []
    for row, file in spread(layout, SHEET_ROWS):
        original = Tile(open_image(layout, file, request.size), Path(file.path).name)
        versions = _versions(layout, file, row, policy, request, range(request.count))
        rows.append([original, *(Tile(version.pixels, version.drawn) for version in versions)])
    try:
        request.out.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(request.out, contact_sheet(rows, side, captions=request.captions))
    except OSError as error:
        raise AugtuiError(f"cannot write {request.out}: {os.strerror(error.errno or 0)}") from error
    return {"sheet": str(request.out), "side": side, "captions": [[tile.caption for tile in row] for row in rows]}


def write_sheets(requests: list[Request], progress: Progress) -> dict[str, Any]:
    """Write several contact sheets; one that cannot be made does not stop the others.

    Returns:
        {"failed": {path of a sheet: why there is none}}
    """
    failed: dict[str, str] = {}
    for done, request in enumerate(requests):
        progress(done, len(requests), request.policy.name)
        try:
            write_sheet(request)
        except AugtuiError as error:
            failed[str(request.out)] = error.message
    return {"failed": failed}


def spread(layout: Layout, count: int) -> list[tuple[int, ImageFile]]:
    """Up to `count` training images with their numbers, taken in turn from each class and evenly spread in it."""
    files = [file for file in layout.files if file.split in ("train", "")]
    share = -(-count // len(layout.classes))
    chosen = []
    for label in range(len(layout.classes)):
        members = [(row, file) for row, file in enumerate(files) if file.label == label]
        stride = max(1, len(members) // share)
        chosen.append(members[::stride][:share])
    turns = [members[turn] for turn in range(share) for members in chosen if turn < len(members)]
    return turns[:count]


def open_image(layout: Layout, file: ImageFile, size: int | None) -> NDArray[np.uint8]:
    """One image, uint8 [H, W, 3], at its own size or as a square of `size`.

    Raises:
        AugtuiError: it is corrupt.
    """
    try:
        image, _, _ = open_upright(layout.root / file.path)
    except CorruptError as error:
        raise corrupt_error(layout.root, (Corrupt(file.path, str(error)),)) from error
    if size is not None and image.size != (size, size):
        image = image.resize((size, size), Image.Resampling.BILINEAR)
    return np.asarray(image)


@dataclass(frozen=True, slots=True)
class _Version:
    """What a policy made of an image."""

    pixels: NDArray[np.uint8]
    """[H, W, 3]."""
    drawn: str
    """The drawn parameters in words."""


def _versions(
    layout: Layout, file: ImageFile, row: int, policy: ImagePolicy, request: Request, copies: range
) -> list[_Version]:
    """Augmented versions of one image."""
    pixels = np.ascontiguousarray(open_image(layout, file, request.size).transpose(2, 0, 1))[None]
    images: Tensor = torch.from_numpy(pixels).repeat(len(copies), 1, 1, 1)
    rows = torch.full((len(copies),), row, dtype=torch.int64)
    draws = Draws(image_keys(policy_stream(request.seed, "made", request.policy), rows, torch.tensor(list(copies))))
    sources = Sources.of(OneImage(pixels), torch.zeros_like(rows), request.cache)
    made = policy.apply(images, draws, sources).numpy()
    told = policy.describe(draws, (images.shape[2], images.shape[3]))
    return [_Version(image.transpose(1, 2, 0), drawn) for image, drawn in zip(made, told, strict=True)]


def _image_policy(spec: PolicySpec) -> ImagePolicy:
    policy = build_policy(spec)
    if not isinstance(policy, ImagePolicy):
        raise AugtuiError(f"{spec.name} mixes the images of a batch: there is nothing to write or to show of it")
    return policy


def _free_name(names: set[str], label: str, stem: str) -> str:
    """CLASS/stem.png, or with a number where another file of the class has the same stem."""
    number = 1
    while True:
        name = f"{label}/{stem}.png" if number == 1 else f"{label}/{stem}-{number}.png"
        if name.casefold() not in names:
            names.add(name.casefold())
            return name
        number += 1
