"""A form as a list of rows: move with the keys of lists, enter types, choices turn with left and right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Input

from augtui.text import plain
from augtui.tui.text import Row, wrapped
from augtui.tui.widgets.formrows import Field, FormRows
from augtui.tui.widgets.lines import LinesView


class FieldInput(Input):
    """The line in which a field's value is typed; what the keys do in it stands in the footer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "take", id="field.take", key_display="enter", tooltip="Take the value"),
        Binding("escape", "leave", "as it was", id="field.leave", tooltip="Leave the value as it was"),
        Binding("down,tab", "next(1)", "next field", id="field.next", key_display="↓", tooltip="Take; next field"),
        Binding("up,shift+tab", "next(-1)", "", show=False, id="field.previous", tooltip="Take; field before"),
    ]

    @dataclass
    class Left(Message):
        """Typing ends: with the value, unless it is to stay as it was, and a step to another field."""

        value: str | None
        step: int

    def action_leave(self) -> None:
        self.post_message(self.Left(None, 0))

    def action_next(self, step: int) -> None:
        self.post_message(self.Left(self.value, step))


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

    @dataclass
    class Moved(Message):
        """The cursor is on another field."""

        key: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._rows = FormRows()
        self._told = ""
        self._typing: Field | None = None

    def compose(self) -> ComposeResult:
        yield self._rows
        yield LinesView(id="help")
        field = FieldInput(compact=True)
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
            rows = wrapped(plain(field.help), width, "$muted")
        self.query_one("#help", LinesView).show([*rows[:2], [], []][:2])
        if self.key != self._told:
            self._told = self.key
            self.post_message(self.Moved(self.key))

    def on_form_rows_turned(self, message: FormRows.Turned) -> None:
        message.stop()
        self.post_message(self.Changed(self, message.field.key, message.text))

    def _begin(self, first: str) -> None:
        """Type over the row's value, beginning with a character that was pressed already."""
        field, place = self._rows.field, self._rows.value_place
        if field is None or place is None:
            return
        self._typing = field
        box = self.query_one(FieldInput)
        box.suggester = SuggestFromList(field.choices) if field.choices else None
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

    @on(FieldInput.Left)
    def _left(self, message: FieldInput.Left) -> None:
        message.stop()
        self._end(message.value)
        if message.step:
            self._rows.action_go(message.step)

    def _end(self, text: str | None, *, focus: bool = True) -> None:
        field, self._typing = self._typing, None
        self.query_one(Input).remove_class("-typing")
        if focus:
            self._rows.focus()
        if field is not None and text is not None and text.strip() != field.text:
            self.post_message(self.Changed(self, field.key, text.strip()))
