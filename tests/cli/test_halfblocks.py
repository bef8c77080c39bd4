"""Pictures as half blocks: every pixel has its place and its colour; and what is drawn where no colour shows."""

from __future__ import annotations

from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image
from rich.console import Console
from rich.text import Text

from augtui.commands.halfblocks import half_blocks, picture
from augtui.commands.terminal import ramp

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def colours(line: Text) -> list[tuple[object, object]]:
    """(foreground, background) of each cell."""
    cells = []
    for span in line.spans:
        style = span.style
        assert not isinstance(style, str)
        front = style.color.get_truecolor() if style.color else None
        back = style.bgcolor.get_truecolor() if style.bgcolor else None
        cells.append((tuple(front) if front else None, tuple(back) if back else None))
    return cells


def test_the_upper_pixel_is_the_foreground_and_the_lower_the_background() -> None:
    lines = half_blocks(bytes([*RED, *GREEN, *BLUE, *RED]), 2, 2)
    assert [line.plain for line in lines] == ["▀▀"]
    assert colours(lines[0]) == [(RED, BLUE), (GREEN, RED)]


def test_an_odd_last_row_has_no_lower_half() -> None:
    lines = half_blocks(bytes([*RED, *GREEN, *BLUE]), 1, 3)
    assert colours(lines[1]) == [(BLUE, None)]


def test_pixels_that_do_not_fill_the_picture_are_refused() -> None:
    with pytest.raises(ValueError, match="12 bytes, not 3"):
        half_blocks(bytes(RED), 2, 2)


@pytest.mark.parametrize(("size", "cells"), [((200, 100), (40, 10)), ((100, 200), (10, 10)), ((6, 4), (6, 2))])
def test_a_picture_is_as_large_as_fits_and_keeps_its_proportions(
    tmp_path: Path, size: tuple[int, int], cells: tuple[int, int]
) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", size, RED).save(path)
    lines = picture(path, columns=40, rows=10)
    assert (len(lines[0]), len(lines)) == cells


@pytest.fixture
def halves(tmp_path: Path) -> Path:
    """A picture, black on the left and white on the right."""
    image = Image.new("RGB", (6, 3))
    image.paste((255, 255, 255), (3, 0, 6, 3))
    path = tmp_path / "halves.png"
    image.save(path)
    return path


@pytest.mark.parametrize("levels", [" ░▒▓█", " .:-=+*#%@"])
def test_without_colour_the_brighter_is_the_denser(halves: Path, levels: str) -> None:
    lines = picture(halves, columns=40, rows=10, ramp=levels)
    assert [line.plain for line in lines] == [levels[0] * 3 + levels[-1] * 3] * 2
    assert not any(line.spans for line in lines)


def test_greys_are_of_two_pixels_each(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    image = Image.new("RGB", (1, 2))
    image.putpixel((0, 1), (255, 255, 255))
    image.save(path)
    assert [line.plain for line in picture(path, columns=9, rows=9, ramp="abc")] == ["b"]


@pytest.mark.parametrize(
    ("colours", "no_color", "encoding", "drawn_with"),
    [
        ("truecolor", False, "utf-8", ""),
        (None, False, "utf-8", " ░▒▓█"),
        ("truecolor", True, "utf-8", " ░▒▓█"),
        ("truecolor", False, "ascii", " .:-=+*#%@"),
    ],
)
def test_colours_are_used_where_they_show(
    colours: Literal["truecolor"] | None, no_color: bool, encoding: str, drawn_with: str
) -> None:
    file = TextIOWrapper(BytesIO(), encoding=encoding)
    assert ramp(Console(file=file, color_system=colours, no_color=no_color)) == drawn_with
