"""The palette's commands: whatever the keys of this screen and its focus do."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from textual.app import SystemCommand
from textual.screen import Screen


def commands(screen: Screen[Any]) -> Iterator[SystemCommand]:
    """One command for each action that can be carried out here and has words for it."""
    seen: set[tuple[int, str]] = set()
    for node, binding, enabled, _ in screen.active_bindings.values():
        words = binding.tooltip or binding.description
        place = (id(node), binding.action)
        if words and enabled and binding.id and place not in seen and binding.action != "command_palette":
            seen.add(place)
            key = screen.app.get_key_display(binding)
            yield SystemCommand(words, f"key: {key}", partial(screen.app.run_action, binding.action, node))
