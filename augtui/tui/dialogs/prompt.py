"""One line of text asked for, such as a path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from augtui.text import plain
from augtui.tui.bindings import Hint, hint_line
from augtui.tui.dialogs.base import Dialog
from augtui.tui.text import Row
from augtui.tui.widgets.lines import LinesView

_PATH = 62
"""Characters of a choice that are shown."""


class PromptScreen(Dialog[str | None]):
    """Answers the text, or None. Choices stand under the line: keys and clicks put them into it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel", id="prompt.cancel"),
        Binding("up", "choose(-1)", "", show=False, id="prompt.up", priority=True),
        Binding("down", "choose(1)", "", show=False, id="prompt.down", priority=True),
    ]
    DEFAULT_CSS = """
    PromptScreen Vertical { width: 72; max-width: 100%; height: auto; border: round $accent; padding: 1 2;
                            background: $background; border-title-color: $title;
                            border-subtitle-color: $muted; }
    PromptScreen Static { color: $muted; margin-top: 1; }
    PromptScreen LinesView { margin-top: 1; max-height: 10; }
    """

    def __init__(self, title: str, value: str, hint: str = "", choices: Sequence[str] = ()) -> None:
        super().__init__()
        self._title, self._value, self._hint, self._choices = title, value, hint, tuple(choices)
        self._chosen = -1

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(plain(self._title))
            field = Input(self._value, compact=True)
            field.cursor_blink = False
            yield field
            if self._choices:
                yield LinesView(id="choices")
            hint = self._hint
            if self._choices:
                hint = f"{self.hint('prompt.up').key} {self.hint('prompt.down').key} choose, or {hint}"
            if hint:
                yield Static(Content(plain(hint)))
            take, cancel = Hint("enter", "takes it", "screen.take"), self.hint("prompt.cancel", "cancels")
            box.border_subtitle = Content.assemble(*hint_line(take, cancel))

    def on_mount(self) -> None:
        if self._choices:
            self.query_one(LinesView).styles.height = len(self._choices)
            self._show_choices()

    def _show_choices(self) -> None:
        rows: list[Row] = []
        for number, choice in enumerate(self._choices):
            here = number == self._chosen
            told = plain(choice if len(choice) <= _PATH else "…" + choice[1 - _PATH :])  # the end tells them apart
            rows.append([("▸ " if here else "  ", "$accent"), (told, "bold $title" if here else "$foreground")])
        view = self.query_one(LinesView)
        view.show(rows)
        view.scroll_to(y=max(0, self._chosen - view.size.height + 1), animate=False)

    def action_choose(self, step: int) -> None:
        if self._choices:
            self._choose((self._chosen + step) % len(self._choices) if self._chosen >= 0 or step > 0 else -1)

    def _choose(self, number: int) -> None:
        self._chosen = number
        field = self.query_one(Input)
        field.value = self._choices[self._chosen]
        field.cursor_position = len(field.value)
        self._show_choices()

    def on_click(self, event: events.Click) -> None:
        """A click on a choice puts it into the line, a second one takes it."""
        number = self.query_one(LinesView).row_at(event) if self._choices else None
        if number is not None:
            self._choose(number)
            if event.chain > 1:
                self.action_take()

    @on(Input.Submitted)
    def action_take(self) -> None:
        self.dismiss(self.query_one(Input).value.strip() or None)

    def action_cancel(self) -> None:
        self.dismiss(None)
