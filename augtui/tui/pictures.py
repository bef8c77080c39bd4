"""Picture files as few pixels. Called in threads only: reading a photograph takes a while."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Pixels:
    """A small picture in RGB, row by row."""

    width: int
    height: int
    data: bytes
    """width x height x 3 bytes."""


def read_pixels(path: Path, width: int, height: int) -> Pixels:
    """A picture as large as fits into width x height pixels, its proportions kept.

    Raises:
        OSError: it cannot be read as a picture.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as image:
            image.draft("RGB", (width * 2, height * 2))  # a JPEG is decoded no larger than needed
            picture = ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise OSError(f"{path} cannot be shown: {error}") from error
    scale = min(width / picture.width, height / picture.height)
    fitted = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    if fitted != picture.size:
        picture = picture.resize(fitted, Image.Resampling.BOX if scale < 0.5 else Image.Resampling.LANCZOS)
    return Pixels(*fitted, picture.tobytes())
