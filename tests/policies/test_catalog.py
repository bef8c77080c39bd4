"""The engine implements exactly what the catalog declares."""

import pytest

from augtui.engine.policies import POLICIES, BatchPolicy, ImagePolicy, build_policy, check_policies
from augtui.engine.policies.autoaugment import PAIRS
from augtui.engine.policies.kernels.brightness import SPACES
from augtui.engine.policies.padding import BORDERS
from augtui.errors import AugtuiError
from augtui.plan.catalog import CATALOG
from augtui.plan.catalog.declaration import Policy
from augtui.plan.spec import ArmSpec, Plan, PolicySpec, Replacement
from tests.policies.material import alone, policy, spec


def label(declared: Policy) -> str:
    return declared.name


def names_of(name: str, parameter: str) -> tuple[str, ...]:
    declared = CATALOG.policy(name)
    assert declared is not None
    found = declared.parameter(parameter)
    assert found is not None
    return found.names


def test_every_declared_policy_is_implemented_and_nothing_else():
    assert sorted(item.name for item in CATALOG.policies) == sorted(POLICIES)


@pytest.mark.parametrize("declared", CATALOG.policies, ids=label)
def test_parameters_are_those_declared(declared):
    names = [item.name for item in declared.parameters if item.name != "implementation"]
    assert sorted(POLICIES[declared.name].parameters) == sorted(names)


@pytest.mark.parametrize("declared", [item for item in CATALOG.policies if alone(item)], ids=label)
def test_defaults_build_a_policy_of_the_declared_kind(declared):
    built = policy(declared.name)
    assert isinstance(built, BatchPolicy if declared.kind == "batch" else ImagePolicy)


def test_names_in_the_catalog_are_those_of_the_engine():
    assert names_of("brightness", "space") == SPACES
    assert names_of("geometric", "pad_border") == BORDERS
    assert names_of("autoaugment", "policy") == tuple(PAIRS)


def test_every_policy_of_a_plan_is_built_before_any_work():
    wrong = ArmSpec(name="b", replace=Replacement(policy=PolicySpec(name="nothing.of:that_kind"), copies=1))
    plan = Plan(name="x", dataset="demo", arms=(ArmSpec(name="a", online=spec("superpixel")), wrong))
    with pytest.raises(AugtuiError, match=r"there is no module 'nothing\.of'"):
        check_policies(plan)


def test_an_unknown_name_is_the_users_error():
    with pytest.raises(AugtuiError, match="no policy 'nonsense'"):
        build_policy(PolicySpec(name="nonsense"))
