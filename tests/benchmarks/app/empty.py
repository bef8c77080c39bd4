"""The least that a Textual app can be: a line that says it is there, and a key that changes it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

READY = "nothing but a line"


class EmptyApp(App[None]):
    """Counts how often `j` was pressed."""

    BINDINGS: ClassVar[list[BindingType]] = [("j", "count", "count")]
    count = 0

    def compose(self) -> ComposeResult:
        yield Static(READY)

    def action_count(self) -> None:
        self.count += 1
        self.query_one(Static).update(f"{READY}, {self.count} times")


if __name__ == "__main__":
    EmptyApp().run()
