"""Contact sheets: originals of a dataset beside versions of them, to be looked at."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from augtui.dataset.layout import ImageFile, Layout, read_layout
from augtui.engine.contact import Tile, contact_sheet
from augtui.engine.offline import Request, refuse_inside
from augtui.engine.versions import image_policy, open_original, versions
from augtui.errors import AugtuiError
from augtui.jobs import Progress
from augtui.paths import write_atomic
from augtui.plan.spec import PolicySpec

SHEET_SIDE = 160
"""Side of a picture on a contact sheet, in pixels, unless another is asked for."""
SHEET_ROWS = 6


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


def write_sheet(request: Request) -> dict[str, Any]:
    """Write a contact sheet: a row for each of six images spread over the classes, the original first, then
    `count` versions of it, each with the drawn parameters under it.

    Returns:
        {"sheet": path, "side": of a picture in pixels, "captions": one list for each row, the original's first}

    Raises:
        AugtuiError: the sheet is no PNG, would lie in the dataset or cannot be written; an image is corrupt, or the
            policy mixes batches.
    """
    if request.out.suffix.lower() != ".png":
        raise AugtuiError(f"{request.out}: a sheet is a PNG file", f"call it {request.out.with_suffix('.png')}")
    refuse_inside(request.dataset, request.out)
    policy = image_policy(request.policy)
    layout = read_layout(request.dataset)
    size = request.size or SHEET_SIDE
    side = size * max(1, SHEET_SIDE // size)  # small pictures are shown pixel by pixel
    rows = []
    with tempfile.TemporaryDirectory(prefix="augtui-") as kept:
        for row, file in spread(layout, SHEET_ROWS):
            original = open_original(layout, file, row, request.size)
            (made,) = versions(policy, request.policy, [original], request.count, request.seed, Path(kept))
            name = f"{layout.classes[file.label]}/{Path(file.path).name}"
            rows.append([Tile(original.pixels, name), *(Tile(version.pixels, version.drawn) for version in made)])
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
