"""`--set key=value`: changes to a plan on the command line."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterable
from typing import Any

from augtui.plan.problems import Problems
from augtui.plan.table_reader import flattened
from augtui.plan.text_edit import Change
from augtui.plan.toml_text import shown

_USAGE = "for example --set train.epochs=3"


def read_overrides(problems: Problems, overrides: Iterable[str]) -> list[Change]:
    """The changes that `--set` asks for; wrong ones are left out, with a problem each."""
    changes = []
    for text in overrides:
        problems.overridden.add(text.partition("=")[0].strip())
        change = _read_override(problems, text)
        if change is not None:
            problems.overridden.add(change.dotted)
            changes.append(change)
    return changes


def changed_table(problems: Problems, table: dict[str, Any], changes: Iterable[Change]) -> dict[str, Any]:
    """A copy of the table with the changes made."""
    result = copy.deepcopy(table)
    for change in changes:
        inner: Any = result
        if change.keys[0] == "axes" and isinstance(result.get("axes"), dict):
            # However the file writes its axes, the change has to meet the axis of its name.
            result["axes"] = dict(flattened(result["axes"]))
        for key in change.keys[:-1]:
            inner = inner.setdefault(key, {})
            if not isinstance(inner, dict):
                problems.add(change.dotted, f"{key} is not a table in this plan")
                break
        else:
            inner[change.keys[-1]] = change.value
    return result


def _read_override(problems: Problems, text: str) -> Change | None:
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not name:
        problems.add(name, "key=value is needed", _USAGE)
        return None
    keys = _keys(name)
    if keys is None:
        problems.add(name, "is not a dotted key", _USAGE)
        return None
    if keys[0] == "arms":
        problems.add(name, "arms cannot be changed on the command line", "change them in the plan's file")
        return None
    read = _value(problems, name, value)
    if read is None:
        return None
    if keys[0] == "axes" and len(keys) > 2:
        keys = ("axes", ".".join(keys[1:]))
    return Change(keys, read[0])


def _keys(key: str) -> tuple[str, ...] | None:
    if "\n" in key:
        return None
    try:
        inner: Any = tomllib.loads(f"{key} = 0")
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    keys: list[str] = []
    while isinstance(inner, dict):
        if len(inner) != 1:  # none: the key is only a comment
            return None
        name, inner = next(iter(inner.items()))
        keys.append(name)
    return tuple(keys)


def _value(problems: Problems, key: str, text: str) -> tuple[Any] | None:
    """The value in a tuple of one; words that are no TOML are strings."""
    try:
        parsed = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        if text.startswith(("[", "{", '"', "'")):
            backslash = "in double quotes a backslash is written twice; without quotes it stands for itself"
            hint = backslash if text.startswith('"') and "\\" in text else _USAGE
            problems.add(key, f"{shown(text)} is not a TOML value", hint)
            return None
        return (text,)
    if set(parsed) != {"value"}:
        problems.add(key, f"{shown(text)} is more than one value", _USAGE)
        return None
    return (parsed["value"],)
