"""Pictures side by side with captions, in half blocks: two pixels to a cell, on any terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from augtui.tui.pictures import Pixels
from augtui.tui.text import Row, Span, fit
from augtui.tui.widgets.lines import LinesView

GAP = 2
"""Cells between two pictures."""
_RAMP = " .:-=+*#%@"


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture and what stands under it."""

    picture: Pixels | None
    """None while it is on its way."""
    captions: tuple[Span, ...] = ()
    """A line each."""


class Mosaic(LinesView, can_focus=True):
    """Rows of tiles. It decides how large a picture is and says so; who has files makes the pixels."""

    @dataclass
    class Resized(Message):
        """Pictures of another size are needed."""

        mosaic: Mosaic

    def __init__(self, *, rows: int = 1, columns: int = 1, captions: int = 1, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._wanted_rows, self._wanted_columns, self._captions = rows, columns, captions
        self._tiles: list[list[Tile]] = []
        self._labels: list[str] = []
        self._words = ""

    def aim_for(self, *, rows: int, columns: int, captions: int) -> None:
        """How many rows shall be in sight, how many pictures side by side at least, how many lines under each."""
        self._wanted_rows, self._wanted_columns, self._captions = rows, columns, captions

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height of one picture in pixels: square, two to a cell of height."""
        label = max((len(text) for text in self._labels), default=0)
        height = max(2, (self.size.height // max(1, self._wanted_rows)) - self._captions)
        share = (self.size.width - label + GAP) // self._wanted_columns - GAP
        width = max(4, min(height * 2, share, self.size.width - label))
        return width, width

    @property
    def per_row(self) -> int:
        """Pictures that fit beside each other."""
        label = max((len(text) + 1 for text in self._labels), default=0)
        return max(1, (self.size.width - label + GAP) // (self.picture_size[0] + GAP))

    def put(self, tiles: Sequence[Sequence[Tile]], labels: Sequence[str] = ()) -> None:
        """Replace the tiles, row by row, with a label before each row."""
        self._tiles, self._labels, self._words = [list(row) for row in tiles], list(labels), ""
        self.virtual_size = Size(self.size.width, len(self._tiles) * self._row_height)
        self.refresh()

    @property
    def pictured(self) -> bool:
        """Whether there are pictures, or places for them."""
        return bool(self._tiles)

    def say(self, words: str) -> None:
        """Words instead of pictures: why there are none."""
        self._tiles, self._labels, self._words = [], [], words
        self.virtual_size = Size(self.size.width, 1)
        self.refresh()

    @property
    def _row_height(self) -> int:
        return (self.picture_size[1] + 1) // 2 + self._captions

    def on_resize(self) -> None:
        self.post_message(self.Resized(self))

    def render_line(self, y: int) -> Strip:
        y += self.scroll_offset.y
        if self._words and y == self.size.height // 2:
            return self.strip([(fit(self._words, self.size.width, "center"), "$muted")], self.size.width)
        row, line = divmod(y, self._row_height)
        if row >= len(self._tiles):
            return Strip.blank(self.size.width, self.ground)
        size = self.picture_size
        label = self._labels[row] if row < len(self._labels) and line == 0 else ""
        room = max((len(text) + 1 for text in self._labels), default=0)
        segments = [Segment(fit(label, room), self.ground + self.ink("$muted"))] if room else []
        for tile in self._tiles[row][: self.per_row]:
            height = (size[1] + 1) // 2
            if line < height:
                segments += self._picture_line(tile.picture, line, size)
            else:
                text, style = tile.captions[line - height] if line - height < len(tile.captions) else ("", "")
                ink = self.ground + self.ink(style) if style else self.ground
                segments.append(Segment(fit(text, size[0]), ink))
            segments.append(Segment(" " * GAP, self.ground))
        return Strip(segments).adjust_cell_length(self.size.width, self.ground)

    def _picture_line(self, picture: Pixels | None, line: int, size: tuple[int, int]) -> list[Segment]:
        if picture is None:
            blank: Row = [(fit("…" if line == size[1] // 4 else "", size[0], "center"), "$faint")]
            return [Segment(text, self.ground + self.ink(style)) for text, style in blank]
        left = (size[0] - picture.width) // 2
        top = (size[1] - picture.height) // 4 * 2
        y = line * 2 - top
        cells = [Segment(" " * left, self.ground)]
        if 0 <= y < picture.height:
            cells += half_blocks(picture, y, self.ground, plain=self.app.no_color)
        else:
            cells.append(Segment(" " * picture.width, self.ground))
        cells.append(Segment(" " * (size[0] - left - picture.width), self.ground))
        return cells


def half_blocks(picture: Pixels, y: int, ground: Style, *, plain: bool) -> list[Segment]:
    """Two rows of pixels, y and y + 1, as one line of cells; as signs of different density where `plain`."""
    width, data = picture.width, picture.data
    upper = data[y * width * 3 : (y + 1) * width * 3]
    lower = data[(y + 1) * width * 3 : (y + 2) * width * 3]
    if plain:
        shades = [sum(upper[x * 3 : x * 3 + 3]) / 3 for x in range(width)]
        return [Segment("".join(_RAMP[int(shade / 256 * len(_RAMP))] for shade in shades), ground)]
    segments = []
    start = 0
    for x in range(1, width + 1):
        if (
            x == width
            or upper[x * 3 : x * 3 + 3] != upper[start * 3 : start * 3 + 3]
            or (lower[x * 3 : x * 3 + 3] != lower[start * 3 : start * 3 + 3])
        ):
            top = Color.from_rgb(*upper[start * 3 : start * 3 + 3])
            bottom = Color.from_rgb(*lower[start * 3 : start * 3 + 3]) if lower else ground.bgcolor
            segments.append(Segment("▀" * (x - start), Style(color=top, bgcolor=bottom)))
            start = x
    return segments
