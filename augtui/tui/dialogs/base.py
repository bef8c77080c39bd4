"""What all dialogs share: the screen under them stays in sight, dimmed; and pages that are read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from rich.console import RenderableType
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.app import ComposeResult
from textual.color import Color
from textual.content import Content
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen

from augtui.text import plain
from augtui.tui.bindings import Hint, hint_of
from augtui.tui.painting import PaintedOnce
from augtui.tui.text import Row
from augtui.tui.widgets.lines import Page

Answer = TypeVar("Answer")


class Dialog(PaintedOnce, ModalScreen[Answer]):
    """In the middle, over what it is about."""

    DEFAULT_CSS = "Dialog { align: center middle; background: $background 60%; }"

    def hint(self, binding_id: str, words: str = "") -> Hint:
        """What words in the dialog say of one of its bindings."""
        return hint_of(self.app, binding_id, (type(self),), words)

    def on_click(self, event: events.Click) -> None:
        """A click beside it goes back to what it is about."""
        if self.get_widget_at(*event.screen_offset)[0] is self and self.is_current:
            self.leave()

    def leave(self) -> None:
        """Go back without an answer."""
        self.dismiss(None)

    def render(self) -> RenderableType:
        ground = super().render()
        return _Dimmed(ground.screen, ground.color) if isinstance(ground, BackgroundScreen) else ground


class _Dimmed(BackgroundScreen):
    """Textual's, which mixes the colours of each piece of text anew: thousands of pieces have a few dozen styles."""

    @classmethod
    def process_segments(cls, segments: Iterable[Segment], color: Color) -> Iterable[Segment]:
        mixed: dict[RichStyle | None, RichStyle | None] = {}
        for segment in segments:
            if segment.control:
                yield segment
                continue
            if segment.style not in mixed:
                (piece,) = super().process_segments([Segment("", segment.style)], color)
                mixed[segment.style] = piece.style
            yield Segment(segment.text, mixed[segment.style])


class PageDialog(Dialog[None]):
    """Rows to be read, as high as they are. They are there before the first paint, which is the only one."""

    WIDTH: ClassVar[int]
    CLOSE: ClassVar[str]
    """Id of the binding that closes it."""
    HINT: ClassVar[str] = ""
    """What else is to be said in the lower border."""
    DEFAULT_CSS = """
    PageDialog Page { max-width: 100%; max-height: 90%; border: round $accent; padding: 0 2;
                      background: $background; border-title-color: $title; border-subtitle-color: $muted; }
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def rows(self) -> list[Row]:
        """What is to be read."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        rows, page = self.rows(), Page()
        page.border_title = Content(plain(self._title))
        more = (f"{self.HINT} · ",) if self.HINT else ()
        page.border_subtitle = Content.assemble(*more, *self.hint(self.CLOSE, "closes").spans())
        page.styles.width, page.styles.height = self.WIDTH, len(rows) + 2
        page.show(rows)
        yield page
