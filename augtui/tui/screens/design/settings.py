"""The settings of a plan as fields of a form: those that most studies change, and all others behind `+`."""

from __future__ import annotations

from typing import Any

import msgspec

from augtui.plan.keys import SECTIONS, TOP, Key
from augtui.plan.spec import DataSpec, KeepSpec, ModelSpec, Plan, Spec, TrainSpec
from augtui.plan.toml_text import toml_value
from augtui.tui.screens.design.draft import Draft, told, typed
from augtui.tui.widgets.formrows import Field

FEW = (
    ("name",), ("positive",), ("seeds",), ("primary",), ("margin",), ("model", "name"), ("model", "weights"),
    ("train", "epochs"), ("train", "batch_size"), ("train", "lr"), ("data", "image_size"), ("data", "store_size"),
    ("data", "validation"),
)  # fmt: skip
"""The fields of the short form, in its order."""

_SPECS: dict[str, type[Spec]] = {"data": DataSpec, "model": ModelSpec, "train": TrainSpec, "keep": KeepSpec}
_LABELS = {("model", "name"): "model", ("name",): "study name"}


def settings_fields(draft: Draft, classes: tuple[str, ...], *, every: bool) -> list[Field]:
    """The form of everything but dataset and arms.

    Args:
        draft: the plan as typed.
        classes: of the dataset, the choices for `positive`.
        every: all keys under headings, instead of the usual few.
    """
    keys: dict[tuple[str, ...], Key] = {(key.name,): key for key in TOP if key.name != "dataset"}
    keys |= {(section, key.name): key for section, items in SECTIONS.items() for key in items}
    if not every:
        return [_field(draft, path, keys[path], classes) for path in FEW]
    fields = [_field(draft, path, key, classes) for path, key in keys.items() if len(path) == 1]
    for section, items in SECTIONS.items():
        fields.append(Field(f"[{section}]", section, "", heading=True))
        fields += [_field(draft, (section, key.name), key, classes) for key in items]
    return fields


def changed_setting(draft: Draft, field_key: str, text: str) -> Draft:
    """The draft after a field of the form was changed; an empty text takes the key away."""
    path = tuple(field_key.split("."))
    items = TOP if len(path) == 1 else SECTIONS[path[0]]
    key = next(item for item in items if item.name == path[-1])
    return draft.with_value(path, typed(text, "list" if key.several else key.rule.kind) if text else None)


def _field(draft: Draft, path: tuple[str, ...], key: Key, classes: tuple[str, ...]) -> Field:
    value = draft.value(*path)
    dotted = ".".join(path)
    problems = [problem for problem in draft.problems_at(dotted) if problem.level == "block"]
    label = _LABELS.get(path, key.name.replace("_", " "))
    return Field(
        dotted,
        label,
        shown(value),
        _default(path, key),
        key.help,
        _choices(path, key, classes),
        told(problems[0]) if problems else "",
    )


def _choices(path: tuple[str, ...], key: Key, classes: tuple[str, ...]) -> tuple[str, ...]:
    if path == ("positive",):
        return classes
    if key.rule.kind == "flag":
        return ("true", "false")
    return key.rule.names if not key.several else ()


def _default(path: tuple[str, ...], key: Key) -> str:
    spec = Plan if len(path) == 1 else _SPECS[path[0]]
    default = next(field.default for field in msgspec.structs.fields(spec) if field.name == key.name)
    if default is msgspec.NODEFAULT:
        return ""
    if path == ("seeds",):
        return "5"
    return "not given" if default is None else shown(default)


def shown(value: Any) -> str:
    """A value as it is typed: strings without quotes, the rest as TOML."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return toml_value(list(value) if isinstance(value, tuple) else value)
