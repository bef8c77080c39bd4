"""Keys of a TOML text changed one by one; everything else stays as it was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from augtui.plan.blocks import join, split
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


def changed_text(text: str, changes: Sequence[Change]) -> str | None:
    """The text with the changes made; None where it is written in a way that cannot be changed key by key.

    Args:
        text: valid TOML.
        changes: later ones win.
    """
    if not changes:
        return text
    import tomlkit  # 60 ms that only a change should cost
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text)
        fresh: dict[str, list[str]] = {}
        for change in changes:
            if len(change.keys) == 2 and change.keys[0] not in document:
                lines = fresh.setdefault(change.keys[0], [])
                if change.value is not None:
                    lines.append(f"{toml_key(change.keys[1])} = {value_text(change.value)}\n")
            else:
                _change(document, change.keys, change.value)
        return _with_tables(tomlkit.dumps(document), fresh)
    except (TOMLKitError, KeyError, TypeError, ValueError):
        return None


def _change(document: Any, keys: tuple[str, ...], value: Any) -> None:
    import tomlkit

    inner = document
    for key in keys[:-1]:
        if key not in inner:
            inner[key] = tomlkit.table()
        inner = inner[key]
        if isinstance(inner, list):
            inner = inner[0]
    if value is not None:
        inner[keys[-1]] = tomlkit.value(value_text(value))
    elif keys[-1] in inner:
        del inner[keys[-1]]


def _with_tables(text: str, tables: Mapping[str, Iterable[str]]) -> str:
    """New tables, put before the arms."""
    added = [f"[{toml_key(name)}]\n{''.join(lines)}\n" for name, lines in tables.items() if lines]
    if not added:
        return text
    blocks = split(text)
    first = next((index for index, block in enumerate(blocks) if block.in_arms), len(blocks))
    before = "".join(block.text for block in blocks[:first])
    return join(before, *added) + "".join(block.text for block in blocks[first:])
