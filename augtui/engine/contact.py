"""Contact sheets: originals beside their versions, and under each what was drawn for it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

GUTTER = 6
"""Pixels between pictures."""
_LINE = 12
"""Pixels from one line of a caption to the next; Pillow's built-in font is 10 pixels high."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A picture with a caption."""

    pixels: NDArray[np.uint8]
    """[H, W, 3]."""
    caption: str


def contact_sheet(rows: Sequence[Sequence[Tile]], side: int, *, captions: bool = True) -> bytes:
    """A PNG of tiles that fit into squares of `side` pixels, small ones enlarged by a whole factor, a gutter around
    each; rows are as high as their longest caption needs. Without captions each row is side + GUTTER high, after a
    first gutter.
    """
    step = side + GUTTER
    lines = [[_wrapped(tile.caption, side) if captions else [] for tile in row] for row in rows]
    heights = [step + _LINE * max((len(told) for told in row), default=0) for row in lines]
    width = max((len(row) for row in rows), default=0) * step + GUTTER
    sheet = Image.new("RGB", (width, sum(heights) + GUTTER), "white")
    draw = ImageDraw.Draw(sheet)
    top = GUTTER
    for row, told, height in zip(rows, lines, heights, strict=True):
        for column, (tile, caption) in enumerate(zip(row, told, strict=True)):
            left = GUTTER + column * step
            picture = Image.fromarray(tile.pixels)
            picture.thumbnail((side, side), Image.Resampling.BOX)
            factor = side // max(picture.size)
            picture = picture.resize((picture.width * factor, picture.height * factor), Image.Resampling.NEAREST)
            sheet.paste(picture, (left + (side - picture.width) // 2, top + (side - picture.height) // 2))
            for number, text in enumerate(caption):
                draw.text((left, top + side + 1 + number * _LINE), text, fill="black", font=_FONT)
        top += height
    data = io.BytesIO()
    sheet.save(data, "PNG")
    return data.getvalue()


_FONT = ImageFont.load_default()


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` pixels, broken between words and, where one is longer than a line, inside it."""
    lines: list[str] = []
    for word in _drawable(text).split():
        if lines and _FONT.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] = f"{lines[-1]} {word}"
            continue
        while _FONT.getlength(word) > width and len(word) > 1:
            fits = next(
                size for size in range(len(word) - 1, 0, -1) if size == 1 or _FONT.getlength(word[:size]) <= width
            )
            lines.append(word[:fits])
            word = word[fits:]
        lines.append(word)
    return lines


def _drawable(text: str) -> str:
    """What the built-in font can draw."""
    return text.encode("latin-1", "replace").decode("latin-1")
