"""The line in which a filter is typed; it stays in sight while it holds."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from augtui.text import plain
from augtui.tui.widgets.bars import Bar


class FilterLine(Horizontal):
    """Hidden while it is empty and not typed in."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear", "clear the filter", show=False, id="filter.clear"),
        Binding("enter,down", "leave", "to the list", show=False, id="filter.leave", priority=True),
    ]
    DEFAULT_CSS = """
    FilterLine { height: 1; display: none; }
    FilterLine.-shown { display: block; }
    FilterLine > #slash { width: 2; color: $accent; }
    FilterLine > Input { width: 1fr; background: $background; }
    FilterLine > Bar { width: 26; }
    FilterLine > Bar.-wrong { width: 60%; }
    """

    class Changed(Message):
        """The text of the filter is another."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """Typing has ended; the filter holds on."""

    @property
    def text(self) -> str:
        """What is filtered by."""
        return next((field.value.strip() for field in self.query(Input)), "")

    async def begin(self) -> None:
        """Show the line and type in it. Its parts are made when they are first needed."""
        if not self.query(Input):
            field = Input(compact=True, placeholder="words, or recall>0.8 dataset:skin arm~gan -state:failed")
            field.cursor_blink = False
            await self.mount(Static("/", id="slash"), field, Bar())
        self.add_class("-shown")
        self.query_one(Input).focus()

    def tell(self, verdict: str, *, wrong: bool = False) -> None:
        """Say how many rows pass, or what is wrong with the text. A count never moves what stands beside it."""
        bar = self.query_one(Bar)
        bar.set_class(wrong, "-wrong")
        bar.show([[("  ", ""), (plain(verdict), "$warn" if wrong else "$muted")]])

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self.post_message(self.Changed(message.value.strip()))

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_leave()

    def action_leave(self) -> None:
        self.set_class(bool(self.text), "-shown")
        self.post_message(self.Left())

    def action_clear(self) -> None:
        self.query_one(Input).value = ""
        self.remove_class("-shown")
        self.post_message(self.Left())
