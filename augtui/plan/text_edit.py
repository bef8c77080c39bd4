"""Keys of a TOML text changed one by one; everything else stays as it was written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from augtui.plan.blocks import Block, join, split
from augtui.plan.toml_text import toml_key, value_text


@dataclass(frozen=True, slots=True)
class Change:
    """One key with its new value."""

    keys: tuple[str, ...]
    """From the outermost table inwards; of an array of tables the first is meant."""
    value: Any
    """Plain; None takes the key away."""

    @property
    def dotted(self) -> str:
        return ".".join(toml_key(key) for key in self.keys)


def changed_text(text: str, changes: Iterable[Change]) -> str | None:
    """The text with the changes made; None where it is written in a way that cannot be changed key by key.

    Args:
        text: valid TOML.
        changes: later ones win.
    """
    for change in changes:
        changed = _changed(text, change)
        if changed is None:
            return None
        text = changed
    return text


def _changed(text: str, change: Change) -> str | None:
    import tomlkit  # 60 ms that only a change should cost
    from tomlkit.exceptions import TOMLKitError

    *tables, key = change.keys
    try:
        document = tomlkit.parse(text)
        table: Any = document
        for name in tables:
            table = table.get(name, {})
            table = table[0] if isinstance(table, list) else table
        if key not in table:
            return text if change.value is None else _with_new_key(text, change)
        if change.value is None:
            del table[key]
        else:
            table[key] = tomlkit.value(value_text(change.value))
        return tomlkit.dumps(document)
    except (TOMLKitError, KeyError, TypeError, ValueError):
        return None


def _with_new_key(text: str, change: Change) -> str:
    """A key that the text does not have yet: in place of a comment that shows it, or at the end of its table's keys,
    or in a table of its own before the arms."""
    *tables, key = change.keys
    blocks = split(text)
    line = f"{toml_key(key)} = {value_text(change.value)}"
    for index, block in enumerate(blocks):
        if block.path == tuple(tables):
            blocks[index] = Block(block.path, _with_line(block.text, toml_key(key), line))
            return "".join(part.text for part in blocks)
    first = next((index for index, block in enumerate(blocks) if block.in_arms), len(blocks))
    before = "".join(block.text for block in blocks[:first])
    header = ".".join(toml_key(name) for name in tables)
    return join(before, f"[{header}]\n{line}\n\n") + "".join(block.text for block in blocks[first:])


def _with_line(text: str, key: str, line: str) -> str:
    """A block's text with a line for a new key."""
    shown = re.search(rf"^#[ \t]*{re.escape(key)}[ \t]*=(?P<rest>.*)$", text, re.MULTILINE)
    if shown is not None:
        aside = _comment(shown["rest"])
        width = len(shown[0]) - len(aside) - 2
        return text[: shown.start()] + (f"{line:<{width}}  {aside}" if aside else line) + text[shown.end() :]
    lines = text.splitlines(keepends=True)
    live = [index for index, old in enumerate(lines) if old.strip() and not old.lstrip().startswith("#")]
    place = live[-1] + 1 if live else 0
    while place < len(lines) and lines[place].strip():
        place += 1
    if place and not lines[place - 1].endswith("\n"):
        lines[place - 1] += "\n"
    gap = "" if live else "\n"
    return "".join([*lines[:place], f"{line}\n{gap}", *lines[place:]])


def _comment(rest: str) -> str:
    """The comment that follows a value."""
    for found in re.finditer("#", rest):
        try:
            tomllib.loads(f"value = {rest[: found.start()]}")
        except tomllib.TOMLDecodeError:
            continue
        return rest[found.start() :]
    return ""
