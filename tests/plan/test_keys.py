"""The declared keys are those of the specs, no more and no less."""

import msgspec
import pytest

from augtui.plan.keys import SECTIONS, TOP, Key, axis_keys
from augtui.plan.problems import Place, Problems
from augtui.plan.rules import read_scalar
from augtui.plan.spec import DataSpec, KeepSpec, ModelSpec, Plan, Spec, TrainSpec

SPECS: dict[str, type[Spec]] = {"data": DataSpec, "model": ModelSpec, "train": TrainSpec, "keep": KeepSpec}


@pytest.mark.parametrize("section", SPECS)
def test_each_field_of_a_section_is_a_key(section: str) -> None:
    assert [key.name for key in SECTIONS[section]] == [field.name for field in msgspec.structs.fields(SPECS[section])]


def test_each_plain_field_of_a_plan_is_a_key() -> None:
    fields = [field.name for field in msgspec.structs.fields(Plan)]
    assert [*(key.name for key in TOP), *SECTIONS, "axes", "arms"] == fields


@pytest.mark.parametrize(
    ("spec", "key"),
    [(SPECS[section], key) for section, keys in SECTIONS.items() for key in keys],
    ids=lambda value: value.name if isinstance(value, Key) else value.__name__,
)
def test_defaults_are_allowed(spec: type[Spec], key: Key) -> None:
    default = next(field.default for field in msgspec.structs.fields(spec) if field.name == key.name)
    problems = Problems("", stop=False)
    if key.optional:
        assert default is None
    else:
        assert read_scalar(Place(problems), default, key.rule) == default
    assert problems.found == []


def test_axes_leave_out_what_holds_for_a_whole_study() -> None:
    assert "train.epochs" in axis_keys()
    assert not {"train.precision", "keep.images", "seeds"} & set(axis_keys())
