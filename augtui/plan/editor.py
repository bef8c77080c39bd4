"""Changing a plan's text so that it states another plan, with everything else left as it was written by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from augtui.plan.blocks import arm_blocks, join, split, trailing_comments
from augtui.plan.catalog import CATALOG, Catalog
from augtui.plan.keys import SECTIONS, TOP
from augtui.plan.layout import arm_text, arm_values, plain, plan_text, seeds_value
from augtui.plan.plan_table import read_plan_table
from augtui.plan.problems import Problems
from augtui.plan.settings_reader import Context
from augtui.plan.source import parse
from augtui.plan.spec import ArmSpec, Plan
from augtui.plan.text_edit import Change, changed_text


def edit_plan(text: str, plan: Plan, folder: Path = Path(), catalog: Catalog = CATALOG) -> str:
    """The text changed so that it states `plan`: comments, layout and keys whose values hold stay as they are.

    A text that is no valid plan, or is written in a way that cannot be changed key by key, is replaced by a new one.

    Args:
        text: of an existing plan.
        plan: what it shall state.
        folder: paths in the text are relative to it.
        catalog: what plans may name.
    """
    context = Context(catalog, folder.absolute())
    before = _read(text, context)
    if before is None:
        return plan_text(plan, catalog)
    edited = changed_text(text, [*_key_changes(before, plan), *_axis_changes(before, plan)])
    if edited is not None and before.arms != plan.arms:
        edited = _with_arms(edited, before.arms, plan.arms, catalog)
    return edited if edited is not None and _read(edited, context) == plan else plan_text(plan, catalog)


def _read(text: str, context: Context) -> Plan | None:
    problems = Problems("", stop=False)
    table = parse(problems, text)
    return None if table is None else read_plan_table(problems, table, context)


def _key_changes(before: Plan, plan: Plan) -> Iterator[Change]:
    for key in TOP:
        old, new = getattr(before, key.name), getattr(plan, key.name)
        if old != new:
            yield Change((key.name,), seeds_value(new) if key.name == "seeds" else plain(new))
    for section, keys in SECTIONS.items():
        for key in keys:
            old, new = getattr(getattr(before, section), key.name), getattr(getattr(plan, section), key.name)
            if old != new:
                yield Change((section, key.name), new)


def _axis_changes(before: Plan, plan: Plan) -> Iterator[Change]:
    old = {axis.key: axis.values for axis in before.axes}
    new = {axis.key: axis.values for axis in plan.axes}
    kept = [key for key in old if key in new]
    in_place = [*kept, *(key for key in new if key not in old)] == list(new)
    for key in old:
        if key not in new or not in_place:
            yield Change(("axes", key), None)
    for key, values in new.items():
        if not in_place or old.get(key) != values:
            yield Change(("axes", key), list(values))


def _with_arms(text: str, before: tuple[ArmSpec, ...], after: tuple[ArmSpec, ...], catalog: Catalog) -> str | None:
    """The text with its `[[arms]]` blocks changed, added, taken away and put in order."""
    blocks = split(text)
    texts = arm_blocks(blocks)
    if len(texts) != len(before):
        return None
    origins = _origins(before, after)
    parts: list[str] = []
    for index, arm in enumerate(after):
        origin = origins.get(index)
        block = arm_text(arm, catalog) if origin is None else _edited_arm(texts[origin], before[origin], arm, catalog)
        if block is None:
            return None
        parts.append(block)
    gone = [trailing_comments(texts[index]) for index in range(len(before)) if index not in origins.values()]
    first = next(index for index, block in enumerate(blocks) if block.in_arms)
    head = "".join(block.text for block in blocks[:first])
    tail = "".join(block.text for block in blocks[first:] if not block.in_arms)
    return join(head, *parts, *gone, tail)


def _origins(before: tuple[ArmSpec, ...], after: tuple[ArmSpec, ...]) -> dict[int, int]:
    """For the place of each arm the place that its text comes from: the arm of its name, or, where it was renamed,
    the arm that stood there and has gone."""
    old_names = [arm.name for arm in before]
    new_names = {arm.name for arm in after}
    origins: dict[int, int] = {}
    for index, arm in enumerate(after):
        if arm.name in old_names:
            origins[index] = old_names.index(arm.name)
        elif index < len(before) and old_names[index] not in new_names:
            origins[index] = index
    return origins


def _edited_arm(text: str, before: ArmSpec, after: ArmSpec, catalog: Catalog) -> str | None:
    if before == after:
        return text
    old, new = arm_values(before, catalog), arm_values(after, catalog)
    return changed_text(text, [Change(("arms", key), new.get(key)) for key in _differing(old, new)])


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return [key for key in ("name", "add", "replace", "online") if old.get(key) != new.get(key)]
