"""The grid of runs: a row for each arm (and axis point), a column for each seed, a glyph for each state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from augtui.tui.text import Row, Span, fit, row_width
from augtui.tui.widgets.lines import LinesView

LEFT = 3
"""Cells before the first label and between it and the first seed."""


class GridRow(msgspec.Struct, frozen=True):
    """One arm at one axis point."""

    label: str
    style: str
    runs: tuple[str, ...]
    """Folders, in the order of the seeds."""
    states: tuple[Span, ...]
    """Glyph and style of each run."""
    result: Row
    """What its finished runs say together."""


class SeedGrid(LinesView, can_focus=True):
    """A cursor on one run; its row and its column are what other panels show."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "go(-1, 0)", "up", show=False, id="grid.up"),
        Binding("down,j", "go(1, 0)", "down", show=False, id="grid.down"),
        Binding("left,h", "go(0, -1)", "left", show=False, id="grid.left"),
        Binding("right,l", "go(0, 1)", "right", show=False, id="grid.right"),
        Binding("home,g", "go(-10000, 0)", "first arm", show=False, id="grid.first"),
        Binding("end,G", "go(10000, 0)", "last arm", show=False, id="grid.last"),
        Binding("pageup,ctrl+u", "go(-8, 0)", "", show=False, id="grid.page_up"),
        Binding("pagedown,ctrl+d", "go(8, 0)", "", show=False, id="grid.page_down"),
        Binding("enter", "open", "open run", id="grid.open", key_display="enter", tooltip="Show this run in full"),
    ]

    class Moved(Message):
        """The cursor stands on another run."""

        def __init__(self, folder: str) -> None:
            super().__init__()
            self.folder = folder

    class Opened(Message):
        """A run is to be shown in full."""

        def __init__(self, folder: str) -> None:
            super().__init__()
            self.folder = folder

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.grid: tuple[GridRow, ...] = ()
        self.seeds: tuple[str, ...] = ()
        self.metric = ""
        self.place = (0, 0)
        self._first_seed = 0
        self._longest_label = self._longest_result = 0
        self._layout: tuple[int, int, int] = (0, 1, 1)
        """Cells of a label and of a seed, and the seeds that are shown."""

    def put(self, grid: Sequence[GridRow], seeds: Sequence[str], metric: str) -> None:
        """Replace the grid; only rows that differ are drawn again."""
        old, self.grid = self.grid, tuple(grid)
        same_head = (self.seeds, self.metric) == (tuple(seeds), metric)
        self.seeds, self.metric = tuple(seeds), metric
        self._longest_label = max((len(line.label) for line in grid), default=0)
        self._longest_result = max((row_width(line.result) for line in grid), default=0)
        if len(old) != len(self.grid) or not same_head or self._lay_out():
            self.set_height(len(self.grid) + 1)
            self.place = (min(self.place[0], max(0, len(grid) - 1)), min(self.place[1], max(0, len(seeds) - 1)))
            self._lay_out()
            self.refresh()
            return
        for index, (before, after) in enumerate(zip(old, self.grid, strict=True)):
            if before != after:
                self._refresh_line(index)

    @property
    def folder(self) -> str:
        """Of the run under the cursor; empty without one."""
        row, column = self.place
        return self.grid[row].runs[column] if row < len(self.grid) and column < len(self.grid[row].runs) else ""

    def go_to(self, folder: str) -> None:
        """Put the cursor on a run."""
        for row, line in enumerate(self.grid):
            if folder in line.runs:
                self._go(row, line.runs.index(folder))

    def action_go(self, down: int, right: int) -> None:
        self._go(self.place[0] + down, self.place[1] + right)

    def action_open(self) -> None:
        if self.folder:
            self.post_message(self.Opened(self.folder))

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        if place is None or place.y == 0:
            return
        column = (place.x - self._layout[0] - LEFT) // self._layout[1] + self._first_seed
        row = place.y - 1 + self.scroll_offset.y
        again = (row, column) == self.place and event.chain > 1
        self._go(row, column)
        if again:
            self.action_open()

    def on_resize(self) -> None:
        self.set_height(len(self.grid) + 1)
        self._lay_out()
        self.refresh()

    def on_focus(self) -> None:
        self._refresh_line(self.place[0])

    def on_blur(self) -> None:
        self._refresh_line(self.place[0])

    def render_line(self, y: int) -> Strip:
        labels, cell, shown = self._layout
        width = self.size.width
        seeds = range(self._first_seed, min(len(self.seeds), self._first_seed + shown))
        gap = " " * (cell - 1)
        more = "… " if len(seeds) < len(self.seeds) else " "
        if y == 0:
            head: Row = [(" " * (labels + LEFT), "")]
            head += [(self.seeds[i][-1:] + gap, "$faint") for i in seeds]
            return self.strip([*head, (more, "$faint"), (self.metric, "$muted")], width)
        index = y - 1 + self.scroll_offset.y
        if index >= len(self.grid):
            return Strip.blank(width, self.ground)
        line, here = self.grid[index], index == self.place[0]
        row: Row = [("▸ " if here else "  ", "$accent" if self.has_focus else "$faint")]
        row.append((fit(line.label, labels), f"bold {line.style}" if here else line.style))
        row.append((" " * (LEFT - 2), ""))
        for i in seeds:
            glyph, style = line.states[i] if i < len(line.states) else (" ", "")
            on = ""
            if (index, i) == self.place:
                on = "reverse" if self.app.no_color else ("on $cursor" if self.has_focus else "on $cursor-blurred")
            row += [(glyph, f"{style} {on}".strip()), (gap, "")]
        return self.strip([*row, (" " * len(more), ""), *line.result], width)

    def _lay_out(self) -> bool:
        """Whether rows lie elsewhere than when this was asked last: then the head does so too, and all is drawn."""
        width, seeds = self.size.width, len(self.seeds)
        results = 1 + max(len(self.metric), self._longest_result)
        labels = min(self._longest_label, max(10, width - LEFT - results - min(seeds, 8)))
        room = width - labels - LEFT - results
        cell = 2 if seeds * 2 <= room else 1  # two where all seeds fit so
        shown = max(1, room - 1 if cell == 1 else seeds)
        before, self._layout = self._layout, (labels, cell, shown)
        self._first_seed = max(min(self._first_seed, seeds - shown), self.place[1] - shown + 1, 0)
        return before != self._layout

    def _go(self, row: int, column: int) -> None:
        row = max(0, min(row, len(self.grid) - 1))
        column = max(0, min(column, len(self.seeds) - 1))
        if (row, column) == self.place or not self.grid:
            return
        before, self.place = self.place, (row, column)
        first = max(min(self._first_seed, column), column - self._layout[2] + 1)
        if first != self._first_seed:
            self._first_seed = first
            self.refresh()
        self._refresh_line(before[0])
        self._refresh_line(row)
        height = max(1, self.size.height - 1)
        top = self.scroll_offset.y
        if not top <= row < top + height:
            self.scroll_to(y=row if row < top else row - height + 1, animate=False, immediate=True)
        self.post_message(self.Moved(self.folder))

    def _refresh_line(self, index: int) -> None:
        y = index - self.scroll_offset.y + 1
        if 1 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))
