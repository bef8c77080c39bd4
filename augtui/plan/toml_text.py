"""TOML's words for values, and values as TOML text: for messages and for the plans that augtui writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
_SHOWN = 60
_WIDTH = 100
_HUGE = 10**18
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def word(value: Any) -> str:
    """What TOML calls the type of a value that `tomllib` gave."""
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "float"
        case str():
            return "string"
        case list():
            return "array"
        case dict():
            return "table"
        case datetime():
            return "date-time"
        case date():
            return "date"
        case time():
            return "time"
    raise TypeError(f"TOML has no {type(value).__name__}")


def shown(value: Any) -> str:
    """A value as a message shows it: scalars as they are written, long ones cut; arrays and tables by type."""
    if isinstance(value, dict | list):
        return f"an {word(value)}" if isinstance(value, list) else "a table"
    if isinstance(value, int) and abs(value) >= _HUGE:
        return "a very large integer" if value > 0 else "a very small integer"
    text = toml_value(value) if isinstance(value, bool | int | float | str) else str(value)
    return text if len(text) <= _SHOWN else f'{text[: _SHOWN - 4]}..."'


def described(value: Any) -> str:
    """Type and value: `the string "ten"`, `the boolean true`, `a table`."""
    if isinstance(value, dict | list) or (isinstance(value, int) and abs(value) >= _HUGE):
        return shown(value)
    return f"the {word(value)} {shown(value)}"


def toml_string(text: str) -> str:
    """A basic string; whatever is not printable is escaped, so that it is safe on a terminal too."""
    return '"' + "".join(_escaped(character) for character in text) + '"'


def toml_key(name: str) -> str:
    """A key as it stands in a file: bare where TOML allows it."""
    return name if _BARE.match(name) else toml_string(name)


def shown_key(name: str) -> str:
    """A key as a message shows it: long ones are cut."""
    return toml_key(name) if len(name) <= _SHOWN else f'{toml_string(name[:_SHOWN])[:-1]}..."'


def toml_value(value: Any) -> str:
    """A value on one line: scalars, sequences as arrays, mappings as inline tables."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return repr(value)
        case str():
            return toml_string(value)
        case Mapping():
            inner = ", ".join(f"{toml_key(key)} = {toml_value(item)}" for key, item in value.items())
            return f"{{ {inner} }}" if inner else "{}"
        case Iterable():
            return "[" + ", ".join(toml_value(item) for item in value) + "]"
    raise TypeError(f"TOML has no {type(value).__name__}")


def value_text(value: Any) -> str:
    """A value as it stands in a file: long arrays of tables one item to a line, regexes as literal strings."""
    if isinstance(value, str) and "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    text = toml_value(value)
    if len(text) > _WIDTH and isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return "[\n" + "".join(f"    {toml_value(item)},\n" for item in value) + "]"
    return text


def quoted(names: Iterable[str]) -> str:
    """`"adam", "adamw", "sgd"`."""
    return ", ".join(toml_string(name) for name in names)


def slug(text: str) -> str:
    """The name of a study, an arm or a plan that is most like a text."""
    return re.sub(r"[^a-z0-9._-]+", "-", text.lower()).strip("-._")[:60].rstrip("-._") or "study"


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
