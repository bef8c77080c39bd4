"""Policies with the parameters that the catalog declares."""

from __future__ import annotations

from augtui.plan.catalog import CATALOG
from augtui.plan.spec import ParamValue, PolicySpec


def policy_spec(name: str, **params: ParamValue) -> PolicySpec:
    """A policy of the catalog with its defaults and with `params` in place of some."""
    declared = CATALOG.policy(name)
    assert declared is not None, name
    defaults = {item.name: item.default for item in declared.parameters if item.default is not None}
    return PolicySpec(name=name, params=defaults | params)
