"""Which policies may change what a label means, as data of the catalog."""

import pytest

from augtui.plan.catalog import CATALOG
from augtui.plan.catalog.cautions import EXPLANATIONS, dangers
from augtui.plan.spec import ParamValue, PolicySpec, Uniform


def complete(name: str, **params: ParamValue) -> PolicySpec:
    declared = CATALOG.policy(name)
    assert declared is not None
    defaults = {item.name: item.default for item in declared.parameters if item.default is not None}
    return PolicySpec(name=name, params=defaults | params)


def found(policy: PolicySpec) -> set[str]:
    return {warned.danger for warned in dangers(policy, CATALOG)}


@pytest.mark.parametrize("policy", CATALOG.policies, ids=lambda item: item.name)
def test_cautions_name_parameters_that_the_policy_has(policy):
    for caution in policy.cautions:
        assert caution.danger in EXPLANATIONS
        assert not caution.parameter or policy.parameter(caution.parameter) is not None


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (complete("geometric"), {"sides", "upside-down", "colours"}),
        (complete("geometric", fill=0.0), {"sides", "upside-down"}),
        (complete("geometric", border="edge"), {"sides", "upside-down"}),
        (complete("geometric", flip_horizontal=0.0, flip_vertical=0.0, fill=9.0), set()),
        (
            complete("geometric", flip_vertical=0.0, rotate=Uniform(low=-180.0, high=180.0), fill=9.0),
            {"sides", "turned"},
        ),
        (complete("scale", border="constant", fill=Uniform(low=0.0, high=255.0)), {"colours"}),
        (complete("dropout"), {"colours"}),
        (complete("coarse_dropout", per_channel=0.0), set()),
        (complete("invert", p=0.0, per_channel=True), set()),
        (complete("flip"), {"sides"}),
        (complete("rotate"), set()),
        (complete("rotate", degrees=90.0), {"turned"}),
        (complete("trivialaugment"), {"tones", "turned"}),
        (complete("dropout", share=1.0, per_channel=0.0), {"black"}),
        (complete("randaugment"), {"tones"}),
        (complete("superpixel"), {"tones", "colours"}),
        (complete("superpixel", original_study=True), {"tones", "colours", "black"}),
        (complete("invert"), {"tones"}),
        (complete("superpixels"), set()),
        (complete("duplicate"), set()),
        (PolicySpec(name="my_augmentations:warp"), set()),
    ],
)
def test_dangers_depend_on_the_parameters(policy, expected):
    assert found(policy) == expected


def test_policies_inside_others_are_looked_at():
    inner = PolicySpec(name="sometimes", params={"policy": complete("invert"), "p": 0.5})
    assert found(PolicySpec(name="one_of", params={"policies": (complete("blur"), inner)})) == {"tones"}


def test_a_remedy_is_named_where_there_is_one():
    remedies = {
        warned.danger: warned.remedy for warned in dangers(complete("superpixel", total_dropout=True), CATALOG)
    }
    assert remedies["black"] == "total_dropout = false leaves them out"
    assert remedies["tones"] == "invert = 0 leaves them out"
    assert remedies["colours"] == (
        "dropout_per_channel = 0, coarse_dropout_per_channel = 0, add_per_channel = 0 and "
        "invert_per_channel = false leave them out"
    )
    assert [warned.remedy for warned in dangers(complete("augmix"), CATALOG)] == [""]


def test_the_remedies_for_colours_are_complete():
    """Without what the caution names, nothing is left that it would name."""
    changes: dict[str, ParamValue] = {
        "fill": 128.0,
        "dropout_per_channel": 0.0,
        "coarse_dropout_per_channel": 0.0,
        "add_per_channel": 0.0,
        "invert_per_channel": False,
    }
    assert "colours" in found(complete("combined"))
    assert "colours" not in found(complete("combined", **changes))
