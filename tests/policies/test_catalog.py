"""The engine implements exactly what the catalog declares."""

from dataclasses import fields

import pytest

from augtui.engine.policies import POLICIES, build_policy
from augtui.errors import AugtuiError
from augtui.plan.catalog import CATALOG
from augtui.plan.spec import PolicySpec
from tests.policies.material import policy


def test_every_declared_policy_is_implemented_and_nothing_else():
    assert sorted(item.name for item in CATALOG.policies) == sorted(POLICIES)


@pytest.mark.parametrize("declared", CATALOG.policies, ids=lambda item: item.name)
def test_parameters_are_those_declared(declared):
    assert [field.name for field in fields(POLICIES[declared.name])] == [item.name for item in declared.parameters]


@pytest.mark.parametrize("declared", CATALOG.policies, ids=lambda item: item.name)
def test_kind_is_that_declared(declared):
    built = POLICIES[declared.name]
    assert hasattr(built, "mix") == (declared.kind == "batch")
    assert hasattr(built, "apply") == (declared.kind == "image")


@pytest.mark.parametrize("declared", CATALOG.policies, ids=lambda item: item.name)
def test_defaults_build_a_policy(declared):
    if all(item.default is not None for item in declared.parameters):
        assert policy(declared.name) is not None


def test_an_unknown_name_is_the_users_error():
    with pytest.raises(AugtuiError, match="no policy 'nonsense'"):
        build_policy(PolicySpec(name="nonsense"))
