"""The rows of a form: a field on each, what is wrong with its value beside it or under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from augtui.text import plain
from augtui.tui.text import Row, fit, wrapped
from augtui.tui.widgets.lines import LinesView


@dataclass(frozen=True, slots=True)
class Field:
    """One value that can be changed."""

    key: str
    label: str
    text: str
    """What is typed; a value at its default may be empty and shows `default`."""
    default: str = ""
    help: str = ""
    choices: tuple[str, ...] = ()
    """The values allowed, where they are few enough to turn through."""
    error: str = ""
    heading: bool = False
    """A line between fields; its label is all it has."""
    indent: int = 0


class FormRows(LinesView, can_focus=True):
    """The rows of a form."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "go(-1)", "up", show=False, id="form.up"),
        Binding("down,j", "go(1)", "down", show=False, id="form.down"),
        Binding("home,g", "go(-1000)", "first", show=False, id="form.first"),
        Binding("end,G", "go(1000)", "last", show=False, id="form.last"),
        Binding("enter", "type", "change", id="form.change", key_display="enter", tooltip="Type a value"),
        Binding("left,h", "turn(-1)", "", show=False, id="form.before", tooltip="Choice before"),
        Binding("right,l", "turn(1)", "turn", show=False, id="form.after", tooltip="Next choice"),
        Binding("backspace", "clear", "", show=False, id="form.default", tooltip="Back to the default"),
    ]
    DEFAULT_CSS = "FormRows { height: 1fr; }"

    @dataclass
    class Typed(Message):
        """The value of the row is to be typed."""

        first: str

    @dataclass
    class Went(Message):
        """The cursor, or the focus, is elsewhere."""

    @dataclass
    class Turned(Message):
        """Another choice, or the default (empty)."""

        field: Field
        text: str

    def __init__(self) -> None:
        super().__init__()
        self.fields: tuple[Field, ...] = ()
        self.cursor = 0
        self._places: list[tuple[int, int]] = []
        """Of each line of the screen: its field, and which of the field's lines it is."""

    @property
    def field(self) -> Field | None:
        """Under the cursor."""
        return self.fields[self.cursor] if self.cursor < len(self.fields) else None

    @property
    def value_place(self) -> tuple[int, int] | None:
        """Where the value of the row begins, from the upper left corner."""
        y = self._first_line(self.cursor) - self.scroll_offset.y
        return (self._label_cells + 2, y) if 0 <= y < self.size.height else None

    def put(self, fields: Sequence[Field]) -> None:
        """Replace the rows."""
        key = self.field.key if self.field is not None else ""
        old, self.fields = self.fields, tuple(fields)
        place = next((i for i, field in enumerate(self.fields) if field.key == key and not field.heading), None)
        self.cursor = place if place is not None else self._nearest(min(self.cursor, len(self.fields) - 1), 1)
        places = self._places
        self._lay_out()
        self.post_message(self.Went())
        if places != self._places or len(old) != len(self.fields):
            self.refresh()
            return
        for index, (before, after) in enumerate(zip(old, self.fields, strict=True)):
            if before != after:
                self._refresh_field(index)

    def on_resize(self) -> None:
        self._lay_out()
        self._show_cursor()

    def go_to(self, key: str) -> None:
        for index, field in enumerate(self.fields):
            if field.key == key:
                self._move(index)

    def action_go(self, step: int) -> None:
        wanted = max(0, min(self.cursor + step, len(self.fields) - 1))
        self._move(self._nearest(wanted, 1 if step > 0 else -1))

    def action_type(self) -> None:
        field = self.field
        if field is None:
            return
        if field.choices and len(field.choices) <= 2:
            self.action_turn(1)
        else:
            self.post_message(self.Typed(""))

    def action_turn(self, step: int) -> None:
        field = self.field
        if field is None or not field.choices:
            return
        value = field.text or field.default
        place = field.choices.index(value) if value in field.choices else -1 if step > 0 else 0
        self.post_message(self.Turned(field, field.choices[(place + step) % len(field.choices)]))

    def action_clear(self) -> None:
        if self.field is not None and self.field.text:
            self.post_message(self.Turned(self.field, ""))

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        if place is None:
            return
        line = place.y + self.scroll_offset.y
        index = self._places[line][0] if line < len(self._places) else len(self.fields)
        if index < len(self.fields) and not self.fields[index].heading:
            again = index == self.cursor
            self._move(index)
            turn = self._turn_at(place.x) if again else 0
            if turn:
                self.action_turn(turn)
            elif again:
                self.action_type()

    def _turn_at(self, x: int) -> int:
        """The step that the sign at a column of the row under the cursor stands for; 0 where there is none."""
        field, left = self.field, self._label_cells + 2
        if field is None or not field.choices:
            return 0
        right = left + 3 + cell_len(plain(field.text or field.default))
        return -1 if left <= x <= left + 1 else 1 if right - 1 <= x <= right else 0

    def render_line(self, y: int) -> Strip:
        line = y + self.scroll_offset.y
        if line >= len(self._places):
            return Strip.blank(self.size.width, self.rich_style)
        index, part = self._places[line]
        field = self.fields[index]
        if part:
            return self.strip(self._error_lines(field)[part - 1], self.size.width)
        here = index == self.cursor and self.has_focus
        ground = ("reverse" if self.app.no_color else "on $cursor") if here else ""
        return self.strip(self._row(field, here), self.size.width, ground)

    def _row(self, field: Field, here: bool) -> Row:
        if field.heading:
            return [(field.label, "bold $title"), ("  " if field.label else "", ""), (plain(field.help), "$muted")]
        row: Row = [(fit(" " * field.indent + field.label, self._label_cells) + "  ", "$muted")]
        value = plain(field.text or field.default)
        if field.choices and here:
            row += [("◂ ", "$accent"), (value, "bold $title"), (" ▸", "$accent")]
        else:
            row.append((value, "$foreground" if field.text else "$muted"))
        if field.error:
            sign = [("  ✗ ", "bold $bad")]
            return [*row, *sign, (plain(field.error), "$bad")] if self._error_fits(field) else [*row, *sign]
        return row

    def _error_fits(self, field: Field) -> bool:
        """Whether what is wrong has room beside the value."""
        value = cell_len(plain(field.text or field.default)) + (4 if field.choices else 0)
        return self._label_cells + 2 + value + 4 + cell_len(plain(field.error)) <= self.size.width

    def _error_lines(self, field: Field) -> list[Row]:
        """What is wrong, under the value; none where it stands beside it."""
        if not field.error or self._error_fits(field):
            return []
        return [[("  ", ""), *row] for row in wrapped(plain(field.error), self.size.width - 2, "$bad")]

    def _lay_out(self) -> None:
        self._places = [
            (index, part)
            for index, field in enumerate(self.fields)
            for part in range(1 + len(self._error_lines(field)))
        ]
        self.virtual_size = Size(self.size.width, len(self._places))

    def _first_line(self, index: int) -> int:
        return next((line for line, place in enumerate(self._places) if place[0] == index), 0)

    def _refresh_field(self, index: int) -> None:
        """Draw a field again, where it is on the screen."""
        first = self._first_line(index) - self.scroll_offset.y
        count = sum(place[0] == index for place in self._places)
        if first < self.size.height and first + count > 0:
            self.refresh(Region(0, max(0, first), self.size.width, count))

    @property
    def _label_cells(self) -> int:
        longest = max((len(field.label) + field.indent for field in self.fields if not field.heading), default=0)
        return min(longest, max(8, self.size.width // 2))

    def _nearest(self, index: int, step: int) -> int:
        """A row that is not a heading, looked for in a direction and then back."""
        for direction in (step, -step):
            place = index
            while 0 <= place < len(self.fields):
                if not self.fields[place].heading:
                    return place
                place += direction
        return 0

    def _move(self, index: int) -> None:
        if index == self.cursor:
            return
        old, self.cursor = self.cursor, index
        self._refresh_field(old)
        self._refresh_field(index)
        self.post_message(self.Went())
        self._show_cursor()

    def _show_cursor(self) -> None:
        """Scroll to the field under the cursor; to the heading above the first one too."""
        height = max(1, self.size.height)
        first = self._first_line(self.cursor)
        last = first + len(self._error_lines(self.fields[self.cursor])) if self.fields else first
        if all(field.heading for field in self.fields[: self.cursor]):
            first = 0
        top = self.scroll_offset.y
        if first < top:
            self.scroll_to(y=first, animate=False, immediate=True)
        elif last >= top + height:
            self.scroll_to(y=last - height + 1, animate=False, immediate=True)

    def on_focus(self) -> None:
        self._refresh_field(self.cursor)
        self.post_message(self.Went())

    def on_blur(self) -> None:
        self._refresh_field(self.cursor)
        self.post_message(self.Went())
