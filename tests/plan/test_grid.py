"""From a plan to its runs: sizes, order, folders, identity."""

from pathlib import PurePosixPath
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from augtui.plan.grid import (
    Environment,
    RunSpec,
    SizeRule,
    added,
    cells,
    point_folder,
    point_name,
    points,
    run_spec,
    set_specs,
    settings_at,
)
from augtui.plan.spec import ArmSpec, Plan

from .builders import TOP, plan_of

CPU = Environment(device="cpu", precision="fp32", threads=1)
PLAN = """\
name = "x"
dataset = "demo"
seeds = 2
[data]
store_size = 128
[axes]
"train.epochs" = [10, 20]
"data.image_size" = [64, 96]
[[arms]]
name = "original"
[[arms]]
name = "both"
add = [{ policy = "geometric", amount = 0.1 }, { policy = "duplicate", amount = 0.2 }]
online = { policy = "mixup" }
[[arms]]
name = "copies"
replace = { policy = "geometric", copies = 3 }
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of(PLAN)


def specs(plan: Plan, fingerprint: str = "f", environment: Environment = CPU) -> list[RunSpec]:
    return [run_spec(plan, cell, fingerprint, environment) for cell in cells(plan)]


def first(text: str, **changes: Any) -> RunSpec:
    """The first run of a plan, with some of its fields changed."""
    return msgspec.structs.replace(specs(plan_of(text))[0], **changes)


def test_ten_percent_of_the_skin_lesions_are_144_and_120() -> None:
    assert [added(count, 0.10) for count in (1440, 1197)] == [144, 120]
    assert [added(count, 0.20) for count in (1440, 1197)] == [288, 239]


@given(st.integers(0, 10**6), st.floats(0, 10), st.floats(0, 10))
def test_a_larger_amount_adds_no_fewer(count: int, one: float, other: float) -> None:
    assert added(count, min(one, other)) <= added(count, max(one, other))


@given(st.integers(0, 10**5), st.integers(1, 100))
def test_whole_percents_are_rounded_half_up(count: int, percent: int) -> None:
    assert added(count, percent / 100) == (2 * count * percent + 100) // 200


def test_sizes_of_training_sets(plan: Plan) -> None:
    counts = [1440, 1197]
    original, both, copies = (SizeRule.of(arm).size(counts) for arm in plan.arms)
    assert (original, both, copies) == (2637, 2637 + 144 + 120 + 288 + 239, 3 * 2637)


def test_every_arm_meets_every_point_and_seed_once(plan: Plan) -> None:
    grid = list(cells(plan))
    assert len(grid) == 3 * 4 * 2
    assert len({cell.folder for cell in grid}) == len(grid)


def test_seeds_come_one_after_the_other_and_arms_in_the_plans_order(plan: Plan) -> None:
    grid = list(cells(plan))
    assert [cell.seed for cell in grid] == [0] * 12 + [1] * 12
    assert [cell.arm.name for cell in grid[:6]] == ["original", "both", "copies"] * 2


def test_points_follow_the_axes(plan: Plan) -> None:
    assert [point_name(point) for point in points(plan)] == [
        "train.epochs=10,data.image_size=64",
        "train.epochs=10,data.image_size=96",
        "train.epochs=20,data.image_size=64",
        "train.epochs=20,data.image_size=96",
    ]


def test_a_point_changes_the_settings_that_it_names(plan: Plan) -> None:
    found = settings_at(plan, points(plan)[3])
    assert (found.train.epochs, found.data.image_size) == (20, 96)
    assert msgspec.structs.replace(found.train, epochs=plan.train.epochs) == plan.train


def test_folders_tell_arm_point_and_seed(plan: Plan) -> None:
    assert next(iter(cells(plan))).folder == "arms/original/train.epochs=10,data.image_size=64/seed-0"
    assert next(iter(cells(plan_of(f"{TOP}[[arms]]\nname = 'a'\n")))).folder == "arms/a/seed-0"


@given(st.lists(st.tuples(st.just("model.weights"), st.text(min_size=1, max_size=300)), min_size=1, max_size=3))
def test_any_value_gives_one_safe_folder(point: list[tuple[str, str]]) -> None:
    name = point_folder(tuple(point))
    assert PurePosixPath(name).parts == (name,)
    assert len(name.encode()) <= 255
    assert name.isprintable()


@given(st.text(min_size=1, max_size=80), st.text(min_size=1, max_size=80))
def test_different_values_give_different_folders(one: str, other: str) -> None:
    same = point_folder((("data.group", one),)) == point_folder((("data.group", other),))
    assert same == (one == other)


def test_steps_are_those_of_the_baseline(plan: Plan) -> None:
    assert {spec.budget for spec in specs(plan)} == {SizeRule()}


def test_epochs_are_those_of_each_arm() -> None:
    text = PLAN.replace("[axes]", '[train]\nbudget = "epochs"\n[axes]')
    assert [spec.budget for spec in specs(plan_of(text))[:3]] == [
        SizeRule(),
        SizeRule(amounts=(0.1, 0.2)),
        SizeRule(copies=3),
    ]


def test_runs_survive_their_file(plan: Plan) -> None:
    for spec in specs(plan):
        assert msgspec.json.decode(msgspec.json.encode(spec), type=RunSpec) == spec


def test_all_runs_of_a_plan_differ(plan: Plan) -> None:
    found = specs(plan)
    assert len({spec.identity for spec in found}) == len(found)


def test_names_do_not_matter_to_identity() -> None:
    renamed = PLAN.replace('"original"', '"plain"').replace('name = "x"', 'name = "y"')
    assert [spec.identity for spec in specs(plan_of(renamed))] == [spec.identity for spec in specs(plan_of(PLAN))]


def test_the_order_of_axes_does_not_matter_to_identity() -> None:
    swapped = PLAN.replace(
        '"train.epochs" = [10, 20]\n"data.image_size" = [64, 96]',
        '"data.image_size" = [64, 96]\n"train.epochs" = [10, 20]',
    )
    assert {spec.identity for spec in specs(plan_of(swapped))} == {spec.identity for spec in specs(plan_of(PLAN))}


def test_an_axis_value_is_the_same_run_as_the_setting() -> None:
    by_axis = first(f"{TOP}[axes]\n'train.epochs' = [7]\n[[arms]]\nname = 'a'\n")
    by_key = first(f"{TOP}[train]\nepochs = 7\n[[arms]]\nname = 'a'\n")
    assert by_axis.identity == by_key.identity


@pytest.mark.parametrize(
    "change",
    [
        "positive = 'malignant'",
        "seeds = [4]",
        "[data]\nimage_size = 96",
        "[data]\nvalidation = 0.2",
        "[data]\ntest_seed = 1",
        "[data]\nfraction = 0.5",
        "[data]\non_corrupt = 'skip'",
        "[data]\nleak = 'keep'",
        "[data]\ngroup = 'p(.)'",
        "[model]\nname = 'resnet18'",
        "[model]\nnormalise = 'half'",
        "[train]\nepochs = 31",
        "[train]\nbatch_size = 65",
        "[train]\noptimizer = 'sgd'",
        "[train]\nlr = 2e-3",
        "[train]\nmomentum = 0.8",
        "[train]\nweight_decay = 1e-4",
        "[train]\nschedule = 'cosine'",
        "[train]\nselect = 'best'",
        "[train]\nclass_weight = 'balanced'",
    ],
)
def test_any_setting_matters_to_identity(change: str) -> None:
    arm = "[[arms]]\nname = 'a'\n"
    assert first(f"{TOP}{change}\n{arm}").identity != first(f"{TOP}{arm}").identity


@pytest.mark.parametrize(
    "body",
    [
        "add = { policy = 'geometric', amount = 0.1 }",
        "add = { policy = 'geometric', amount = 0.2 }",
        "add = { policy = { name = 'geometric', rotate = 3 }, amount = 0.1 }",
        "add = { generator = 'dcgan64', amount = 0.1 }",
        "replace = { policy = 'geometric', copies = 1 }",
        "online = { policy = 'geometric' }",
    ],
)
def test_any_change_of_an_arm_matters_to_identity(body: str) -> None:
    others = [
        first(f"{TOP}[[arms]]\nname = 'a'\n{other}\n").identity for other in ("", "online = { policy = 'augmix' }")
    ]
    assert first(f"{TOP}[[arms]]\nname = 'a'\n{body}\n").identity not in others


def test_data_device_and_weights_matter_to_identity() -> None:
    text = f"{TOP}[[arms]]\nname = 'a'\n"
    base = first(text).identity
    threads = Environment(device="cpu", precision="fp32", threads=2)
    others = [
        first(text, fingerprint="g").identity,
        first(text, environment=threads).identity,
        first(text, weights_hash="h").identity,
    ]
    assert len({base, *others}) == 4


def test_sets_are_shared_by_what_does_not_change_them(plan: Plan) -> None:
    runs = [spec for spec in specs(plan) if spec.arm.name == "both" and spec.seed == 0]
    assert len({made.identity for spec in runs for made in set_specs(spec)}) == 2, "one for each addition"


def test_sets_of_another_seed_are_others(plan: Plan) -> None:
    zero, one = (
        {made.identity for spec in specs(plan) if spec.seed == seed for made in set_specs(spec)} for seed in (0, 1)
    )
    assert not zero & one


def test_an_arm_without_made_images_reads_no_set() -> None:
    assert set_specs(first(f"{TOP}[[arms]]\nname = 'a'\nonline = {{ policy = 'mixup' }}\n")) == []


def test_every_set_of_an_arm_is_in_its_order(plan: Plan) -> None:
    spec = next(spec for spec in specs(plan) if spec.arm.name == "both")
    assert [made.amount for made in set_specs(spec)] == [0.1, 0.2]


@given(st.lists(st.floats(0.01, 10), max_size=3), st.lists(st.integers(0, 5000), min_size=1, max_size=4))
@settings(deadline=None)
def test_a_set_is_as_large_as_its_parts(amounts: list[float], counts: list[int]) -> None:
    rule = SizeRule(amounts=tuple(amounts))
    assert rule.size(counts) == sum(counts) + sum(SizeRule(amounts=(a,)).size(counts) - sum(counts) for a in amounts)


def test_an_arm_of_originals_has_the_empty_rule() -> None:
    assert SizeRule.of(ArmSpec(name="a")) == SizeRule()
