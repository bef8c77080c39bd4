"""What good plans mean: defaults, shorthands, ranges, choices, paths."""

from pathlib import Path

import pytest

from augtui.plan.reader import read_plan
from augtui.plan.spec import (
    Addition,
    Axis,
    Choice,
    DataSpec,
    GeneratorSpec,
    PolicySpec,
    TrainSpec,
    Uniform,
    canonical,
)

from .builders import ARM, TOP, arm_of, online, plan_of


def test_what_is_not_given_has_the_defaults_of_the_specs() -> None:
    plan = plan_of(TOP + ARM)
    assert (plan.seeds, plan.data, plan.train) == ((0, 1, 2, 3, 4), DataSpec(), TrainSpec())


@pytest.mark.parametrize(("text", "seeds"), [("3", (0, 1, 2)), ("[7, 3]", (7, 3))])
def test_seeds_are_a_number_or_a_list(text: str, seeds: tuple[int, ...]) -> None:
    assert plan_of(f"{TOP}seeds = {text}\n{ARM}").seeds == seeds


def test_integers_stand_for_numbers_and_are_the_same_spec() -> None:
    one, other = (plan_of(f"{TOP}[train]\nlr = {lr}\n{ARM}") for lr in ("1", "1.0"))
    assert canonical(one) == canonical(other)


def test_negative_zero_is_zero() -> None:
    one, other = (plan_of(f"{TOP}margin = {margin}\n{ARM}") for margin in ("0", "-0.0"))
    assert canonical(one) == canonical(other)


def test_a_policy_carries_all_its_parameters() -> None:
    assert online('"erasing"').params == {
        "p": 0.5,
        "scale": Uniform(low=0.02, high=0.33),
        "ratio": Uniform(low=0.3, high=3.3),
        "value": 0.0,
    }


def test_a_default_written_out_is_the_same_spec() -> None:
    assert canonical(online('{ p = 0.5, name = "erasing", scale = [0.02, 0.33] }')) == canonical(online('"erasing"'))


def test_two_numbers_are_a_range() -> None:
    assert online('{ name = "geometric", rotate = [-10, 10] }').params["rotate"] == Uniform(low=-10.0, high=10.0)


def test_one_number_is_fixed() -> None:
    assert online('{ name = "geometric", rotate = 10 }').params["rotate"] == 10.0


def test_a_choice_keeps_the_types_of_its_parameter() -> None:
    choice = online('{ name = "geometric", rotate = { choice = [0, 90.0] } }').params["rotate"]
    assert canonical(choice) == canonical(Choice(options=(0.0, 90.0)))


def test_a_policy_of_ones_own_keeps_its_parameters_for_the_engine() -> None:
    spec = online('{ name = "mine.warp:f", k = 3, on = true, way = "up", r = [1, 2], c = { choice = [1, "x"] } }')
    assert spec == PolicySpec(
        name="mine.warp:f",
        params={
            "k": 3,
            "on": True,
            "way": "up",
            "r": Uniform(low=1.0, high=2.0),
            "c": Choice(options=(1, "x")),
        },
    )


def test_several_additions_may_join_online() -> None:
    arm = arm_of(
        'add = [{ policy = "duplicate", amount = 1 }, { generator = "dcgan64", amount = 0.1 }]\n'
        'online = { policy = "mixup" }'
    )
    first, second = arm.add
    assert first == Addition(policy=PolicySpec(name="duplicate"), amount=1.0)
    assert isinstance(second.generator, GeneratorSpec)
    assert arm.online is not None
    assert arm.online.name == "mixup"


def test_one_addition_needs_no_array() -> None:
    bare, listed = (
        arm_of(f"add = {text}")
        for text in (
            '{ policy = "duplicate", amount = 0.5 }',
            '[{ policy = "duplicate", amount = 0.5 }]',
        )
    )
    assert bare == listed


@pytest.mark.parametrize("text", ['"train.epochs" = [1, 2]', "train.epochs = [1, 2]", "train = { epochs = [1, 2] }"])
def test_axes_are_named_with_and_without_quotes(text: str) -> None:
    assert plan_of(f"{TOP}[axes]\n{text}\n{ARM}").axes == (Axis(key="train.epochs", values=(1, 2)),)


def test_a_file_of_weights_is_found_beside_the_plan_and_stays_found(tmp_path: Path) -> None:
    weights = tmp_path / "plans" / "w.safetensors"
    weights.parent.mkdir()
    weights.write_bytes(b"")
    plan = weights.with_name("p.toml")
    plan.write_text(f'{TOP}[model]\nweights = "w.safetensors"  # mine\n{ARM}')
    read = read_plan(plan)
    assert read.plan.model.weights == str(weights.resolve())
    assert f'weights = "{weights.resolve()}"  # mine' in read.text
    elsewhere = tmp_path / "copy.toml"
    elsewhere.write_text(read.text)
    assert read_plan(elsewhere).plan == read.plan


def test_files_of_weights_may_be_an_axis(tmp_path: Path) -> None:
    (tmp_path / "w.pt").write_bytes(b"")
    plan = tmp_path / "p.toml"
    plan.write_text(f'{TOP}[axes]\n"model.weights" = ["none", "w.pt"]\n{ARM}')
    read = read_plan(plan)
    assert read.plan.axes[0].values == ("none", str((tmp_path / "w.pt").resolve()))
    elsewhere = tmp_path / "deep" / "copy.toml"
    elsewhere.parent.mkdir()
    elsewhere.write_text(read.text)
    assert read_plan(elsewhere).plan == read.plan


@pytest.mark.parametrize("group", [r"patient_(\d+)", "patient id", "site-3"])
def test_a_group_is_a_regex_or_a_column(group: str) -> None:
    assert plan_of(f"{TOP}[data]\ngroup = '{group}'\n{ARM}").data.group == group
