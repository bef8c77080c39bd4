"""Drawn images as files: sheets to look at, and single images that say what they are."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from torch import Tensor

from augtui.paths import write_atomic

COLUMNS = 8
_GAP = 2


def save_sheet(path: Path, images: Tensor) -> None:
    """Write uint8 (n, 3, s, s) as one PNG, eight in a row, marked as synthetic."""
    _save(path, _grid(images), {"content": "generated images"})


def save_pairs(path: Path, drawn: Tensor, originals: Tensor) -> None:
    """Write drawn images, each above the training image that is nearest to it; uint8 (n, 3, s, s) both. The file does
    not say that it is synthetic: half of it is not."""
    rows = torch.cat([drawn, originals]) if len(drawn) == COLUMNS else torch.cat([_padded(drawn), _padded(originals)])
    text = {"content": "generated images above, REAL training images nearest to them below", "synthetic": "in part"}
    _save(path, _grid(rows), text)


def save_image(path: Path, image: Tensor, lineage: Mapping[str, str], grey: bool) -> None:
    """Write one drawn image, uint8 (3, s, s), as a PNG whose text says that it is synthetic and whence it is; with
    `grey` as one channel, for data that have no colour."""
    _save(path, image[:1] if grey else image, lineage)


def _grid(images: Tensor) -> Tensor:
    count, channels, side, _ = images.shape
    rows = -(-count // COLUMNS)
    step = side + _GAP
    sheet = torch.full((channels, rows * step - _GAP, min(count, COLUMNS) * step - _GAP), 128, dtype=torch.uint8)
    for number, image in enumerate(images):
        top, left = number // COLUMNS * step, number % COLUMNS * step
        sheet[:, top : top + side, left : left + side] = image
    return sheet


def _padded(images: Tensor) -> Tensor:
    missing = COLUMNS - len(images)
    return torch.cat([images, images.new_full((missing, *images.shape[1:]), 128)])


def _save(path: Path, image: Tensor, text: Mapping[str, str]) -> None:
    info = PngInfo()
    for key, value in {"synthetic": "true", "software": "augtui", **text}.items():
        info.add_text(key, value)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = io.BytesIO()
    pixels = np.ascontiguousarray(image.permute(1, 2, 0).numpy())
    Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).save(content, "PNG", pnginfo=info)
    write_atomic(path, content.getvalue())
