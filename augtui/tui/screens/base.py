"""What the four screens share: a header, a footer, and panels that are tiles, a stack, or one alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widget import Widget

from augtui.tui.bindings import Hint, hint_of
from augtui.tui.messages import TaskWanted
from augtui.tui.painting import PaintedOnce
from augtui.tui.tasks import Task
from augtui.tui.widgets.bars import Footer, Header
from augtui.tui.widgets.panel import Panel

if TYPE_CHECKING:
    from augtui.tui.app import AugtuiApp

WIDE = 160
"""Columns from which on the panels at the sides are given more of them."""
STACK = (70, 22)
"""Columns and rows from which on panels that are not open still have a line."""


class Body(Container):
    """Where the panels are, which cover all of it."""

    BLANK = True


class PanelScreen(PaintedOnce):
    """One of the four screens. Its panels have the digits from 5 on; 1 to 4 lead to the screens."""

    AUTO_FOCUS = ""
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """As Textual's, which would paint the whole screen again whenever the focus moves; panels paint themselves."""
    NAME: ClassVar[str]
    FIRST: ClassVar[str]
    """Id of the panel that is open where there is room for one."""
    TILES: ClassVar[tuple[int, int]] = (100, 26)
    """Columns and rows from which on panels stand side by side."""
    SHORT: ClassVar[str] = ""
    """Id of a panel that may leave room for another one under it."""
    HINTED: ClassVar[tuple[type[Widget], ...]] = ()
    """Widgets whose keys the screen's words name, beside its own."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "5", "panel(5)", "panel", show=False, id="panel.5", key_display="5 – 9", tooltip="Panel of that digit"
        ),
        *(Binding(str(digit), f"panel({digit})", "", show=False, id=f"panel.{digit}") for digit in range(6, 10)),
        Binding("z", "zoom", "zoom", id="panel.zoom", tooltip="Show this panel alone"),
        Binding("escape", "back", "back", show=False, id="app.back", tooltip="Go back one layer"),
        Binding("tab", "next_panel(1)", "next panel", show=False, id="panel.next", tooltip="Next panel"),
        Binding("shift+tab", "next_panel(-1)", "", show=False, id="panel.previous", tooltip="Panel before"),
    ]

    DEFAULT_CSS = """
    PanelScreen { background: $background; }
    PanelScreen #body { height: 1fr; }
    PanelScreen.-stack #body { layout: vertical; }
    PanelScreen.-stack Panel { width: 1fr; height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        # Textual counts how often styles were read, and reads them again for a screen that is behind, as each new one
        # is by its count (which is private). But a new screen is styled by the newest ones anyway.
        self._css_update_count = self.app._css_update_count
        self._open = self.FIRST
        self._zoomed = False
        self._rows_of_tiles = ""
        self._arranged_for = Size(0, 0)
        put_classes(self, self.looks(self.layout_kind))  # so that all in it is styled once

    def compose(self) -> ComposeResult:
        yield Header(self.NAME, readonly=cast("AugtuiApp", self.app).options.readonly)
        with Body(id="body"):
            yield from self.compose_panels()
        yield Footer()

    def compose_panels(self) -> Iterable[Widget]:
        """The panels, in the order of their digits."""
        raise NotImplementedError

    @property
    def panels(self) -> list[Panel]:
        """In the order of their digits."""
        return sorted(self.query(Panel), key=lambda panel: panel.digit)

    @property
    def header(self) -> Header:
        return self.query_one(Header)

    def on_mount(self) -> None:
        self._arrange()

    @on(events.Resize)
    def _fit(self) -> None:
        if self._arranged_for != self.app.size:  # it is also told of layouts in the room that it has
            self._arrange()

    @on(Panel.Opened)
    def _line_clicked(self, message: Panel.Opened) -> None:
        self.open_panel(message.panel)

    def watch_focused(self, before: Widget | None, now: Widget | None) -> None:
        left, entered = _panel_of(before), _panel_of(now)
        if left is not None and left is not entered:
            left.lit = False
        if entered is not None:
            entered.lit = True

    def hint(self, binding_id: str, words: str = "") -> Hint:
        """What words on the screen say of a binding, whose key the config file may have changed."""
        return hint_of(self.app, binding_id, (type(self), *self.HINTED, type(self.app)), words)

    def key(self, binding_id: str) -> str:
        """Its key alone."""
        return self.hint(binding_id).key

    def want(self, task: Task) -> None:
        """Have something done outside of the event loop; `TaskDone` comes back to this screen."""
        self.post_message(TaskWanted(task, self))

    def open_panel(self, panel: Panel) -> None:
        """Show a panel whole and put the focus into it."""
        self._open = panel.id or self.FIRST
        if self.layout_kind == "tiles" and not panel.shut:
            self._focus_in(panel)
            return
        self._zoomed |= self.layout_kind == "tiles"  # a tile that has but a line is opened alone
        self._arrange()
        # At once where the panel is in sight: the next key may be in the queue already.
        if self.layout_kind != "tiles" or not self._focus_in(panel):
            self.call_after_refresh(self._focus_in, panel)

    def action_panel(self, digit: int) -> None:
        for panel in self.panels:
            if panel.digit == digit:
                self.open_panel(panel)

    def action_next_panel(self, step: int) -> None:
        focused = self.focused_panel
        if focused is None or focused.shut:  # an open panel of lines alone does not have the focus
            focused = next((panel for panel in self.panels if panel.id == self._open), None)
        shown = [
            panel
            for panel in self.panels
            if panel is focused or panel.shut or self._first_focusable(panel) is not None
        ]
        if not shown:
            return
        place = shown.index(focused) if focused in shown else (-1 if step > 0 else 0)
        self.open_panel(shown[(place + step) % len(shown)])

    def action_zoom(self) -> None:
        panel = self.focused_panel
        if panel is not None:
            self._open = panel.id or self.FIRST
        self._zoomed = not self._zoomed
        self._arrange()

    def action_back(self) -> None:
        """One layer: out of the zoom."""
        if self._zoomed:
            self._zoomed = False
            self._arrange()

    @property
    def focused_panel(self) -> Panel | None:
        """The panel that has the focus."""
        return _panel_of(self.focused)

    @property
    def layout_kind(self) -> str:
        """tiles, stack (one panel open, the others a line), or alone."""
        width, height = self.app.size
        if self._zoomed or width < STACK[0] or height < STACK[1]:
            return "alone"
        return "tiles" if width >= self.TILES[0] and height >= self.TILES[1] else "stack"

    def looks(self, kind: str) -> dict[str, bool]:
        """The classes that say how the screen is laid out."""
        return {"-stack": kind != "tiles", "-tiles": kind == "tiles", "-wide": self.app.size.width >= WIDE}

    def _arrange(self) -> None:
        kind, self._arranged_for = self.layout_kind, self.app.size
        changed: list[Widget] = []
        if put_classes(self, self.looks(kind)):
            changed += [self, self.query_one("#body"), *self.query(Panel)]
        second, rows = self.beside(self._open) or ("", 0) if kind == "stack" else ("", 0)
        for panel in self.query(Panel):
            is_open = kind == "tiles" or panel.id in (self._open, second)
            if second and rows and panel.id == self.SHORT:
                panel.styles.height = rows
            else:
                panel.styles.clear_rule("height")
            panel.shut = kind == "stack" and not is_open
            if put_classes(panel, {"-hidden": kind == "alone" and not is_open}) and panel not in changed:
                changed.append(panel)
        # No rule for these classes reaches what is in a panel: styling it all again would take most of the time.
        if changed:
            self.app.stylesheet.update_nodes(changed)
        self.arranged(kind)
        if self.focused is None or not self.focused.display or (self.focused_panel and self.focused_panel.shut):
            opened = next((panel for panel in self.query(Panel) if panel.id == self._open), None)
            if opened is not None and not self._focus_in(opened):
                self.call_after_refresh(self._focus_in, opened)

    def beside(self, opened: str) -> tuple[str, int] | None:
        """In a stack: the panel that is open too, because `SHORT` needs only so many rows; None where none is."""
        return None

    def set_rows(self, rows: str) -> None:
        """Heights of the rows of tiles; setting what holds already would lay everything out again."""
        if rows != self._rows_of_tiles:
            self._rows_of_tiles = rows
            self.query_one("#body").styles.grid_rows = rows

    def show_empty(self, empty: bool) -> None:
        """Words instead of the panels, in screens that have them."""
        self.query_one("#empty").display = empty
        self.query_one("#body").display = not empty

    def arranged(self, kind: str) -> None:
        """For screens that lay out more than panels."""

    def _focus_in(self, panel: Panel) -> bool:
        """Put the focus into a panel; false where nothing in it can have it (yet)."""
        target = self._first_focusable(panel)
        if target is not None:
            self.set_focus(target)
        return target is not None

    def _first_focusable(self, panel: Panel) -> Widget | None:
        return next((node for node in self.focus_chain if panel in node.ancestors), None)


def _panel_of(widget: Widget | None) -> Panel | None:
    """The panel that a widget is in."""
    if widget is None:
        return None
    return next((node for node in widget.ancestors_with_self if isinstance(node, Panel)), None)


def put_classes(node: Widget, wanted: Mapping[str, bool]) -> bool:
    """Set classes without new styles of all that is in a node; whether one was set or taken."""
    before = node.classes
    node.update_classes(wanted, update=False)
    return node.classes != before
