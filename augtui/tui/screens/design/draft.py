"""The plan that is being designed: what was typed, what it means, and what is wrong with it.

A draft is the raw table of a plan's file, because a form must be able to hold what is not valid yet. It is read
by the plan's own reader after every change, so that a form and `augtui check` say the same in the same words.
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from augtui.plan.catalog import CATALOG
from augtui.plan.plan_table import read_plan_table
from augtui.plan.problems import PlanProblem, Problems
from augtui.plan.settings_reader import Context
from augtui.plan.spec import Plan

if TYPE_CHECKING:
    from augtui.tui.screens.design.datasets import DatasetInfo

EMPTY = """\
name    = "study"
dataset = "demo"

[[arms]]
name = "original"

[[arms]]
name = "geometric-online"
online = { policy = "geometric" }
"""


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """One state of the design; a change makes a new one."""

    table: Mapping[str, Any]
    """As `tomllib` gives it; values may be wrong."""
    plan: Plan | None
    """What it means; None while something blocks."""
    problems: tuple[PlanProblem, ...]
    text: str
    """Of the file that it was read from: its comments are kept when it is saved."""
    path: Path | None = None
    """Of that file; None before it has one."""
    changed: bool = False
    """Whether there is anything to save."""

    @property
    def arms(self) -> list[dict[str, Any]]:
        """The raw tables of the arms."""
        arms = self.table.get("arms", [])
        return [arm for arm in arms if isinstance(arm, dict)] if isinstance(arms, list) else []

    def value(self, *keys: str) -> Any:
        """The raw value at a key, None where it is not given."""
        inner: Any = self.table
        for key in keys:
            inner = inner.get(key) if isinstance(inner, dict) else None
        return inner

    def with_value(self, keys: tuple[str, ...], value: Any) -> Draft:
        """Another value at a key; None takes the key away."""
        table = copy.deepcopy(dict(self.table))
        inner: dict[str, Any] = table
        for key in keys[:-1]:
            inner = inner.setdefault(key, {})
        if value is None:
            inner.pop(keys[-1], None)
        else:
            inner[keys[-1]] = value
        return read_draft(table, self.text, self.path, changed=True)

    def with_arms(self, arms: list[dict[str, Any]]) -> Draft:
        """Other arms."""
        return read_draft({**self.table, "arms": arms}, self.text, self.path, changed=True)

    def problems_at(self, *prefixes: str) -> list[PlanProblem]:
        """The problems at a key or inside it."""
        return [
            problem
            for problem in self.problems
            if any(
                problem.key == prefix or problem.key.startswith((f"{prefix}.", f"{prefix}[")) for prefix in prefixes
            )
        ]


def read_draft(table: Mapping[str, Any], text: str, path: Path | None, *, changed: bool = False) -> Draft:
    """Read a raw table."""
    found = Problems(str(path) if path is not None else "", stop=False)
    folder = path.absolute().parent if path is not None else Path.cwd()
    plan = read_plan_table(found, dict(table), Context(CATALOG, folder))
    return Draft(table, plan, tuple(found.found), text, path, changed)


def draft_of(text: str, path: Path | None = None) -> Draft:
    """The draft of a plan's text.

    Raises:
        ValueError: the text is not TOML.
    """
    return read_draft(tomllib.loads(text), text, path)


def typed(text: str, kind: str) -> Any:
    """What a person typed into a field, as TOML has it; words that are no TOML value stay words.

    `kind` "text" and "name" are strings whatever they look like.
    """
    if kind in ("text", "name") and not text.startswith(("{", "[", '"', "'")):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, KeyError):
        return text


def told(problem: PlanProblem) -> str:
    """A problem beside its field."""
    return f"{problem.message}; {problem.hint}" if problem.hint else problem.message


def starter(info: DatasetInfo) -> Draft:
    """A plan to begin with for a dataset: the one that `augtui init` writes."""
    from augtui.plan.writer import starter_plan

    text = starter_plan(
        info.name,
        info.classes,
        dict(info.train),
        info.sizes,
        info.positive or None,
        has_test=not info.flat,
        has_validation=True if info.validation else None,
    )
    return draft_of(text)
