"""Pictures where no colour shows: a character for each cell, the denser the brighter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from PIL import Image


def grey_cells(rgb: Image.Image, ramp: str) -> list[Text]:
    """An RGB picture as lines of characters, two pixels a cell, one above the other.

    Args:
        rgb: the picture.
        ramp: a character for each level, the darkest first.

    Returns:
        ceil(height / 2) lines of `width` cells.
    """
    from PIL import Image

    width, rows = rgb.width, -(-rgb.height // 2)
    levels = rgb.convert("L").resize((width, rows), Image.Resampling.BOX).tobytes()
    text = "".join(ramp[level * len(ramp) // 256] for level in levels)
    return [Text(text[start : start + width], no_wrap=True, end="") for start in range(0, len(text), width)]
