"""The declarations agree with themselves and with the words that they use."""

import re
from collections import Counter

import pytest

from augtui.paths import NAME
from augtui.plan.catalog import CATALOG
from augtui.plan.catalog.declaration import Generator, Parameter, Policy
from augtui.plan.catalog.models import TORCHVISION
from augtui.plan.policy_reader import read_policy
from augtui.plan.problems import Place, Problems
from augtui.plan.spec import Choice, ParamValue, PolicySpec, Uniform

Declared = Policy | Generator
DECLARED: list[Declared] = [*CATALOG.policies, *CATALOG.generators]
PARAMETERS = [(declared, parameter) for declared in DECLARED for parameter in declared.parameters]


def label(value: object) -> str:
    return value.name if isinstance(value, Policy | Generator | Parameter) else str(value)


def problems_of(parameter: Parameter, value: ParamValue) -> list[str]:
    """What is wrong with a default; empty where it is what reading it from a plan would give."""
    match value:
        case Uniform():
            ends = [value.low, value.high]
            wrong = [] if all(type(end) is float for end in ends) else ["the ends of a range are floats"]
            wrong += [] if value.low <= value.high else ["the range goes down"]
            wrong += [] if parameter.ranged else ["is a range and must not be one"]
            return wrong + [
                f"{end} is outside {parameter.rule.limits}" for end in ends if not parameter.rule.allows(end)
            ]
        case Choice():
            wrong = [] if parameter.ranged and value.options else ["is a choice and must not be one"]
            return wrong + [text for option in value.options for text in problems_of(parameter, option)]
        case PolicySpec():
            return [] if parameter.kind == "policy" else ["is a policy and must not be one"]
        case tuple():
            return [] if parameter.kind == "policies" and value else ["is an array and must not be one"]
    expected = {"number": float, "integer": int, "flag": bool, "name": str}.get(parameter.kind)
    if type(value) is not expected:
        return [f"{value!r} is not of the kind {parameter.kind}"]
    if isinstance(value, str):
        return [] if value in parameter.names else [f"{value} is not one of its names"]
    return [] if isinstance(value, bool) or parameter.rule.allows(value) else [f"{value} is outside its limits"]


@pytest.mark.parametrize(
    "names",
    [
        [item.name for item in CATALOG.policies],
        [item.name for item in CATALOG.generators],
        [item.name for item in CATALOG.models],
    ],
    ids=["policies", "generators", "models"],
)
def test_names_are_unique_and_safe_in_paths(names: list[str]) -> None:
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert [name for name in names if not NAME.match(name)] == []


@pytest.mark.parametrize("item", [*DECLARED, *CATALOG.models], ids=label)
def test_help_is_one_line(item: Declared) -> None:
    assert re.fullmatch(r"\S.{3,98}\S", item.help)


@pytest.mark.parametrize("declared", DECLARED, ids=label)
def test_parameters_have_names_of_their_own(declared: Declared) -> None:
    names = [parameter.name for parameter in declared.parameters]
    assert len(set(names)) == len(names)
    assert "name" not in names, "a plan's table has this key already"
    assert all(declared.parameter(name) is not None for name in names)


@pytest.mark.parametrize(("declared", "parameter"), PARAMETERS, ids=label)
def test_parameters_are_declared_in_full(declared: Declared, parameter: Parameter) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", parameter.name)
    assert re.fullmatch(r"\S.{3,118}\S", parameter.help)
    assert bool(parameter.names) == (parameter.kind == "name")
    if parameter.low is not None and parameter.high is not None:
        assert parameter.low < parameter.high
    if parameter.below:
        assert declared.parameter(parameter.below) is not None


@pytest.mark.parametrize(("declared", "parameter"), PARAMETERS, ids=label)
def test_defaults_keep_their_own_rules(declared: Declared, parameter: Parameter) -> None:
    if parameter.default is not None:
        assert problems_of(parameter, parameter.default) == []


@pytest.mark.parametrize("generator", CATALOG.generators, ids=label)
def test_parameters_of_generators_are_plain_values(generator: Generator) -> None:
    assert not any(item.ranged or item.kind in ("policy", "policies") for item in generator.parameters)


@pytest.mark.parametrize("policy", CATALOG.policies, ids=label)
def test_batch_policies_are_online_only(policy: Policy) -> None:
    assert policy.kind == "image" or not policy.offline


@pytest.mark.parametrize("policy", CATALOG.policies, ids=label)
def test_several_implementations_are_a_parameter(policy: Policy) -> None:
    assert policy.implementations
    assert (len(policy.implementations) > 1) == (policy.parameter("implementation") is not None)


@pytest.mark.parametrize("policy", CATALOG.policies, ids=label)
def test_a_policy_can_be_named_alone_unless_a_parameter_must_be_given(policy: Policy) -> None:
    problems = Problems("", stop=False)
    spec = read_policy(Place(problems), policy.name, CATALOG, "online")
    needed = [parameter.name for parameter in policy.parameters if parameter.default is None]
    assert [problem.key for problem in problems.found] == needed
    assert (spec is None) == bool(needed)


def test_the_original_study_is_the_default_of_geometric() -> None:
    policy = CATALOG.policy("geometric")
    assert policy is not None
    defaults = {parameter.name: parameter.default for parameter in policy.parameters}
    assert defaults["scale"] == Uniform(low=0.5, high=1.5)
    assert defaults["translate"] == Uniform(low=-0.2, high=0.2)
    assert defaults["rotate"] == Uniform(low=-45.0, high=45.0)
    assert defaults["shear"] == Uniform(low=-16.0, high=16.0)
    assert defaults["crop_pad_share"] == Uniform(low=-0.1, high=0.1)


def test_the_original_study_is_the_default_of_dcgan64() -> None:
    generator = CATALOG.generator("dcgan64")
    assert generator is not None
    defaults = {parameter.name: parameter.default for parameter in generator.parameters}
    assert (defaults["epochs"], defaults["batch_size"], defaults["select"]) == (200, 16, "last")


def test_every_classification_model_of_torchvision_is_named() -> None:
    models = pytest.importorskip("torchvision.models")
    # Each release may add some; none has ever been taken away.
    assert set(TORCHVISION) <= set(models.list_models(module=models))


def test_nothing_is_found_by_a_name_that_nothing_has() -> None:
    assert (CATALOG.policy("x"), CATALOG.generator("x"), CATALOG.model("x")) == (None, None, None)
