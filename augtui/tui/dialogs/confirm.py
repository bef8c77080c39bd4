"""A question before something that cannot be taken back."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from augtui.text import plain, plain_lines
from augtui.tui.dialogs.base import Dialog


class ConfirmScreen(Dialog[bool]):
    """Answers True for yes. Nothing is chosen beforehand: enter alone does not say yes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "yes", id="confirm.yes"),
        Binding("n,escape,q", "answer(False)", "no", id="confirm.no"),
    ]
    DEFAULT_CSS = """
    ConfirmScreen Vertical { width: 62; max-width: 100%; height: auto; border: round $warn; padding: 1 2;
                             background: $background; border-title-color: $title; }
    ConfirmScreen #keys { margin-top: 1; text-align: right; width: 1fr; }
    """

    def __init__(self, title: str, text: str, yes: str = "yes") -> None:
        super().__init__()
        self._title, self._text, self._yes = title, text, yes

    def compose(self) -> ComposeResult:
        yes, no = self.hint("confirm.yes", self._yes), self.hint("confirm.no", "no")
        look = ("bold $accent", "$muted")
        with Vertical() as box:
            box.border_title = Content(plain(self._title))
            yield Static(Content(plain_lines(self._text)))
            yield Static(Content.assemble(*yes.spans(*look), "    ", *no.spans(*look)), id="keys")

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)

    def leave(self) -> None:
        self.dismiss(False)
