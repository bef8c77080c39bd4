"""The keys that hold on every screen, and keys in the words of the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

import msgspec
from textual.app import App
from textual.binding import ActiveBinding, Binding, BindingType
from textual.screen import Screen

from augtui.tui.text import Span

if TYPE_CHECKING:
    from augtui.tui.app import AugtuiApp

EVERYWHERE: list[BindingType] = [
    Binding("question_mark,f1", "help", "help", id="app.help", key_display="?", tooltip="The keys that work here"),
    Binding("1", "show('design')", "Design", show=False, id="app.design", tooltip="Design a study"),
    Binding("2", "show('study')", "Study", show=False, id="app.study", tooltip="Watch a study"),
    Binding("3", "show('results')", "Results", show=False, id="app.results", tooltip="Read a study's results"),
    Binding("4", "show('runs')", "Runs", show=False, id="app.runs", tooltip="Browse all studies"),
    Binding(
        "colon,ctrl+p",
        "command_palette",
        "palette",
        show=False,
        id="app.palette",
        key_display="^p",
        tooltip="All commands",
    ),
    Binding("q,ctrl+q", "quit", "quit", show=False, id="app.quit", tooltip="Quit; studies go on"),
    Binding("ctrl+c", "copy_or_quit", "quit", show=False, priority=True, id="app.copy", tooltip="Copy, or quit"),
    Binding("ctrl+z", "suspend_process", "", show=False, id="app.suspend", tooltip="Back to the shell, `fg` returns"),
    Binding("f2", "toggle_light", "", show=False, id="app.theme", tooltip="Light or dark"),
]


class Hint(msgspec.Struct, frozen=True):
    """A key and what it leads to, as words on the screen tell it."""

    key: str
    words: str
    action: str = ""
    """What a click on the words does; empty for nothing."""

    def spans(self, key: str = "", words: str = "") -> tuple[Span, Span]:
        """The key and the words in two styles; a click on either acts."""
        click = f"@click={self.action} " if self.action else ""
        return (f"{self.key} ", (click + key).strip()), (self.words, (click + words).strip())


HintOf = Callable[..., Hint]
"""From the id of a binding, and words for what it does, to what the screen says of it."""


def hint_line(*hints: Hint) -> tuple[Span, ...]:
    """Hints as one line: "a add · y copy"."""
    spans: list[Span] = []
    for hint in hints:
        spans += [(" · ", ""), *hint.spans()] if spans else hint.spans()
    return tuple(spans)


def hint_of(app: App[Any], binding_id: str, owners: Iterable[type[Any]], words: str = "") -> Hint:
    """What words say of a binding: its first key, which the config file may have changed, and its action.

    Args:
        app: whose keys these are.
        binding_id: of the binding.
        owners: classes that may have it, from the inside out.
        words: what it does.
    """
    owner, binding = next(
        (owner, binding)
        for owner in owners
        for kind in owner.__mro__
        for binding in vars(kind).get("BINDINGS", ())
        if isinstance(binding, Binding) and binding.id == binding_id
    )
    own = cast("AugtuiApp", app).options.keys.get(binding_id)
    key = (own or binding.key).split(",")[0].strip()
    shown = app.get_key_display(binding.with_key(key, None if own else binding.key_display))
    place = "app" if issubclass(owner, App) else "screen" if issubclass(owner, Screen) else ""
    return Hint(shown, words, f"{place}.{binding.action}" if place else "")


def as_declared(active: Iterable[ActiveBinding]) -> list[ActiveBinding]:
    """Active bindings in the order in which their owners declare them, wherever the config file put their keys."""
    nodes: dict[int, int] = {}
    ids: dict[type[Any], list[str | None]] = {}
    placed: list[tuple[int, int, ActiveBinding]] = []
    for item in active:
        kind = type(item.node)
        if kind not in ids:
            ids[kind] = [
                binding.id
                for base in reversed(kind.__mro__)
                for binding in vars(base).get("BINDINGS", ())
                if isinstance(binding, Binding)
            ]
        place = ids[kind].index(item.binding.id) if item.binding.id in ids[kind] else -1
        placed.append((nodes.setdefault(id(item.node), len(nodes)), place, item))
    return [item for _, _, item in sorted(placed, key=itemgetter(0, 1))]
