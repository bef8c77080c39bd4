"""A form as a list of rows: move with the keys of lists, enter types, choices turn with left and right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input

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


class Form(Container):
    """Shows fields and says what is typed; whoever owns the values puts them back, with what is wrong."""

    DEFAULT_CSS = """
    Form { height: 1fr; }
    Form > Input { position: absolute; height: 1; display: none; background: $cursor; }
    Form > Input.-typing { display: block; }
    Form > LinesView#help { height: 2; dock: bottom; }
    """

    @dataclass
    class Changed(Message):
        """A value was typed or chosen."""

        form: Form
        key: str
        text: str

        @property
        def control(self) -> Form:
            return self.form

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._rows = FormRows()
        self._typing: Field | None = None

    def compose(self) -> ComposeResult:
        yield self._rows
        yield LinesView(id="help")
        field = Input(compact=True)
        field.cursor_blink = False
        yield field

    def put(self, fields: Sequence[Field]) -> None:
        """Replace the fields; the cursor stays on its key."""
        self._rows.put(fields)

    @property
    def key(self) -> str:
        """Of the field under the cursor."""
        field = self._rows.field
        return field.key if field is not None else ""

    def go_to(self, key: str) -> None:
        """Put the cursor on a field."""
        self._rows.go_to(key)

    def on_form_rows_typed(self, message: FormRows.Typed) -> None:
        message.stop()
        self._begin(message.first)

    def on_form_rows_went(self, message: FormRows.Went) -> None:
        message.stop()
        field = self._rows.field
        shown = field is not None and self._rows.has_focus
        rows: list[Row] = []
        if field is not None and shown:
            width = max(10, self.size.width)
            rows = wrapped(plain(field.error), width, "$bad") or wrapped(field.help, width, "$muted")
        self.query_one("#help", LinesView).show([*rows[:2], [], []][:2])

    def on_form_rows_turned(self, message: FormRows.Turned) -> None:
        message.stop()
        self.post_message(self.Changed(self, message.field.key, message.text))

    def _begin(self, first: str) -> None:
        """Type over the row's value, beginning with a character that was pressed already."""
        field, place = self._rows.field, self._rows.value_place
        if field is None or place is None:
            return
        self._typing = field
        box = self.query_one(Input)
        box.value = first or field.text or field.default
        box.styles.offset = place
        box.styles.width = max(6, self.size.width - place[0])
        box.add_class("-typing")
        box.focus()
        box.cursor_position = len(box.value)
        if not first:
            box.select_all()

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self._end(message.value)

    @on(Input.Changed)
    def _quiet(self, message: Input.Changed) -> None:
        message.stop()

    def on_input_blurred(self, message: Input.Blurred) -> None:
        message.stop()
        if self._typing is not None:
            self._end(message.value, focus=False)

    def on_key(self, event: events.Key) -> None:
        if self._typing is None:
            return
        if event.key == "escape":
            event.stop()
            self._end(None)
        elif event.key in ("up", "down", "tab"):
            event.stop()
            event.prevent_default()
            self._end(self.query_one(Input).value)
            self._rows.action_go(-1 if event.key == "up" else 1)

    def _end(self, text: str | None, *, focus: bool = True) -> None:
        field, self._typing = self._typing, None
        self.query_one(Input).remove_class("-typing")
        if focus:
            self._rows.focus()
        if field is not None and text is not None and text.strip() != field.text:
            self.post_message(self.Changed(self, field.key, text.strip()))


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

    @property
    def field(self) -> Field | None:
        """Under the cursor."""
        return self.fields[self.cursor] if self.cursor < len(self.fields) else None

    @property
    def value_place(self) -> tuple[int, int] | None:
        """Where the value of the row begins, from the upper left corner."""
        y = self.cursor - self.scroll_offset.y
        return (self._label_cells + 2, y) if 0 <= y < self.size.height else None

    def put(self, fields: Sequence[Field]) -> None:
        """Replace the rows."""
        key = self.field.key if self.field is not None else ""
        old, self.fields = self.fields, tuple(fields)
        place = next((i for i, field in enumerate(self.fields) if field.key == key and not field.heading), None)
        self.cursor = place if place is not None else self._nearest(min(self.cursor, len(self.fields) - 1), 1)
        self.virtual_size = Size(self.size.width, len(self.fields))
        self.post_message(self.Went())
        if len(old) != len(self.fields):
            self.refresh()
            return
        for y, (before, after) in enumerate(zip(old, self.fields, strict=True)):
            if before != after:
                self.refresh_row(y)

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
        index = place.y + self.scroll_offset.y
        if index < len(self.fields) and not self.fields[index].heading:
            again = index == self.cursor
            self._move(index)
            if again:
                self.action_type()

    def render_line(self, y: int) -> Strip:
        index = y + self.scroll_offset.y
        if index >= len(self.fields):
            return Strip.blank(self.size.width, self.rich_style)
        field = self.fields[index]
        here = index == self.cursor and self.has_focus
        ground = ("reverse" if self.app.no_color else "on $cursor") if here else ""
        return self.strip(self._row(field, here), self.size.width, ground)

    def _row(self, field: Field, here: bool) -> Row:
        if field.heading:
            return [(field.label, "bold $title"), (f"  {field.help}", "$faint")]
        row: Row = [(fit(" " * field.indent + field.label, self._label_cells) + "  ", "$muted")]
        value = plain(field.text or field.default)
        if field.choices and here:
            row += [("◂ ", "$accent"), (value, "bold $title"), (" ▸", "$accent")]
        else:
            row.append((value, "$foreground" if field.text else "$muted"))
        if field.error:
            return [*row, ("  ✗ ", "bold $bad"), (plain(field.error), "$bad")]
        return row

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
        self.refresh_row(old)
        self.refresh_row(index)
        self.post_message(self.Went())
        top, height = self.scroll_offset.y, max(1, self.size.height)
        if not top <= index < top + height:
            self.scroll_to(y=index if index < top else index - height + 1, animate=False, immediate=True)

    def on_focus(self) -> None:
        self.refresh_row(self.cursor)
        self.post_message(self.Went())

    def on_blur(self) -> None:
        self.refresh_row(self.cursor)
        self.post_message(self.Went())
