"""Pictures in a terminal: two pixels a cell, the upper one as foreground and the lower one as background colour."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.color import Color
from rich.style import Style
from rich.text import Text

from augtui.commands.greys import grey_cells

if TYPE_CHECKING:
    from PIL import Image

UPPER = "▀"


def half_blocks(pixels: bytes, width: int, height: int) -> list[Text]:
    """An RGB picture as lines of half blocks.

    Args:
        pixels: height x width x 3 bytes, row by row.
        width: in pixels; one cell each.
        height: in pixels; two to a cell, an odd last row has no lower half.

    Returns:
        ceil(height / 2) lines of `width` cells.
    """
    if len(pixels) != width * height * 3:
        raise ValueError(f"{width} x {height} RGB pixels are {width * height * 3} bytes, not {len(pixels)}")
    lines = []
    for top in range(0, height, 2):
        line = Text(no_wrap=True, overflow="crop", end="")
        for column in range(width):
            upper = _color(pixels, width, column, top)
            lower = _color(pixels, width, column, top + 1) if top + 1 < height else None
            line.append(UPPER, Style(color=upper, bgcolor=lower))
        lines.append(line)
    return lines


def picture(path: Path, columns: int, rows: int, ramp: str = "") -> list[Text]:
    """The picture of a file, as large as fits, its proportions kept.

    Args:
        path: of any format that Pillow reads.
        columns: cells across at most.
        rows: cells down at most, two pixels each.
        ramp: of characters, where colour does not show, see `grey_cells`.
    """
    from PIL import Image

    with Image.open(path) as image:
        return fitting(image.convert("RGB"), columns, rows, ramp)


def fitting(rgb: Image.Image, columns: int, rows: int, ramp: str = "") -> list[Text]:
    """An RGB picture, made as small as `picture` says."""
    from PIL import Image

    scale = min(columns / rgb.width, 2 * rows / rgb.height, 1.0)
    size = (max(round(rgb.width * scale), 1), max(round(rgb.height * scale), 1))
    if size != rgb.size:
        rgb = rgb.resize(size, Image.Resampling.BOX if scale < 0.5 else Image.Resampling.LANCZOS)
    return grey_cells(rgb, ramp) if ramp else half_blocks(rgb.tobytes(), *size)


def _color(pixels: bytes, width: int, column: int, row: int) -> Color:
    start = (row * width + column) * 3
    return Color.from_rgb(*pixels[start : start + 3])
