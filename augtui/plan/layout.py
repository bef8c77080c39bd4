"""A plan as TOML text: what differs from the defaults, in the order and the layout of a hand-written file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from augtui.plan.catalog import CATALOG, Catalog
from augtui.plan.catalog.declaration import Parameter
from augtui.plan.keys import SECTIONS, TOP
from augtui.plan.spec import Addition, ArmSpec, Choice, GeneratorSpec, ParamValue, Plan, PolicySpec, Spec, Uniform
from augtui.plan.toml_text import toml_string, toml_value, value_text

ALWAYS = ("name", "dataset", "seeds", "primary")
"""Keys that a plan states even at their defaults."""


def plan_text(plan: Plan, catalog: Catalog = CATALOG) -> str:
    """The text of a plan. Reading it gives an equal plan."""
    blocks = [_lines(top_values(plan))]
    for name in SECTIONS:
        values = changed_values(getattr(plan, name))
        if values:
            blocks.append(f"[{name}]\n{_lines(values)}")
    if plan.axes:
        lines = "".join(f"{toml_string(axis.key)} = {toml_value(axis.values)}\n" for axis in plan.axes)
        blocks.append(f"[axes]\n{lines}")
    blocks.extend(arm_text(arm, catalog) for arm in plan.arms)
    return "\n".join(blocks)


def arm_text(arm: ArmSpec, catalog: Catalog = CATALOG) -> str:
    """The `[[arms]]` block of one arm."""
    return f"[[arms]]\n{_lines(arm_values(arm, catalog))}"


def top_values(plan: Plan) -> dict[str, Any]:
    """The top-level keys that a plan's text states, with plain values."""
    defaults = {field.name: field.default for field in msgspec.structs.fields(Plan)}
    values: dict[str, Any] = {}
    for key in TOP:
        value = getattr(plan, key.name)
        if key.name in ALWAYS or value != defaults[key.name]:
            values[key.name] = seeds_value(plan.seeds) if key.name == "seeds" else plain(value)
    return values


def changed_values(section: Spec) -> dict[str, Any]:
    """The keys of a section that differ from their defaults."""
    return {
        field.name: plain(getattr(section, field.name))
        for field in msgspec.structs.fields(section)
        if getattr(section, field.name) != field.default
    }


def seeds_value(seeds: tuple[int, ...]) -> int | list[int]:
    """`5` for 0..4, else the list."""
    return len(seeds) if seeds == tuple(range(len(seeds))) else list(seeds)


def plain(value: Any) -> Any:
    """Tuples as lists, as TOML has them."""
    return list(value) if isinstance(value, tuple) else value


def arm_values(arm: ArmSpec, catalog: Catalog = CATALOG) -> dict[str, Any]:
    """The keys of one arm, with plain values."""
    values: dict[str, Any] = {"name": arm.name}
    if arm.add:
        additions = [_addition(addition, catalog) for addition in arm.add]
        values["add"] = additions[0] if len(additions) == 1 else additions
    if arm.replace is not None:
        values["replace"] = {"policy": policy_value(arm.replace.policy, catalog), "copies": arm.replace.copies}
    if arm.online is not None:
        values["online"] = {"policy": policy_value(arm.online, catalog)}
    return values


def policy_value(policy: PolicySpec, catalog: Catalog = CATALOG) -> Any:
    """A policy as its name, or as a table with the parameters that differ from their defaults."""
    declared = catalog.policy(policy.name)
    return _named(policy, declared.parameters if declared else (), catalog)


def _addition(addition: Addition, catalog: Catalog) -> dict[str, Any]:
    if addition.policy is not None:
        return {"policy": policy_value(addition.policy, catalog), "amount": addition.amount}
    assert addition.generator is not None
    declared = catalog.generator(addition.generator.name)
    return {
        "generator": _named(addition.generator, declared.parameters if declared else (), catalog),
        "amount": addition.amount,
    }


def _named(spec: PolicySpec | GeneratorSpec, declared: tuple[Parameter, ...], catalog: Catalog) -> Any:
    defaults = {parameter.name: parameter.default for parameter in declared}
    given = {
        name: param_value(value, catalog)
        for name, value in spec.params.items()
        if not _same(value, defaults.get(name))
    }
    return {"name": spec.name, **given} if given else spec.name


def _same(value: ParamValue, default: ParamValue | None) -> bool:
    return type(value) is type(default) and value == default


def param_value(value: ParamValue, catalog: Catalog = CATALOG) -> Any:
    """A parameter's value as a plan has it: a range as two numbers, a choice as a table, a policy by its name."""
    match value:
        case Uniform():
            return [_short(value.low), _short(value.high)]
        case Choice():
            return {"choice": list(value.options)}
        case PolicySpec():
            return policy_value(value, catalog)
        case tuple():
            return [policy_value(item, catalog) for item in value]
    return value


def _short(value: float) -> int | float:
    """Ends of ranges are kept as floats; those of integers read better, and must be written, as integers."""
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else value


def _lines(values: Mapping[str, Any]) -> str:
    return "".join(f"{key} = {value_text(value)}\n" for key, value in values.items())
