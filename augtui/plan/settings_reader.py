"""`[data]`, `[model]`, `[train]`, `[keep]` and `[axes]` of a plan."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import msgspec

from augtui.plan.catalog import Catalog
from augtui.plan.keys import SECTIONS, Key, axis_keys, no_axis_keys
from augtui.plan.problems import Place, help_with
from augtui.plan.rules import Scalar, read_scalar
from augtui.plan.spec import Axis
from augtui.plan.table_reader import distinct, flattened, read_table, refuse_unknown
from augtui.plan.toml_text import described, shown, toml_string

WEIGHT_FILES = (".safetensors", ".pt", ".pth")
_COLUMN = re.compile(r"[\w .-]+\Z")


class Context(msgspec.Struct, frozen=True):
    """What values are checked against."""

    catalog: Catalog
    folder: Path
    """Of the plan's file: paths in it are relative to this folder."""


def read_section(place: Place, name: str, value: Any, context: Context) -> dict[str, Any]:
    """The given values of one section by key; wrong ones are left out, with a problem each."""
    table = read_table(place, value, f"write [{name}] on a line of its own, and its keys below")
    if table is None:
        return {}
    refuse_unknown(place, table, [key.name for key in SECTIONS[name]], f"[{name}]")
    values = {}
    for key in SECTIONS[name]:
        if key.name in table:
            read = _read_setting(place.at(key.name), f"{name}.{key.name}", key, table[key.name], context)
            if read is not None:
                values[key.name] = read
    return values


def read_axes(place: Place, value: Any, context: Context) -> tuple[Axis, ...]:
    """The axes; wrong ones are left out, with a problem each."""
    table = read_table(place, value, '[axes] and "train.epochs" = [10, 20]')
    axes: list[Axis] = []
    known = axis_keys()
    for name, values in flattened(table or {}):
        at = place.named(name)
        if name in no_axis_keys():
            at.block("cannot be an axis: it holds for the whole study")
        elif name not in known:
            at.block("there is no such key", help_with(name, known, f"axes may be: {', '.join(known)}"))
        elif any(axis.key == name for axis in axes):
            at.block("comes twice")
        elif not isinstance(values, list):
            at.block(f"an array of values is needed, not {described(values)}", f"{toml_string(name)} = [10, 20]")
        elif not values:
            at.block("at least one value is needed")
        else:
            items = enumerate(values, 1)
            read = [_read_setting(at.item(index), name, known[name], item, context) for index, item in items]
            found = distinct(at, read)
            if found is not None:
                axes.append(Axis(key=name, values=found))
    return tuple(axes)


def _read_setting(place: Place, name: str, key: Key, value: Any, context: Context) -> Scalar | None:
    read = read_scalar(place, value, key.rule)
    if not isinstance(read, str):
        return read
    match name:
        case "model.name":
            return _model_name(place, read, context)
        case "model.weights":
            return _weights(place, read, context)
        case "data.group":
            return _group(place, read)
    return read


def _model_name(place: Place, name: str, context: Context) -> str | None:
    if context.catalog.model(name) is not None:
        return name
    known = [model.name for model in context.catalog.models]
    place.block(f"there is no model {shown(name)}", help_with(name, known, "`augtui list models` shows all"))
    return None


def _weights(place: Place, value: str, context: Context) -> str | None:
    """ "none", "imagenet" or an absolute path."""
    if value in ("none", "imagenet"):
        return value
    choices = 'weights are "none", "imagenet" or a .safetensors or .pt file'
    if not value.endswith(WEIGHT_FILES):
        place.block(f"{shown(value)} are no weights", help_with(value, ("none", "imagenet"), choices))
        return None
    try:
        path = (context.folder / Path(value).expanduser()).resolve()
        found = path.is_file()
    except (OSError, RuntimeError, ValueError):  # a name that no file can have
        place.block(f"{shown(value)} is not the path of a file", choices)
        return None
    if not found:
        place.block(f"there is no file {shown(value)}", f"looked for {path}")
        return None
    return str(path)


def _group(place: Place, value: str) -> str | None:
    """A regex with a group, or the name of a column."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            groups = re.compile(value).groups
    except (re.error, OverflowError, RecursionError) as error:
        place.block(f"{shown(value)} is not a regex: {error}", "it is matched against file names")
        return None
    if groups or _COLUMN.match(value):
        return value
    place.block(f"{shown(value)} has no group", "put what names the patient in parentheses, as in 'patient_(\\d+)'")
    return None
