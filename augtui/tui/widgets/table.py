"""A table that fills its width: columns give way by priority, the cursor is a row, rows can be marked.

Textual's own table lays every row out before its first paint (1.8 s for 5,000 rows); this one draws what is
on the screen, and a move of the cursor costs two rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from augtui.tui.text import Row, Span, fit, fit_row, row_width
from augtui.tui.widgets.lines import LinesView

GAP = 2
"""Cells between two columns."""
MATTERS, GIVES_WAY = 1, 6
"""Columns up to the first priority are cut only when those above the second have left."""

Cell = Span | Row


class Column(msgspec.Struct, frozen=True):
    """One column of a table."""

    key: str
    title: str
    align: str = "left"
    most: int = 60
    """Cells that it takes at most."""
    least: int = 0
    """Cells to which it may shrink; 0 for what it needs."""
    priority: int = 0
    """Columns of higher numbers leave first where it gets narrow; those of 0 stay."""
    grows: bool = False
    """Takes what is left of the width."""


class Line(msgspec.Struct):
    """One row: its key and one cell for each column."""

    key: str
    cells: tuple[Cell, ...]
    style: str = ""
    """Of cells without a style of their own."""
    widths: tuple[int, ...] = ()
    """Of the cells: worked out once, while the columns are fitted whenever rows come or go."""

    def __post_init__(self) -> None:
        self.widths = tuple(row_width(_spans(cell)) for cell in self.cells)


class Table(LinesView, can_focus=True):
    """Rows with a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", show=False, id="table.up"),
        Binding("down,j", "move(1)", "down", show=False, id="table.down"),
        Binding("pageup,ctrl+u", "page(-1)", "page up", show=False, id="table.page_up"),
        Binding("pagedown,ctrl+d", "page(1)", "page down", show=False, id="table.page_down"),
        Binding("home,g", "first", "first", show=False, id="table.first"),
        Binding("end,G", "last", "last", show=False, id="table.last"),
        Binding("enter", "select", "open", id="table.open", key_display="enter", tooltip="Open"),
    ]

    class Told(Message):
        """Something that a table says."""

        def __init__(self, table: Table) -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> Table:
            return self.table

    class Highlighted(Told):
        """The cursor went to another row."""

        def __init__(self, table: Table, key: str) -> None:
            super().__init__(table)
            self.key = key

    class Selected(Told):
        """A row was opened."""

        def __init__(self, table: Table, key: str) -> None:
            super().__init__(table)
            self.key = key

    class HeaderClicked(Told):
        """A column's title was clicked."""

        def __init__(self, table: Table, column: str) -> None:
            super().__init__(table)
            self.column = column

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.lines: list[Line] = []
        self.cursor = 0
        self.marked: frozenset[str] = frozenset()
        self._order = ("", "")
        """Key of the column that the rows are sorted by, and the sign of the way."""
        self._places: dict[str, int] = {}
        self._layout_of: tuple[Any, ...] = ()
        self._arranged: list[tuple[int, int]] = []
        """Index and width of the columns that are shown."""

    # --- data down ---

    def put(self, lines: Sequence[Line], columns: Sequence[Column] | None = None) -> None:
        """Replace the rows; the cursor stays on its key, or else near its place. Draws only what has changed."""
        key = self.key
        old, self.lines = self.lines, list(lines)
        old_layout = self._arranged
        if columns is not None:
            self.columns = tuple(columns)
        self._places = {line.key: index for index, line in enumerate(self.lines)}
        self._arrange()
        if key is not None and key in self._places:
            cursor = self._places[key]
        else:
            cursor = max(0, min(self.cursor, len(self.lines) - 1))
        moved, self.cursor = self.cursor, cursor
        if len(old) != len(self.lines) or old_layout != self._arranged or columns is not None:
            self.set_height(len(self.lines) + 1)
            self.refresh()
        else:
            changed = {y for y, (a, b) in enumerate(zip(old, self.lines, strict=True)) if a != b}
            for y in changed | ({moved, cursor} if moved != cursor else set()):
                self._refresh_line(y)
        if self.key != key and self.key is not None:
            self._show_cursor()
            self.post_message(self.Highlighted(self, self.key))

    def tell_order(self, column: str, *, descending: bool) -> None:
        """Say by which column the rows are sorted, and which way: a sign stands beside its title."""
        order = (column, "▾" if descending else "▴")
        if order != self._order:
            self._order = order
            self.refresh(Region(0, 0, self.size.width, 1))

    def mark(self, keys: frozenset[str]) -> None:
        """Say which rows are marked."""
        changed, self.marked = self.marked ^ keys, keys
        for key in changed:
            if key in self._places:
                self._refresh_line(self._places[key])

    @property
    def key(self) -> str | None:
        """Of the row under the cursor."""
        return self.lines[self.cursor].key if self.lines and self.cursor < len(self.lines) else None

    def go_to(self, key: str) -> None:
        """Put the cursor on a row, if it is there."""
        if key in self._places:
            self._move_to(self._places[key])

    # --- keys and mouse ---

    def action_move(self, by: int) -> None:
        self._move_to(self.cursor + by)

    def action_page(self, by: int) -> None:
        self._move_to(self.cursor + by * max(1, self.size.height - 2))

    def action_first(self) -> None:
        self._move_to(0)

    def action_last(self) -> None:
        self._move_to(len(self.lines) - 1)

    def action_select(self) -> None:
        if self.key is not None:
            self.post_message(self.Selected(self, self.key))

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        if place is None:
            return
        if place.y == 0:
            column = self._column_at(place.x)
            if column is not None:
                self.post_message(self.HeaderClicked(self, column))
            return
        index = place.y - 1 + self.scroll_offset.y
        if index >= len(self.lines):
            return
        again = index == self.cursor and event.chain > 1
        self._move_to(index)
        if again:
            self.action_select()

    def on_resize(self) -> None:
        self._arrange()
        self.set_height(len(self.lines) + 1)
        self.refresh()
        self._show_cursor()

    # --- drawing ---

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y == 0:
            return self.strip([(" ", ""), *self._head()], width)
        index = y - 1 + self.scroll_offset.y
        if index >= len(self.lines):
            return Strip.blank(width, self.ground)
        line = self.lines[index]
        ground = ""
        if index == self.cursor:
            ground = "on $cursor" if self.has_focus else "on $cursor-blurred"
            if self.app.no_color:
                ground = "reverse" if self.has_focus else "bold"
        mark: Span = ("▌", "$accent") if line.key in self.marked else (" ", "")
        return self.strip([mark, *self._row(line.cells, line.style)], width, ground)

    def _head(self) -> Row:
        """The titles. The sign of the order takes a cell of the gap beside a title that fills its column."""
        row: Row = []
        taken = 0
        for number, (index, width) in enumerate(self._arranged):
            column = self.columns[index]
            gap, taken = (GAP if number else 0) - taken, 0
            if column.key != self._order[0]:
                row += [(" " * gap, ""), (fit(column.title, width, column.align), "$muted")]
            elif column.align == "right":
                row.append((fit(self._order[1] + column.title, gap + width, "right"), "$title"))
            else:
                told = column.title + self._order[1]
                taken = int(cell_len(told) > width)
                row += [(" " * gap, ""), (fit(told, width + taken), "$title")]
        return row

    def _row(self, cells: Sequence[Cell], style: str = "") -> Row:
        row: Row = []
        for number, (index, width) in enumerate(self._arranged):
            if number:
                row.append((" " * GAP, ""))
            cell = cells[index]
            align = self.columns[index].align
            if isinstance(cell, tuple):
                row.append((fit(cell[0], width, align), cell[1] or style))
            else:
                space = width - row_width(cell)
                if align == "right" and space > 0:
                    row.append((" " * space, ""))
                row += [
                    (text, own or style)
                    for text, own in fit_row(cell, width if align != "right" else min(width, width - max(space, 0)))
                ]
        return row

    def _arrange(self) -> None:
        """Decide which columns fit, and how wide each is."""
        self._arranged = arrange(self.columns, self.lines, self.size.width - 1)

    def _column_at(self, x: int) -> str | None:
        left = 1
        for index, width in self._arranged:
            if left <= x < left + width + GAP:
                return self.columns[index].key
            left += width + GAP
        return None

    def _move_to(self, index: int) -> None:
        index = max(0, min(index, len(self.lines) - 1))
        if index == self.cursor or not self.lines:
            return
        self._refresh_line(self.cursor)
        self.cursor = index
        self._refresh_line(index)
        self._show_cursor()
        self.post_message(self.Highlighted(self, self.lines[index].key))

    def _refresh_line(self, index: int) -> None:
        y = index - self.scroll_offset.y + 1
        if 1 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def _show_cursor(self) -> None:
        height = max(1, self.size.height - 1)
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, immediate=True)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, immediate=True)

    def on_focus(self) -> None:
        self._refresh_line(self.cursor)

    def on_blur(self) -> None:
        self._refresh_line(self.cursor)


def arrange(columns: Sequence[Column], lines: Sequence[Line], room: int) -> list[tuple[int, int]]:
    """Index and width of the columns that fit into `room` cells.

    Columns without any content are left out; then those of the highest priority number leave until the rest fits,
    each at its least, and more of them where what matters most would be cut; what is left goes to the shrunk ones,
    and then to the first that grows.
    """
    wanted: list[int] = []
    for index, column in enumerate(columns):
        width = min(column.most, max((line.widths[index] for line in lines), default=0))
        wanted.append(max(width, row_width([(column.title, "")])) if width or column.grows else 0)
    widths = [min(want, column.least or want) for want, column in zip(wanted, columns, strict=True)]
    kept = [index for index, width in enumerate(widths) if width]
    while sum(widths[index] for index in kept) + GAP * (len(kept) - 1) > room:
        priority = max((columns[index].priority for index in kept), default=0)
        if priority == 0:
            break
        kept.remove(max(index for index in kept if columns[index].priority == priority))
    whole = [
        want if column.priority <= MATTERS else width
        for want, width, column in zip(wanted, widths, columns, strict=True)
    ]
    while sum(whole[index] for index in kept) + GAP * (len(kept) - 1) > room:
        last = max(kept, key=lambda index: (columns[index].priority, index))
        if columns[last].priority <= GIVES_WAY:
            break
        kept.remove(last)
    left = room - sum(widths[index] for index in kept) - GAP * max(0, len(kept) - 1)
    for index in sorted(kept, key=lambda index: columns[index].priority):
        more = max(0, min(left, wanted[index] - widths[index]))
        widths[index] += more
        left -= more
    growing = next((index for index in kept if columns[index].grows), None)
    if growing is not None:
        widths[growing] = max(8, widths[growing] + left)
    return [(index, widths[index]) for index in kept]


def _spans(cell: Cell) -> Row:
    return [cell] if isinstance(cell, tuple) else cell
