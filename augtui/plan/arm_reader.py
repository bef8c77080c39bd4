"""`[[arms]]` of a plan: the ways to build the training set."""

from __future__ import annotations

from typing import Any

import msgspec

from augtui.paths import NAME
from augtui.plan.catalog import Catalog
from augtui.plan.policy_reader import Use, read_generator, read_policy
from augtui.plan.problems import Place
from augtui.plan.rules import Rule, Scalar, read_scalar
from augtui.plan.spec import Addition, ArmSpec, PolicySpec, Replacement, canonical
from augtui.plan.table_reader import read_table, refuse_unknown
from augtui.plan.toml_text import described, shown, slug, toml_string

AMOUNT = Rule(kind="number", low=0, high=10, above=True, hint="a share, not percent: 0.2 adds 20 %")
"""Above ten images made from each original, a plan holds a slip far more often than a wish."""

COPIES = Rule(kind="integer", low=1, high=100)
NAME_LIMIT = 100
"""Characters: names of arms become names of folders."""

_EXAMPLE = '[[arms]] and name = "original" are the smallest arm'
_ARM_KEYS = ("name", "add", "replace", "online")


def read_arms(place: Place, value: Any, catalog: Catalog) -> tuple[ArmSpec, ...] | None:
    """All arms, or None with at least one problem."""
    if not isinstance(value, list):
        place.block(f"an array of tables ([[arms]]) is needed, not {described(value)}", _EXAMPLE)
        return None
    if not value:
        place.block("at least one arm is needed", _EXAMPLE)
        return None
    arms: list[ArmSpec | None] = []
    names: list[str] = []
    for index, item in enumerate(value, 1):
        at = place.item(index)
        table = read_table(at, item, _EXAMPLE)
        name = table.get("name") if table is not None else None
        if isinstance(name, str) and NAME.match(name) and name not in names:
            at = place.named(name)
        elif isinstance(name, str) and name in names:
            at.at("name").block(f"{shown(name)} is the name of two arms")
        if isinstance(name, str):
            names.append(name)
        arms.append(None if table is None else _read_arm(at, table, catalog))
    found = tuple(arm for arm in arms if arm is not None)
    if len(found) < len(arms):
        return None
    _refuse_twins(place, found)
    return found


def _read_arm(place: Place, table: dict[str, Any], catalog: Catalog) -> ArmSpec | None:
    refuse_unknown(place, table, _ARM_KEYS, "an arm")
    name = read_name(place.at("name"), table["name"]) if "name" in table else None
    if "name" not in table:
        place.block("the arm has no name", _EXAMPLE)
    if "add" in table and "replace" in table:
        place.block("add and replace exclude each other", "make two arms of it")
    add = _read_additions(place.at("add"), table["add"], catalog) if "add" in table else ()
    replace = _read_replacement(place.at("replace"), table["replace"], catalog) if "replace" in table else None
    online = _read_online(place.at("online"), table["online"], catalog) if "online" in table else None
    if name is None or add is None or ("replace" in table and replace is None):
        return None
    if "online" in table and online is None:
        return None
    return ArmSpec(name=name, add=add, replace=replace, online=online)


def read_name(place: Place, value: Any) -> str | None:
    """A name that is safe as one folder, or None with a problem."""
    name = read_scalar(place, value, Rule(kind="text"))
    if not isinstance(name, str):
        return None
    if len(name) > NAME_LIMIT:
        place.block(f"must be at most {NAME_LIMIT} characters long, not {len(name)}")
    elif not NAME.match(name):
        place.block(
            f"{shown(name)} cannot be the name of a folder: lower-case letters, digits, '.', '_' and '-' can, "
            "with a letter or digit first",
            f"for example {toml_string(slug(name))}",
        )
    else:
        return name
    return None


def _read_additions(place: Place, value: Any, catalog: Catalog) -> tuple[Addition, ...] | None:
    if not isinstance(value, list):
        one = _read_addition(place, value, catalog)
        return None if one is None else (one,)
    if not value:
        place.block("at least one addition is needed", "leave add out where nothing is added")
        return None
    read = [_read_addition(place.item(index), item, catalog) for index, item in enumerate(value, 1)]
    found = tuple(addition for addition in read if addition is not None)
    for index, addition in enumerate(found):
        if any((a.policy, a.generator) == (addition.policy, addition.generator) for a in found[:index]):
            place.item(index + 1).block(
                "adds the same images as another addition of this arm", "add the two amounts up"
            )
            return None
    return found if len(found) == len(read) else None


def _read_addition(place: Place, value: Any, catalog: Catalog) -> Addition | None:
    table = read_table(place, value, 'for example { policy = "geometric", amount = 0.2 }')
    if table is None:
        return None
    _refuse_unknown(place, table, ("policy", "generator", "amount"), catalog)
    amount = _needed(place, table, "amount", "the share of each class's training images, such as 0.2", AMOUNT)
    if ("policy" in table) == ("generator" in table):
        place.block("exactly one of policy and generator is needed")
        return None
    if "policy" in table:
        policy = read_policy(place.at("policy"), table["policy"], catalog, "offline")
        return None if policy is None or amount is None else Addition(policy=policy, amount=float(amount))
    generator = read_generator(place.at("generator"), table["generator"], catalog)
    return None if generator is None or amount is None else Addition(generator=generator, amount=float(amount))


def _read_replacement(place: Place, value: Any, catalog: Catalog) -> Replacement | None:
    table = read_table(place, value, 'for example { policy = "geometric", copies = 3 }')
    if table is None:
        return None
    _refuse_unknown(place, table, ("policy", "copies"), catalog)
    copies = _needed(place, table, "copies", "how many copies take the place of each original, such as 3", COPIES)
    policy = _needed_policy(place, table, catalog, "offline")
    return None if policy is None or copies is None else Replacement(policy=policy, copies=int(copies))


def _read_online(place: Place, value: Any, catalog: Catalog) -> PolicySpec | None:
    table = read_table(place, value, 'for example { policy = "trivialaugment" }')
    if table is None:
        return None
    _refuse_unknown(place, table, ("policy",), catalog)
    return _needed_policy(place, table, catalog, "online")


def _needed(place: Place, table: dict[str, Any], key: str, meaning: str, rule: Rule) -> Scalar | None:
    if key in table:
        return read_scalar(place.at(key), table[key], rule)
    place.block(f"{key} is missing: {meaning}")
    return None


def _needed_policy(place: Place, table: dict[str, Any], catalog: Catalog, use: Use) -> PolicySpec | None:
    if "policy" in table:
        return read_policy(place.at("policy"), table["policy"], catalog, use)
    place.block("policy is missing", "`augtui list policies` shows all")
    return None


def _refuse_unknown(place: Place, table: dict[str, Any], known: tuple[str, ...], catalog: Catalog) -> None:
    """As `refuse_unknown`, but parameters that stand beside their policy are told where they belong."""
    name = table.get("policy")
    policy = catalog.policy(name) if isinstance(name, str) else None
    loose = {key for key in table if key not in known and policy is not None and policy.parameter(key) is not None}
    for key in sorted(loose):
        place.at(key).block(
            f"{key} is a parameter of {toml_string(str(name))} and belongs inside it",
            f"policy = {{ name = {toml_string(str(name))}, {key} = ... }}",
        )
    refuse_unknown(place, (key for key in table if key not in loose), known, place.key.rpartition(".")[2])


def _refuse_twins(place: Place, arms: tuple[ArmSpec, ...]) -> None:
    """Arms that differ only in name train the same and can only give the same numbers."""
    seen: dict[bytes, str] = {}
    for arm in arms:
        content = canonical(msgspec.structs.replace(arm, name=""))
        if content in seen:
            place.named(arm.name).block(f"builds the same training set as {toml_string(seen[content])}")
        seen.setdefault(content, arm.name)
