"""One line of text asked for, such as a path."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from augtui.text import plain


class PromptScreen(ModalScreen[str | None]):
    """Answers the text, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "cancel", id="prompt.cancel")]
    DEFAULT_CSS = """
    PromptScreen { align: center middle; background: $background 60%; }
    PromptScreen Vertical { width: 72; max-width: 100%; height: auto; border: round $accent; padding: 1 2;
                            background: $background; border-title-color: $title; }
    PromptScreen Static { color: $muted; margin-top: 1; }
    """

    def __init__(self, title: str, value: str, hint: str = "") -> None:
        super().__init__()
        self._title, self._value, self._hint = title, value, hint

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(plain(self._title))
            field = Input(self._value, compact=True)
            field.cursor_blink = False
            yield field
            if self._hint:
                yield Static(Content(plain(self._hint)))

    @on(Input.Submitted)
    def _answer(self, message: Input.Submitted) -> None:
        self.dismiss(message.value.strip() or None)

    def action_cancel(self) -> None:
        self.dismiss(None)
