"""The keys that work here, made from the bindings that hold here."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from augtui.tui.bindings import as_declared
from augtui.tui.dialogs.base import PageDialog
from augtui.tui.text import Row, fit

_KEY_CELLS = 16


class HelpScreen(PageDialog):
    """Keys in groups: of the panel in focus, of the screen, of everywhere."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "dismiss", "close", id="help.close"),
    ]
    WIDTH = 72
    CLOSE = "help.close"
    HINT = "shift-drag selects text"

    def __init__(self, rows: list[Row]) -> None:
        super().__init__("Keys")
        self._rows = rows

    def rows(self) -> list[Row]:
        return self._rows


def help_rows(screen: Screen[Any]) -> list[Row]:
    """One row for each action that the keys reach from here, under headings."""
    app = screen.app
    groups: dict[str, dict[str, tuple[list[str], str]]] = {"Here": {}, "On this screen": {}, "Everywhere": {}}
    for node, binding, _enabled, _tooltip in as_declared(screen.active_bindings.values()):
        text = binding.tooltip or binding.description
        if not text or binding.system or not binding.id:
            continue
        group = "Everywhere" if node is app else "On this screen" if node is screen else "Here"
        if binding.id and binding.id.startswith("panel."):
            group = "Everywhere"
        keys, _ = groups[group].setdefault(binding.action, ([], text))
        shown = binding.key_display or app.get_key_display(binding)
        if shown not in keys:
            keys.append(shown)
    rows: list[Row] = []
    for title, actions in groups.items():
        if not actions:
            continue
        rows += [[], [(title, "bold $title")]] if rows else [[(title, "bold $title")]]
        for keys, text in actions.values():
            rows.append([(fit("  ".join(keys), _KEY_CELLS, "right") + "  ", "$accent"), (text, "$foreground")])
    return rows
