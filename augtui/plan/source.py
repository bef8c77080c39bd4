"""From a plan's file to its raw table: what can be wrong before a single key is looked at."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from augtui.nearest import did_you_mean
from augtui.plan.problems import Problems

_LARGEST = 1_000_000
"""Bytes. A plan is a page of text; what is larger is some other file."""

_DEEPEST = 40

_POSITION = re.compile(r"(?P<what>.*) \(at (?P<where>line \d+, column \d+|end of document)\)\Z", re.DOTALL)


def load(problems: Problems, path: Path) -> str | None:
    """The text of a plan's file, or None with a problem."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except IsADirectoryError:
        problems.add("", "is a folder, not a plan", _plans_in(path))
    except (FileNotFoundError, NotADirectoryError):
        problems.add("", "there is no such file", _plan_beside(path))
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        problems.add("", f"cannot be read: {reason}")
    else:
        return _decoded(problems, data)
    return None


def parse(problems: Problems, text: str) -> dict[str, Any] | None:
    """The table that a plan's text holds, or None with a problem that names line and column."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _POSITION.match(str(error))
        what, where = (found["what"], found["where"]) if found else (str(error), "")
        problems.add(
            "",
            f"{where}: {_lowered(what)}" if where else _lowered(what),
            "strings stand in quotes, tables in [brackets]; toml.io explains the rest",
        )
    except RecursionError:
        problems.add("", "tables or arrays are nested too deeply")
    except ValueError:  # the only other one: an integer of more than 4,300 digits
        problems.add("", "holds an integer of too many digits")
    else:
        if not _too_deep(table):
            return table
        problems.add("", "tables or arrays are nested too deeply")
    return None


def _too_deep(table: dict[str, Any]) -> bool:
    """Dotted keys make tables of any depth, and everything that reads them takes a step down for each."""
    level: list[Any] = [table]
    for _ in range(_DEEPEST):
        inner = [item.values() if isinstance(item, dict) else item for item in level]
        level = [item for items in inner for item in items if isinstance(item, dict | list)]
        if not level:
            return False
    return True


def _decoded(problems: Problems, data: bytes) -> str | None:
    if len(data) > _LARGEST:
        problems.add("", f"is larger than {_LARGEST // 1_000_000} MB: this is not a plan")
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.add("", f"line {line}: is not UTF-8 text", "save it as UTF-8, or give the plan's .toml file")
    return None


def _plan_beside(path: Path) -> str:
    names = [item.name for item in _tomls(path.parent)]
    wanted = path.name if path.suffix == ".toml" else f"{path.name}.toml"
    return did_you_mean(wanted, names) or "`augtui init DATASET` writes a plan"


def _plans_in(path: Path) -> str:
    found = _tomls(path)
    return f'did you mean "{found[0]}"?' if len(found) == 1 else "give a .toml file"


def _tomls(folder: Path) -> list[Path]:
    try:
        return sorted(item for item in folder.iterdir() if item.suffix == ".toml")
    except OSError:
        return []


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
