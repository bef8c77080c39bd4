"""Whatever a TOML file holds, reading it gives a plan or an AugtuiError, and never anything else."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from augtui.errors import AugtuiError
from augtui.plan.catalog import CATALOG
from augtui.plan.kept import parse_plan
from augtui.plan.plan_table import read_plan_table
from augtui.plan.problems import Problems
from augtui.plan.settings_reader import Context
from augtui.plan.spec import Plan

from .strategies import TABLES


def read(table: dict[str, Any]) -> tuple[Plan | None, Problems]:
    problems = Problems("plan.toml", stop=False)
    return read_plan_table(problems, table, Context(CATALOG, Path("/nowhere"))), problems


@st.composite
def nearly_plans(draw: st.DrawFn) -> dict[str, Any]:
    """The smallest plan with some keys replaced or added at the top, in a section or in the arm."""
    arm: dict[str, Any] = {"name": "a", **draw(TABLES)}
    table: dict[str, Any] = {"name": "x", "dataset": "demo", "arms": [arm]}
    for section in ("data", "model", "train", "keep", "axes"):
        if draw(st.booleans()):
            table[section] = draw(TABLES)
    return {**table, **draw(TABLES)}


@given(TABLES | nearly_plans())
@settings(max_examples=150, deadline=None)
def test_any_table_is_a_plan_or_has_problems(table: dict[str, Any]) -> None:
    plan, problems = read(table)
    assert (plan is None) == problems.blocked


@given(nearly_plans())
@settings(max_examples=75, deadline=None)
def test_problems_are_safe_on_a_terminal(table: dict[str, Any]) -> None:
    for problem in read(table)[1].found:
        assert problem.text.isprintable()
        assert len(problem.text) < 1000


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda data: data.decode("latin-1")))
@settings(max_examples=150, deadline=None)
def test_a_text_that_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(AugtuiError, match=r"\Aplan\.toml: "):
        parse_plan(text, "plan.toml", Path("/nowhere"))
