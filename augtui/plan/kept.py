"""A plan from its text alone, as studies keep it: all that is needed to look at one."""

from __future__ import annotations

from pathlib import Path

from augtui.plan.catalog import CATALOG, Catalog
from augtui.plan.plan_table import read_plan_table
from augtui.plan.problems import Problems
from augtui.plan.settings_reader import Context
from augtui.plan.source import load, parse
from augtui.plan.spec import Plan


def parse_plan(text: str, where: str, folder: Path, catalog: Catalog = CATALOG) -> Plan:
    """Read a plan from its text.

    Args:
        text: TOML.
        where: what messages call it.
        folder: paths in the plan are relative to it.
        catalog: what the plan may name.

    Raises:
        AugtuiError: the first problem that blocks.
    """
    found = Problems(where, stop=True)
    table = parse(found, text)
    plan = None if table is None else read_plan_table(found, table, Context(catalog, folder))
    assert plan is not None, "the problem was not raised"
    return plan


def kept_plan(path: Path) -> Plan:
    """The plan of a study that is only looked at: files of the user's own policies may be edited since, or gone.

    Raises:
        AugtuiError: the first problem that blocks.
    """
    text = load(Problems(str(path), stop=True), path)
    assert text is not None, "the problem was not raised"
    return parse_plan(text, str(path), path.absolute().parent)
