"""Where the user's own policies come from: the file of each `module:function`, and what it contains.

Both become parameters of the policy, so that another content is another run and a worker in another folder finds
the file. Nothing is imported here: whether the function is there, and what it takes, the engine says.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from augtui.plan.problems import Place, Problems
from augtui.plan.spec import ArmSpec, ParamValue, Plan, PolicySpec

SOURCE, SOURCE_HASH = "augtui_source", "augtui_source_hash"
"""Names of these parameters; a function of the user's is unlikely to have such."""


def with_sources(found: Problems, plan: Plan, folder: Path) -> Plan:
    """The plan with every policy of the user's own located, and a warning that it runs code.

    Args:
        found: takes a problem for each module that is not there, or was edited since its hash was written down.
        plan: as read.
        folder: of the plan's file; modules are looked for there first.
    """
    arms = []
    for arm in plan.arms:
        place = Place(found, "arms").named(arm.name)

        def located(policy: PolicySpec, place: Place = place) -> PolicySpec:
            return _located(place, policy, folder)

        arms.append(_mapped(arm, located))
    return msgspec.structs.replace(plan, arms=tuple(arms))


def hash_of(path: Path) -> str:
    """16 hexadecimal digits of a source file's content, and of the files beside it that it imports."""
    digest = hashlib.sha256()
    for file in _with_neighbours(path):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _with_neighbours(path: Path) -> list[Path]:
    """A source file and, in order of their names, those in its folder that it needs."""
    found, waiting = {path}, [path]
    while waiting:
        for name in _imported(waiting.pop()):
            below = path.parent.joinpath(*name.split("."))
            for file in (below.with_suffix(".py"), below / "__init__.py"):
                if file.is_file() and file not in found:
                    found.add(file)
                    waiting.append(file)
    return [path, *sorted(found - {path})]


def _imported(path: Path) -> list[str]:
    """Names of modules in a file's import statements; of `from a import b` both a and a.b."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return []  # the engine says so, with its line, when it imports the file
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [item.name for item in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{item.name}" for item in node.names)]
    return names


def has_own_policies(plan: Plan) -> bool:
    """Whether a plan runs code that is the user's."""
    return any(":" in policy.name for policy in _every_policy(plan))


def needs_trial(plan: Plan) -> bool:
    """Whether only an engine can say that all policies of a plan can be had: code that is the user's, and imgaug."""
    return any(
        ":" in policy.name or policy.params.get("implementation") == "imgaug" for policy in _every_policy(plan)
    )


def _every_policy(plan: Plan) -> list[PolicySpec]:
    """Those inside others too."""
    seen: list[PolicySpec] = []

    def look(policy: PolicySpec) -> PolicySpec:
        seen.append(policy)
        return policy

    for arm in plan.arms:
        _mapped(arm, look)
    return seen


def _mapped(arm: ArmSpec, change: Callable[[PolicySpec], PolicySpec]) -> ArmSpec:
    add = tuple(
        msgspec.structs.replace(item, policy=None if item.policy is None else _deep(item.policy, change))
        for item in arm.add
    )
    replace = arm.replace
    if replace is not None:
        replace = msgspec.structs.replace(replace, policy=_deep(replace.policy, change))
    online = None if arm.online is None else _deep(arm.online, change)
    return msgspec.structs.replace(arm, add=add, replace=replace, online=online)


def _deep(policy: PolicySpec, change: Callable[[PolicySpec], PolicySpec]) -> PolicySpec:
    """The policy changed, and those inside it before."""

    def inside(value: ParamValue) -> ParamValue:
        match value:
            case PolicySpec():
                return _deep(value, change)
            case tuple():
                return tuple(_deep(part, change) for part in value)
            case _:
                return value

    params = {name: inside(value) for name, value in policy.params.items()}
    return change(msgspec.structs.replace(policy, params=params))


def _located(place: Place, policy: PolicySpec, folder: Path) -> PolicySpec:
    if ":" not in policy.name:
        return policy
    module = policy.name.partition(":")[0]
    path = _path(module, policy.params.get(SOURCE), folder)
    if path is None:
        place.block(
            f"there is no module {module} for the policy {policy.name}", f"looked for {module}.py in {folder}"
        )
        return policy
    content = hash_of(path)
    if policy.params.get(SOURCE_HASH, content) != content:
        place.block(
            f"{path}, or what it imports from its folder, was edited since this plan was written down",
            "put the old file back, or start a new study from your own plan",
        )
        return policy
    place.warn(f"the policy {policy.name} runs code of yours: {path}")
    return msgspec.structs.replace(policy, params=policy.params | {SOURCE: str(path), SOURCE_HASH: content})


def _path(module: str, given: ParamValue | None, folder: Path) -> Path | None:
    """The file of a module: the one given, or the first of that name beside the plan or on Python's path."""
    if isinstance(given, str):
        path = Path(given)
        return path if path.is_file() else None
    below = Path(*module.split("."))
    for root in (folder, Path.cwd(), *map(Path, sys.path)):
        for path in (root / below.with_suffix(".py"), root / below / "__init__.py"):
            if path.is_file():
                return path.resolve()
    return None
