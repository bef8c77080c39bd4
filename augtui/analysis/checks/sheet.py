"""Near duplicates side by side, for a person to judge."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from augtui.dataset.decode import open_upright
from augtui.runlog.checks import Pair

SIDE = 160
CAPTION = 34
LETTERS = 24
"""Of a path under its picture."""
GAP = 16
COLUMNS = 4
MOST = 400
"""Pairs on one sheet."""


def pairs_sheet(root: Path, pairs: Sequence[Pair]) -> bytes:
    """A PNG of the pairs, the least alike first, each with the held-out image on the left."""
    chosen = sorted(pairs, key=lambda pair: (pair.agreement, pair.first, pair.second))[:MOST]
    rows = -(-len(chosen) // COLUMNS)
    width, height = COLUMNS * (2 * SIDE + GAP) - GAP, rows * (SIDE + CAPTION)
    sheet = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(sheet)
    for number, pair in enumerate(chosen):
        left, top = number % COLUMNS * (2 * SIDE + GAP), number // COLUMNS * (SIDE + CAPTION)
        first, second = (_thumbnail(root / path) for path in (pair.first, pair.second))
        sheet.paste(ImageOps.mirror(first) if pair.mirrored else first, (left, top))
        sheet.paste(second, (left + SIDE, top))
        told = f"{pair.agreement:.2f}{', mirrored' * pair.mirrored}{', other label' * (not pair.same_label)}"
        draw.text((left, top + SIDE + 2), f"{told}\n{_label(pair.first)}", fill="black")
        draw.text((left + SIDE, top + SIDE + 2), f"\n{_label(pair.second)}", fill="black")
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def _thumbnail(path: Path) -> Image.Image:
    image, _, _ = open_upright(path)
    return image.resize((SIDE, SIDE), Image.Resampling.BILINEAR)


def _label(path: str) -> str:
    """A path in what the built-in font can draw, shortened in its middle."""
    text = path.encode("ascii", "replace").decode()
    return text if len(text) <= LETTERS else f"{text[: LETTERS // 2 - 2]}..{text[-LETTERS // 2 :]}"
