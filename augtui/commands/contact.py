"""A contact sheet in the terminal: a strip of pictures for each original, and under each what was drawn for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from augtui.commands.halfblocks import fitting
from augtui.text import plain


def strips(
    sheet: Path, side: int, captions: Sequence[Sequence[str]], columns: int, ramp: str
) -> Iterator[RenderableType]:
    """The rows of a sheet without captions, each followed by its captions.

    Args:
        sheet: a PNG of rows of equal height, a gutter around each picture.
        side: of a picture in pixels.
        captions: of each picture, row by row.
        columns: cells across at most.
        ramp: of characters, where colour does not show; else empty.
    """
    from PIL import Image

    with Image.open(sheet) as opened:
        image = opened.convert("RGB")
    if not captions:
        return
    step = (image.width - 1) // max(len(captions[0]), 1)
    gutter = step - side
    for number, told in enumerate(captions):
        top = gutter + number * step
        lines = fitting(image.crop((gutter, top, gutter + len(told) * step, top + side)), columns, side, ramp)
        yield from lines
        cell = lines[0].cell_len // len(told)
        table = Table.grid()
        for _ in told:
            table.add_column(width=cell, overflow="fold")
        # The last cell of each column stays empty, as the gutter does in the picture.
        table.add_row(*(Text(plain(caption), style="dim") for caption in told), end_section=True)
        table.padding = (0, 1, 0, 0)
        yield table
