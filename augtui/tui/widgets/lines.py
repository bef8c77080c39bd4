"""A view of rows of styled text: draws only what is on the screen, redraws only what has changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style

from augtui.tui.text import Row, fit_row


class LinesView(ScrollView, can_focus=False, inherit_bindings=False):
    """Rows of text, scrolled where they do not fit. Rows are cropped, never wrapped."""

    DEFAULT_CSS = """
    LinesView { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; height: 1fr; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 (Textual's name)
        super().__init__(id=id, classes=classes)
        self.rows: list[Row] = []
        self._inks: dict[str, RichStyle] = {}

    def show(self, rows: Sequence[Row]) -> None:
        """Replace the rows."""
        old, self.rows = self.rows, list(rows)
        if len(old) != len(self.rows):
            self.set_height(len(self.rows))
            self.refresh()
        else:
            for y, (before, after) in enumerate(zip(old, self.rows, strict=True)):
                if before != after:
                    self.refresh_row(y)

    def set_height(self, rows: int) -> None:
        """Say how many rows there are to scroll over.

        The whole screen is laid out again only where a scroll bar comes or goes, not for every line of a log.
        """
        room, before, size = self.size.height, self.virtual_size.height, Size(self.size.width, rows)
        if not room or (rows > room) != (before > room):
            self.virtual_size = size
            return
        self.set_reactive(LinesView.virtual_size, size)
        if rows > room:
            self.vertical_scrollbar.window_virtual_size = rows
            if self.scroll_offset.y > self.max_scroll_y:
                self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True)

    def watch_show_vertical_scrollbar(self, shown: bool) -> None:
        """A bar that comes stands where the rows are, which were scrolled before it was there."""
        if shown:
            self.vertical_scrollbar.position = self.scroll_offset.y

    def row_at(self, event: events.MouseEvent) -> int | None:
        """The row that the pointer is on; None where it is beside them."""
        row = event.screen_offset.y - self.content_region.y + self.scroll_offset.y
        return row if self.content_region.contains_point(event.screen_offset) and row < len(self.rows) else None

    def refresh_row(self, y: int) -> None:
        """Draw one row again, where it is on the screen."""
        line = y - self.scroll_offset.y
        if 0 <= line < self.size.height:
            self.refresh(Region(0, line, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        index = y + self.scroll_offset.y
        if index >= len(self.rows):
            return Strip.blank(self.size.width, self.ground)
        return self.strip(self.rows[index], self.size.width)

    def strip(self, row: Row, width: int, ground: str = "") -> Strip:
        """A row in exactly `width` cells, on a ground ("on $cursor") where given."""
        base = self.ink(ground) if ground else self.ground
        return Strip(
            [Segment(text, base + self.ink(style) if style else base) for text, style in fit_row(row, width) if text],
            width,
        )

    @property
    def ground(self) -> RichStyle:
        """The widget's own style, worked out once: Textual goes through all its ancestors for it."""
        found = self._inks.get("")
        if found is None:
            found = self._inks[""] = self.rich_style
        return found

    def ink(self, style: str) -> RichStyle:
        """A style in Textual's words as the terminal needs it; looked up once for each theme.

        "@click=app.show('runs') $muted" acts when it is clicked.
        """
        found = self._inks.get(style)
        if found is None:
            action, _, look = style.removeprefix("@click=").partition(" ") if style[:1] == "@" else ("", "", style)
            parsed = Style.parse(look) if look else Style.null()
            if action:  # Textual's own words for it know no negative numbers
                parsed += Style.from_meta({"@click": action})
            found = self._inks[style] = parsed.rich_style
        return found

    def notify_style_update(self) -> None:
        self._inks.clear()
        super().notify_style_update()


class Page(LinesView, can_focus=True):
    """Rows that are read: the usual keys scroll them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "up", show=False, id="page.up"),
        Binding("down,j", "scroll_down", "down", show=False, id="page.down"),
        Binding("pageup,ctrl+u", "page_up", "page up", show=False, id="page.page_up"),
        Binding("pagedown,ctrl+d", "page_down", "page down", show=False, id="page.page_down"),
        Binding("home,g", "scroll_home", "first", show=False, id="page.first"),
        Binding("end,G", "scroll_end", "last", show=False, id="page.last"),
    ]


class Tail(Page):
    """A page whose end stays in view as it grows, until one scrolls away from it."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._following = True

    def show(self, rows: Sequence[Row]) -> None:
        self._following = self.scroll_offset.y >= self.max_scroll_y or not self.rows
        super().show(rows)
        self._follow()

    def on_resize(self) -> None:
        self._follow()

    def _follow(self) -> None:
        if self._following:
            self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True, force=True)
