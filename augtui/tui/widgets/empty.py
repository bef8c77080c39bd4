"""What stands where nothing is yet: why, and what to do next."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from augtui.text import plain
from augtui.tui.bindings import Hint


class Empty(Static):
    """A few quiet lines in the middle of a panel."""

    DEFAULT_CSS = """
    Empty { width: 1fr; height: 1fr; content-align: center middle; text-align: center; color: $muted; }
    """

    def tell(self, text: str, *steps: Hint) -> None:
        """Say what is missing and which keys lead on."""
        parts: list[str | tuple[str, str]] = [(plain(text), "$foreground")]
        for step in steps:
            parts += ["\n\n", *step.spans("bold $accent", "$muted")]
        self.update(Content.assemble(*parts))
