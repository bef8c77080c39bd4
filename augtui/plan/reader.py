"""TOML in, `Plan` out: one reader for `run`, which stops at the first problem, and `check`, which lists all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from augtui.plan.catalog import CATALOG, Catalog
from augtui.plan.layout import plan_text
from augtui.plan.overrides import changed_table, read_overrides
from augtui.plan.own_sources import has_own_policies, with_sources
from augtui.plan.plan_table import read_plan_table
from augtui.plan.problems import PlanProblem, Problems
from augtui.plan.settings_reader import Context
from augtui.plan.source import load, parse
from augtui.plan.spec import Plan
from augtui.plan.table_reader import flattened
from augtui.plan.text_edit import Change, changed_text


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan and the text that states it."""

    plan: Plan
    text: str
    """The source with `--set` applied and with absolute paths: it means the same in any folder."""
    path: Path
    warnings: tuple[PlanProblem, ...] = ()


def read_plan(path: Path, overrides: Sequence[str] = (), catalog: Catalog = CATALOG) -> PlanFile:
    """Read a plan's file.

    Args:
        path: a TOML file.
        overrides: `key=value` each, as `--set` takes them; later ones win.
        catalog: what the plan may name.

    Raises:
        AugtuiError: the first problem that blocks.
    """
    found = Problems(str(path), stop=True)
    plan_file = _read_file(found, path, overrides, catalog)
    assert plan_file is not None, "the problem was not raised"
    return plan_file


def problems(path: Path, overrides: Sequence[str] = (), catalog: Catalog = CATALOG) -> list[PlanProblem]:
    """Everything that is wrong with a plan's file, warnings included."""
    found = Problems(str(path), stop=False)
    _read_file(found, path, overrides, catalog)
    return found.found


def _read_file(found: Problems, path: Path, overrides: Sequence[str], catalog: Catalog) -> PlanFile | None:
    text = load(found, path)
    table = None if text is None else parse(found, text)
    changes = read_overrides(found, overrides)
    if text is None or table is None:
        return None
    changed = changed_table(found, table, changes)
    context = Context(catalog, path.absolute().parent)
    plan = read_plan_table(found, changed, context)
    if plan is None or not _effective(found, plan, changes):
        return None
    if has_own_policies(plan):
        plan = with_sources(found, plan, context.folder)
        # In another folder the source would not be found: the text says where it lies.
        return PlanFile(plan=plan, text=plan_text(plan), path=path, warnings=found.warnings)
    changes += _absolute_paths(plan, changed)
    final = _changed_text(text, plan, changes, context)
    return PlanFile(plan=plan, text=final, path=path, warnings=found.warnings)


def _effective(found: Problems, plan: Plan, changes: Sequence[Change]) -> bool:
    """Whether no axis takes the place of a key that `--set` gives: the user would not get what was asked for."""
    axes = {axis.key for axis in plan.axes}
    hidden = [change.dotted for change in changes if change.dotted in axes]
    for key in hidden:
        found.add(
            key, "has no effect: the key is an axis of this plan", f"--set 'axes.\"{key}\"=[...]' changes the axis"
        )
    return not hidden


def _absolute_paths(plan: Plan, table: dict[str, Any]) -> list[Change]:
    """The changes that make the paths of weights in a plan's table absolute."""
    changes = []
    if table.get("model", {}).get("weights", plan.model.weights) != plan.model.weights:
        changes.append(Change(("model", "weights"), plan.model.weights))
    given = dict(flattened(table.get("axes", {})))
    changes.extend(
        Change(("axes", axis.key), list(axis.values))
        for axis in plan.axes
        if axis.key == "model.weights" and given[axis.key] != list(axis.values)
    )
    return changes


def _changed_text(text: str, plan: Plan, changes: Sequence[Change], context: Context) -> str:
    """The source with the changes made. Where that does not give `plan` (a file written in a way that cannot be
    changed key by key), a text made anew."""
    if not changes:
        return text
    changed = changed_text(text, changes)
    if changed is not None:
        trial = Problems("", stop=False)
        table = parse(trial, changed)
        if table is not None and read_plan_table(trial, table, context) == plan:
            return changed
    return plan_text(plan)
