"""A titled frame that can be whole, one line, or hidden."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import RenderResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from augtui.text import plain
from augtui.tui.text import Row, Span, fit_row


class Panel(Vertical):
    """A part of a screen with a digit that leads to it.

    Shut, it is one line: its title and a summary of what it would show.
    """

    DEFAULT_CSS = """
    Panel { border: round $line; border-title-color: $muted; border-subtitle-color: $muted; padding: 0 1;
            border-title-style: none; background: $background; }
    Panel.-lit { border: round $accent; }
    Panel.-shut { border: none; height: 1 !important; padding: 0 2; }
    Panel.-shut > * { display: none; }
    Panel.-hidden { display: none; }
    """

    shut: reactive[bool] = reactive(False, init=False)
    heading: reactive[str] = reactive("", init=False, repaint=False)
    """After the digit; text, not markup."""
    lit: reactive[bool] = reactive(False, init=False, repaint=False)
    """Whether the focus is in it. Told by a class: `:focus-within` would style and draw all that is in it, as would
    a change of the title's style."""
    hint: reactive[tuple[Span, ...]] = reactive((), init=False, repaint=False)
    """In the lower border; words in it may act when they are clicked."""
    summary: reactive[tuple[tuple[str, str], ...]] = reactive((), init=False, repaint=False)
    """What the shut panel says beside its heading, as spans."""

    class Opened(Message):
        """A panel was clicked that is shut, or that the focus is not in."""

        def __init__(self, panel: Panel) -> None:
            super().__init__()
            self.panel = panel

    def __init__(self, digit: int, heading: str, *children: Widget, id: str, hint: Sequence[Span] = ()) -> None:  # noqa: A002
        super().__init__(*children, id=id)
        self.digit = digit
        self.set_reactive(Panel.heading, heading)
        self.set_reactive(Panel.hint, tuple(hint))
        self._set_titles()

    def watch_heading(self) -> None:
        self._set_titles()
        if self.shut:
            self.refresh()

    def watch_lit(self) -> None:
        self.set_class(self.lit, "-lit", update=False)
        self.app.stylesheet.update_nodes([self])
        self._set_titles()

    def watch_hint(self) -> None:
        self._set_titles()

    def watch_summary(self) -> None:
        if self.shut:
            self.refresh()

    def watch_shut(self) -> None:
        self.set_class(self.shut, "-shut")

    def on_click(self) -> None:
        if self.shut or not self.lit:
            self.post_message(self.Opened(self))

    def render(self) -> RenderResult:
        if not self.shut:
            return ""
        row: Row = [(f"{self.digit} ", "$faint"), (f"{self.heading}  ", "$muted"), *self.summary]
        return Content.assemble(*fit_row(row, max(1, self.content_size.width)))

    def render_lines(self, crop: Region) -> list[Strip]:
        """The frame of an open panel is the same beside every line of what is in it, and drawn once for all."""
        last = self.region.height - 1
        beside = range(max(crop.y, 1), min(crop.bottom, last))
        if self.shut or len(beside) < 2:
            return super().render_lines(crop)

        def line(y: int) -> list[Strip]:
            return super(Panel, self).render_lines(Region(crop.x, y, crop.width, 1))

        top = line(0) if crop.y == 0 else []
        bottom = line(last) if crop.bottom > last else []
        return [*top, *(line(beside[-1]) * len(beside)), *bottom]

    def _set_titles(self) -> None:
        style = "bold $title" if self.lit else "$muted"
        self.border_title = Content.assemble((f"{self.digit} ", "$faint"), (plain(self.heading), style))
        self.border_subtitle = Content.assemble(*self.hint) if self.hint else None
