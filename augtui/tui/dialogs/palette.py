"""All that can be done here, to be found by a few letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from textual import events, on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Input

from augtui.text import plain
from augtui.tui.bindings import as_declared, hint_line
from augtui.tui.dialogs.base import Dialog
from augtui.tui.text import Row, fit
from augtui.tui.widgets.lines import LinesView
from augtui.tui.widgets.panel import Panel

_KEY_CELLS = 12
_PLACES = ("here", "this screen", "everywhere")


@dataclass(frozen=True, slots=True)
class Command:
    """An action that can be carried out, with the keys that do the same."""

    words: str
    keys: str
    binding_id: str
    """It is searched too: "study.stop"."""
    place: str
    action: str
    node: DOMNode


def open_palette(app: App[Any]) -> None:
    """Show the commands that hold on the screen in sight, and carry out the one that is chosen."""

    async def chosen(command: Command | None) -> None:
        if command is not None:
            await app.run_action(command.action, command.node)

    app.push_screen(PaletteScreen(commands(app.screen)), chosen)


def commands(screen: Screen[Any]) -> list[Command]:
    """One command for each action that holds here, those of the panel in focus first; moves of a cursor are none."""
    app = screen.app
    panels = {f"panel.{panel.digit}": panel.heading.partition(" · ")[0] for panel in screen.query(Panel)}
    found: dict[tuple[int, str], tuple[Binding, DOMNode, list[str]]] = {}
    for node, binding, enabled, _ in as_declared(screen.active_bindings.values()):
        said = bool(binding.tooltip and binding.id) or binding.id in panels
        if said and enabled and binding.action != "command_palette":
            _, _, keys = found.setdefault((id(node), binding.action), (binding, node, []))
            shown = app.get_key_display(replace(binding, key_display=None) if binding.id in panels else binding)
            if shown not in keys:
                keys.append(shown)
    made = []
    for binding, node, keys in found.values():
        place = _PLACES[2 if node is app else 1 if node is screen else 0]
        name = binding.id or ""
        words = f"Go to the panel {panels[name]}" if name in panels else binding.tooltip
        made.append(Command(words, "  ".join(keys), name, place, binding.action, node))
    return sorted(made, key=lambda command: _PLACES.index(command.place))


def matching(all_commands: Sequence[Command], text: str) -> list[Command]:
    """The commands in which every word of a text occurs, or that is the key of; best ones first.

    A word that begins a word of the command counts more than one within it, and either more than letters that
    only follow each other.
    """
    wanted = text.lower().split()
    ranked = []
    for place, command in enumerate(all_commands):
        if text.strip() and text.strip() in command.keys.split():
            ranked.append((-1, place, command))
            continue
        marks = [_mark(word, command) for word in wanted]
        if None not in marks:
            ranked.append((sum(mark for mark in marks if mark is not None), place, command))
    return [command for *_, command in sorted(ranked, key=lambda item: item[:2])]


def _mark(word: str, command: Command) -> int | None:
    """How badly a word fits a command: 0 for well; None where it does not."""
    words = command.words.lower()
    if any(part.startswith(word) for part in words.replace(",", " ").replace(";", " ").split()):
        return 0
    if word in words or word in command.binding_id:
        return 1
    letters = iter(words)
    return 3 if len(word) > 2 and all(letter in letters for letter in word) else None


class PaletteScreen(Dialog[Command | None]):
    """Answers the command that was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "closes", id="palette.close"),
        Binding("up,ctrl+p", "move(-1)", "up", show=False, id="palette.up", priority=True),
        Binding("down,ctrl+n", "move(1)", "down", show=False, id="palette.down", priority=True),
        Binding("pageup", "move(-10)", "", show=False, id="palette.page_up", priority=True),
        Binding("pagedown", "move(10)", "", show=False, id="palette.page_down", priority=True),
        Binding("enter", "take", "does it", id="palette.take", priority=True, key_display="enter"),
    ]
    DEFAULT_CSS = """
    PaletteScreen { align-vertical: top; }
    PaletteScreen Vertical { width: 76; max-width: 100%; max-height: 90%; margin-top: 2;
                             border: round $accent; padding: 0 1; background: $background;
                             border-title-color: $title; border-subtitle-color: $muted; }
    PaletteScreen Input { margin-bottom: 1; background: $background; }
    """

    def __init__(self, all_commands: Sequence[Command]) -> None:
        super().__init__()
        self._all = list(all_commands)
        self._found = self._all
        self._cursor = 0

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content("Commands")
            hints = (self.hint("palette.take", "does it"), self.hint("palette.close", "closes"))
            box.border_subtitle = Content.assemble(*hint_line(*hints))
            field = Input(compact=True, placeholder="what to do, or a key")
            field.cursor_blink = False
            yield field
            yield LinesView(id="commands")

    def on_mount(self) -> None:
        # As high as all of them, so that nothing moves while one types; with the frame, the line and a blank one.
        self.query_one(Vertical).styles.height = len(self._all) + 4
        self.call_after_refresh(self._show)

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        self._found, self._cursor = matching(self._all, message.value), 0
        self._show()

    def _show(self) -> None:
        view = self.query_one(LinesView)
        view.show([self._row(command, n == self._cursor, view.size.width) for n, command in enumerate(self._found)])
        if not self._found:
            view.show([[("Nothing here is called so.", "$muted")]])
        top, height = view.scroll_offset.y, max(1, view.size.height)
        if not top <= self._cursor < top + height:
            view.scroll_to(y=self._cursor if self._cursor < top else self._cursor - height + 1, animate=False)

    def _row(self, command: Command, here: bool, width: int) -> Row:
        key = fit(command.keys, _KEY_CELLS, "right")
        words = fit(plain(command.words), max(8, width - _KEY_CELLS - 16))
        return [
            ("▸ " if here else "  ", "$accent"),
            (words, "bold $title" if here else "$foreground"),
            (fit(command.place, 13, "right"), "$faint"),
            (" " + key, "$accent"),
        ]

    def action_move(self, step: int) -> None:
        if self._found:
            self._cursor = max(0, min(self._cursor + step, len(self._found) - 1))
            self._show()

    def action_take(self) -> None:
        if self._found:
            self.dismiss(self._found[self._cursor])

    def action_leave(self) -> None:
        self.leave()

    def on_click(self, event: events.Click) -> None:
        """A click on a command carries it out."""
        number = self.query_one(LinesView).row_at(event)
        if number is not None and number < len(self._found):
            self.dismiss(self._found[number])
