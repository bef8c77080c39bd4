"""Arms as lines of a list and as fields of a form that the catalog's declarations make."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from augtui.plan.catalog import CATALOG
from augtui.plan.catalog.declaration import Generator, Parameter, Policy
from augtui.plan.layout import param_value
from augtui.plan.problems import PlanProblem
from augtui.plan.toml_text import toml_string
from augtui.text import plain
from augtui.tui.screens.design.draft import Draft, told, typed
from augtui.tui.screens.design.settings import shown
from augtui.tui.widgets.formrows import Field

How = Literal["add", "replace", "online"]
HOWS = ("add", "replace", "online")
GENERATOR = "generator "
"""Before the name of a generator in the list of sources."""


@dataclass
class Part:
    """One way in which an arm changes its training set, as typed."""

    how: How
    source: str
    """Of a policy, or "generator NAME"."""
    size: Any = None
    """amount of an addition, copies of a replacement; None online."""
    params: dict[str, Any] = field(default_factory=dict)


def parts_of(arm: dict[str, Any]) -> list[Part]:
    """The parts of an arm's raw table; what has another form than the reader's is passed over."""
    parts = []
    additions = arm.get("add", [])
    for item in additions if isinstance(additions, list) else [additions]:
        if isinstance(item, dict):
            kind = "generator" if "generator" in item else "policy"
            source, params = _source(item.get(kind))
            parts.append(Part("add", (GENERATOR if kind == "generator" else "") + source, item.get("amount"), params))
    for how, size in (("replace", "copies"), ("online", "")):
        item = arm.get(how)
        if isinstance(item, dict):
            source, params = _source(item.get("policy"))
            parts.append(Part("replace" if how == "replace" else "online", source, item.get(size), params))
    return parts


def arm_of(name: Any, parts: Sequence[Part]) -> dict[str, Any]:
    """The raw table of an arm."""
    arm: dict[str, Any] = {"name": name}
    additions = []
    for part in parts:
        value: Any = part.source.removeprefix(GENERATOR)
        if part.params:
            value = {"name": value, **part.params}
        kind = "generator" if part.source.startswith(GENERATOR) else "policy"
        match part.how:
            case "add":
                additions.append({kind: value} | ({"amount": part.size} if part.size is not None else {}))
            case "replace":
                arm["replace"] = {kind: value} | ({"copies": part.size} if part.size is not None else {})
            case "online":
                arm["online"] = {kind: value}
    if additions:
        arm["add"] = additions[0] if len(additions) == 1 else additions
    return arm


def _source(value: Any) -> tuple[str, dict[str, Any]]:
    if isinstance(value, dict):
        params = dict(value)
        return str(params.pop("name", "")), params
    return str(value or ""), {}


def arm_words(arm: dict[str, Any]) -> str:
    """What an arm does, in a few words: "add geometric 20 %, online mixup"."""
    words = []
    for part in parts_of(arm):
        source = part.source.removeprefix(GENERATOR)
        if part.how == "add":
            amount = f" {part.size * 100:g} %" if isinstance(part.size, int | float) else ""
            words.append(f"add {source}{amount}")
        elif part.how == "replace":
            words.append(f"replace {source} ×{part.size}")
        else:
            words.append(f"online {source}")
    return plain(", ".join(words)) or "originals alone"


def arm_fields(draft: Draft, index: int, part_key: str) -> list[Field]:
    """The form of one arm: its name, then each part with the parameters of its policy or generator.

    Args:
        draft: whose arm it is.
        index: of the arm.
        part_key: the key that gives it another part.
    """
    arm = draft.arms[index]
    problems = arm_problems(draft, index)
    fields = [Field("name", "name", shown(arm.get("name")), error=_error(problems, "name"))]
    parts = parts_of(arm)
    additions = sum(part.how == "add" for part in parts)
    seen = 0
    for number, part in enumerate(parts):
        place: str = part.how
        if part.how == "add":
            seen += 1
            place = f"add[{seen}]" if additions > 1 else "add"
        fields += _part_fields(number, part, place, problems)
    if not parts:
        gives = f"{part_key} gives it a part: images to add or replace, or"
        fields.append(Field("hint", "", "", heading=True, help=gives))
        fields.append(Field("hint2", "", "", heading=True, help="a change drawn anew in each epoch"))
    elsewhere = [problem for key, problem in problems if key == ""]
    if elsewhere and not fields[0].error:
        fields[0] = Field("name", "name", shown(arm.get("name")), error=told(elsewhere[0]))
    return fields


def _part_fields(number: int, part: Part, place: str, problems: list[tuple[str, PlanProblem]]) -> list[Field]:
    source = part.source.removeprefix(GENERATOR)
    generator = part.source.startswith(GENERATOR)
    declared: Policy | Generator | None = CATALOG.generator(source) if generator else CATALOG.policy(source)
    kind = "generator" if generator else "policy"
    help_text = declared.help if declared is not None else ""
    error = _error(problems, f"{place}.{kind}") or _error(problems, place, exact=True)
    known = [f"{place}.{kind}.{parameter.name}" for parameter in declared.parameters] if declared is not None else []
    if any(key.startswith(tuple(known)) for key, _ in problems if known) and not _error(
        problems, f"{place}.{kind}", exact=True
    ):
        error = ""
    fields = [
        Field(f"{number}.", f"{part.how}", "", heading=True),
        Field(f"{number}.how", "how", part.how, choices=HOWS, help="add to the originals, replace them, or online"),
        Field(f"{number}.source", "what", part.source, choices=sources(part.how), error=error, help=help_text),
    ]
    if part.how == "add":
        fields.append(
            Field(
                f"{number}.size",
                "amount",
                shown(part.size),
                "",
                "share of each class",
                (),
                _error(problems, f"{place}.amount"),
            )
        )
    elif part.how == "replace":
        fields.append(
            Field(
                f"{number}.size",
                "copies",
                shown(part.size),
                "",
                "of each original",
                (),
                _error(problems, f"{place}.copies"),
            )
        )
    for parameter in declared.parameters if declared is not None else ():
        error = _error(problems, f"{place}.{kind}.{parameter.name}")
        fields.append(_parameter_field(number, parameter, part.params.get(parameter.name), error))
    return fields


def _parameter_field(number: int, parameter: Parameter, value: Any, error: str) -> Field:
    limits = "" if parameter.kind in ("policy", "policies") else parameter.rule.limits
    unit = f" {parameter.unit}" if parameter.unit else ""
    details = [
        limits + unit if limits else unit.strip(),
        "a range [low, high] may be given" if parameter.ranged else "",
    ]
    told_help = parameter.help + "".join(f"; {detail}" for detail in details if detail)
    choices: tuple[str, ...] = ("true", "false") if parameter.kind == "flag" else parameter.names
    default = "" if parameter.default is None else shown(param_value(parameter.default))
    return Field(
        f"{number}.p.{parameter.name}", parameter.name, shown(value), default, told_help, choices, error, indent=2
    )


def sources(how: str) -> tuple[str, ...]:
    """Everything that may be named in a part of this kind."""
    policies = [
        policy.name for policy in CATALOG.policies if how == "online" or (policy.kind == "image" and policy.offline)
    ]
    generators = [GENERATOR + generator.name for generator in CATALOG.generators] if how == "add" else []
    return (*policies, *generators)


def changed_arm(arm: dict[str, Any], field_key: str, text: str) -> dict[str, Any]:
    """An arm's raw table after a field of its form was changed."""
    if field_key == "name":
        return arm_of(typed(text, "name"), parts_of(arm))
    number, _, what = field_key.partition(".")
    parts = copy.deepcopy(parts_of(arm))
    part = parts[int(number)]
    if what == "how":
        part.how = "add" if text == "add" else "replace" if text == "replace" else "online"
        part.size = {"add": 0.2, "replace": 3}.get(text)
        if part.source not in sources(part.how):
            part.source, part.params = sources(part.how)[0], {}
    elif what == "source":
        part.source, part.params = text, {}
    elif what == "size":
        part.size = typed(text, "number") if text else None
    else:
        parameter = what.removeprefix("p.")
        if text:
            part.params[parameter] = typed(text, _kind(part, parameter))
        else:
            part.params.pop(parameter, None)
    return arm_of(arm.get("name"), parts)


def _kind(part: Part, parameter: str) -> str:
    source = part.source.removeprefix(GENERATOR)
    declared = CATALOG.generator(source) if part.source.startswith(GENERATOR) else CATALOG.policy(source)
    found = declared.parameter(parameter) if declared is not None else None
    return found.kind if found is not None else "text"


def arm_problems(draft: Draft, index: int) -> list[tuple[str, PlanProblem]]:
    """What blocks in one arm, with the key inside of it."""
    name = draft.arms[index].get("name")
    prefixes = [f"arms[{index + 1}]"]
    if isinstance(name, str):
        prefixes.append(f"arms.{toml_string(name)}")
    found: list[tuple[str, PlanProblem]] = []
    for prefix in prefixes:
        blocks = [problem for problem in draft.problems_at(prefix) if problem.level == "block"]
        found += [(problem.key[len(prefix) :].lstrip("."), problem) for problem in blocks]
    return found


def _error(problems: list[tuple[str, PlanProblem]], key: str, *, exact: bool = False) -> str:
    for found, problem in problems:
        if found == key or (not exact and found.startswith((f"{key}.", f"{key}["))):
            return told(problem)
    return ""


def new_arm(arms: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """An arm to begin with, of a name that no other has: the first policy that no arm uses online yet."""
    used = {part.source for arm in arms for part in parts_of(arm) if part.how == "online"}
    source = next((name for name in sources("online") if name not in used and name != "duplicate"), "geometric")
    names = {arm.get("name") for arm in arms}
    name = f"{source}-online"
    number = 2
    while name in names:
        name, number = f"{source}-online-{number}", number + 1
    return arm_of(name, [Part("online", source)])


def copied_arm(arm: dict[str, Any], arms: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A copy of an arm under a name of its own."""
    names = {item.get("name") for item in arms}
    number = 2
    while f"{arm.get('name')}-{number}" in names:
        number += 1
    return {**copy.deepcopy(arm), "name": f"{arm.get('name')}-{number}"}
