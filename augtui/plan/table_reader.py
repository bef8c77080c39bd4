"""Tables of plain keys: types, unknown keys, single values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from augtui.nearest import did_you_mean
from augtui.plan.keys import SECTIONS, TOP, Key
from augtui.plan.problems import Place, joined
from augtui.plan.rules import read_scalar
from augtui.plan.toml_text import described


def read_table(place: Place, value: Any, example: str = "") -> dict[str, Any] | None:
    """The value if it is a table, else None with a problem."""
    if isinstance(value, dict):
        return value
    place.block(f"a table is needed, not {described(value)}", example)
    return None


def refuse_unknown(place: Place, given: Iterable[str], known: Iterable[str], table: str = "") -> None:
    """A problem for every key that the table does not have."""
    known = list(known)
    for name in given:
        if name not in known:
            shown = table or "a plan"
            listing = f"{shown} has: {', '.join(known)}"
            better = _elsewhere(name) or did_you_mean(name, known)
            place.at(name).block("there is no such key", joined(better, listing))


def read_keys(place: Place, given: Mapping[str, Any], keys: Iterable[Key]) -> dict[str, Any]:
    """The values of plain keys that are given; wrong ones are left out, with a problem each."""
    values: dict[str, Any] = {}
    for key in keys:
        if key.name not in given:
            continue
        at = place.at(key.name)
        value = read_several(at, given[key.name], key) if key.several else read_scalar(at, given[key.name], key.rule)
        if value is not None:
            values[key.name] = value
    return values


def read_several(place: Place, value: Any, key: Key) -> tuple[Any, ...] | None:
    """A list of scalars, each only once."""
    if not isinstance(value, list):
        place.block(f"an array is needed, not {described(value)}")
        return None
    read = [read_scalar(place.item(index), item, key.rule) for index, item in enumerate(value, 1)]
    return distinct(place, read)


def distinct(place: Place, values: list[Any]) -> tuple[Any, ...] | None:
    """The values if all could be read and none comes twice, else None."""
    if any(value is None for value in values):
        return None
    for index, value in enumerate(values):
        if value in values[:index]:
            place.item(index + 1).block(f"{described(value)} comes twice")
            return None
    return tuple(values)


def flattened(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Dotted names with their values: `train.epochs = [...]` says the same as `"train.epochs" = [...]`."""
    for name, value in table.items():
        if isinstance(value, dict) and value:
            yield from ((f"{name}.{inner}", item) for inner, item in flattened(value))
        else:
            yield name, value


def _elsewhere(name: str) -> str:
    """Where a key belongs that stands in the wrong table."""
    for section, keys in SECTIONS.items():
        if any(key.name == name for key in keys if key.name != "name"):
            return f"{name} belongs in [{section}]"
    if any(key.name == name for key in TOP):
        return f"{name} belongs at the top, before the first [table]"
    return ""
