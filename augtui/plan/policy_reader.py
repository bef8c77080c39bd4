"""Policies and generators of a plan, read by their declarations: a name, or a table with parameters.

The result is complete: it carries every parameter, defaults included.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from augtui.nearest import did_you_mean
from augtui.plan.catalog import Catalog
from augtui.plan.catalog.declaration import Generator, Parameter, Policy
from augtui.plan.problems import Place, help_with, joined
from augtui.plan.rules import Rule, Scalar, read_scalar
from augtui.plan.spec import Choice, GeneratorSpec, ParamValue, PolicySpec, Uniform
from augtui.plan.toml_text import described, quoted, shown, toml_string

Use = Literal["offline", "online", "part"]
"""Where a policy stands: in add or replace, in online, or inside another policy."""

OWN_POLICY = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*\Z")
"""A policy of the user's own: "module:function"."""

_DEEPEST = 8
"""Policies inside policies."""


def read_policy(place: Place, value: Any, catalog: Catalog, use: Use, depth: int = 1) -> PolicySpec | None:
    """A policy, or None with at least one problem under `place`."""
    named = _name_and_params(place, value, "policy")
    if named is None:
        return None
    if depth > _DEEPEST:
        place.block(f"policies are nested more than {_DEEPEST} deep")
        return None
    name, params = named
    if ":" in name:
        return _own_policy(place, name, params)
    policy = catalog.policy(name)
    if policy is None:
        known = [item.name for item in catalog.policies]
        hint = help_with(name, known, "`augtui list policies` shows all")
        if catalog.generator(name) is not None:
            hint = f"{name} is a generator: {{ generator = {shown(name)}, amount = ... }}"
        place.block(f"there is no policy {shown(name)}", hint)
        return None
    if not _fits(place, policy, use):
        return None
    read = _params(place, policy, params, lambda at, param, given: _param_value(at, given, param, catalog, depth))
    if read is None or not _agree(place, read):
        return None
    return PolicySpec(name=name, params=read)


def _agree(place: Place, params: Mapping[str, Any]) -> bool:
    """Whether the implementation has what else is asked for."""
    if params.get("implementation") == "imgaug" and params.get("slic") == "torch":
        place.at("slic").block(
            'the imgaug implementation finds segments with scikit-image, never with "torch"',
            'leave slic out, or use implementation = "tensor"',
        )
        return False
    return True


def read_generator(place: Place, value: Any, catalog: Catalog) -> GeneratorSpec | None:
    """A generator, or None with at least one problem under `place`."""
    named = _name_and_params(place, value, "generator")
    if named is None:
        return None
    name, params = named
    generator = catalog.generator(name)
    if generator is None:
        known = [item.name for item in catalog.generators]
        place.block(f"there is no generator {shown(name)}", _generator_hint(name, known, catalog))
        return None
    read = _params(place, generator, params, lambda at, param, given: read_scalar(at, given, param.rule))
    return None if read is None else GeneratorSpec(name=name, params=read)


def _generator_hint(name: str, known: list[str], catalog: Catalog) -> str:
    """What was meant by the name of no generator; tables show names with parameters, as in "dcgan64,epochs=20"."""
    short, *given = name.split(",")
    if given and short in known:
        return f"with its parameters it is {{ name = {shown(short)}, {', '.join(given)} }}"
    if catalog.policy(name) is not None:
        return f"{name} is a policy: {{ policy = {shown(name)}, amount = ... }}"
    return help_with(name, known, "`augtui list generators` shows all")


def _name_and_params(place: Place, value: Any, what: str) -> tuple[str, dict[str, Any]] | None:
    example = f'{{ name = "...", PARAMETER = ... }} gives a {what} with parameters'
    if isinstance(value, str):
        return value, {}
    if not isinstance(value, dict):
        place.block(f"a name or a table is needed, not {described(value)}", example)
        return None
    params = dict(value)
    name = params.pop("name", None)
    if name is None:
        place.block(f"the table does not name the {what}", example)
        return None
    if not isinstance(name, str):
        place.at("name").block(f"a string is needed, not {described(name)}")
        return None
    return name, params


def _fits(place: Place, policy: Policy, use: Use) -> bool:
    name = toml_string(policy.name)
    if use == "part" and policy.kind == "batch":
        place.block(f"{name} mixes the images of a batch: it cannot be a part of another policy")
    elif use == "offline" and policy.kind == "batch":
        place.block(
            f"{name} mixes the images of a batch: it works only online", f"write online = {{ policy = {name} }}"
        )
    elif use == "offline" and not policy.offline:
        place.block(f"{name} works only online", f"write online = {{ policy = {name} }}")
    else:
        return True
    return False


def _params(
    place: Place,
    declared: Policy | Generator,
    given: Mapping[str, Any],
    read: Callable[[Place, Parameter, Any], Any],
) -> dict[str, Any] | None:
    """All parameters in the order of their declaration; None where one is wrong."""
    names = [item.name for item in declared.parameters]
    wrong = False
    for name in given:
        if declared.parameter(name) is None:
            having = f"{declared.name} has: {', '.join(names)}" if names else f"{declared.name} has no parameters"
            place.at(name).block(
                f"{toml_string(declared.name)} has no such parameter",
                joined(did_you_mean(name, names), having),
            )
            wrong = True
    params: dict[str, Any] = {}
    for parameter in declared.parameters:
        at = place.at(parameter.name)
        if parameter.name in given:
            params[parameter.name] = read(at, parameter, given[parameter.name])
        elif parameter.default is None:
            at.block(f"must be given: {parameter.help}")
            params[parameter.name] = None
        else:
            params[parameter.name] = parameter.default
    wrong = wrong or any(value is None for value in params.values())
    if wrong or not _in_order(place, declared, params):
        return None
    return params


def _in_order(place: Place, declared: Policy | Generator, params: Mapping[str, Any]) -> bool:
    """Whether each parameter stays below the one that it must stay below."""
    fine = True
    for parameter in declared.parameters:
        value, bound = params[parameter.name], params.get(parameter.below)
        if isinstance(value, int | float) and isinstance(bound, int | float) and value >= bound:
            place.at(parameter.name).block(f"must be below {parameter.below}, {shown(bound)}, not {shown(value)}")
            fine = False
    return fine


def _param_value(place: Place, value: Any, parameter: Parameter, catalog: Catalog, depth: int) -> ParamValue | None:
    if parameter.kind == "policy":
        return read_policy(place, value, catalog, "part", depth + 1)
    if parameter.kind == "policies":
        return _policies(place, value, catalog, depth)
    if isinstance(value, list | dict):
        if not parameter.ranged:
            place.block(f"one value is needed, not {shown(value)}", "this parameter cannot be drawn at random")
            return None
        return _drawn(place, value, parameter.rule)
    return read_scalar(place, value, parameter.rule)


def _policies(place: Place, value: Any, catalog: Catalog, depth: int) -> tuple[PolicySpec, ...] | None:
    if not isinstance(value, list):
        place.block(f"an array of policies is needed, not {described(value)}")
        return None
    if not value:
        place.block("at least one policy is needed")
    read = [read_policy(place.item(index), item, catalog, "part", depth + 1) for index, item in enumerate(value, 1)]
    found = tuple(policy for policy in read if policy is not None)
    return found if found and len(found) == len(read) else None


def _drawn(place: Place, value: list[Any] | dict[str, Any], rule: Rule) -> Uniform | Choice | None:
    """A range or a choice."""
    if isinstance(value, dict):
        return _choice(place, value, rule)
    if rule.kind not in ("number", "integer"):
        place.block(f"{rule.word} or a choice is needed, not an array", "a choice is written { choice = [...] }")
        return None
    if len(value) != 2:
        place.block(
            f"a range is two numbers, not {len(value)}", "[low, high] is a range, { choice = [...] } a choice"
        )
        return None
    low, high = (read_scalar(place.item(index), end, rule) for index, end in enumerate(value, 1))
    if low is None or high is None:
        return None
    if float(low) > float(high):
        place.block(f"the range goes from {shown(value[0])} to {shown(value[1])}", "the smaller number comes first")
        return None
    return Uniform(low=float(low), high=float(high))


def _choice(place: Place, value: dict[str, Any], rule: Rule | None) -> Choice | None:
    """A choice between values that keep the rule; between any scalars without one."""
    if set(value) != {"choice"}:
        place.block(f"a choice is {{ choice = [...] }}, not a table with {quoted(value) or 'nothing in it'}")
        return None
    options = value["choice"]
    if not isinstance(options, list):
        place.at("choice").block(f"an array is needed, not {described(options)}")
        return None
    if not options:
        place.at("choice").block("at least one option is needed")
        return None
    read: list[Scalar] = []
    for index, option in enumerate(options, 1):
        at = place.at("choice").item(index)
        scalar = read_scalar(at, option, rule) if rule else _free_scalar(at, option)
        if scalar is not None:
            read.append(scalar)
    return Choice(options=tuple(read)) if len(read) == len(options) else None


def _own_policy(place: Place, name: str, params: Mapping[str, Any]) -> PolicySpec | None:
    if not OWN_POLICY.match(name):
        place.block(
            f'a policy of your own is "module:function", not {shown(name)}',
            'for example "my_augmentations:warp", for the function warp of my_augmentations.py',
        )
        return None
    read: dict[str, ParamValue] = {}
    for key, value in params.items():
        given = _free_value(place.at(key), value)
        if given is not None:
            read[key] = given
    return PolicySpec(name=name, params=read) if len(read) == len(params) else None


def _free_value(place: Place, value: Any) -> ParamValue | None:
    """A parameter whose declaration is in the user's own code: checked later, by the engine."""
    if isinstance(value, dict):
        return _choice(place, value, None)
    if isinstance(value, list):
        return _drawn(place, value, Rule(kind="number"))
    return _free_scalar(place, value)


def _free_scalar(place: Place, value: Any) -> Scalar | None:
    match value:
        case bool():
            return read_scalar(place, value, Rule(kind="flag"))
        case int():
            return read_scalar(place, value, Rule(kind="integer"))
        case float():
            return read_scalar(place, value, Rule(kind="number"))
        case str():
            return read_scalar(place, value, Rule(kind="text"))
    place.block(f"a string, a number or a boolean is needed, not {described(value)}")
    return None
