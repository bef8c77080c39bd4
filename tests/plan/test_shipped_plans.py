"""The plans in data/plans."""

from pathlib import Path

import pytest

from augtui.plan.grid import cells
from augtui.plan.reader import problems, read_plan
from augtui.plan.spec import Plan

PLANS = Path(__file__).parents[2] / "data" / "plans"


def shipped(name: str) -> Plan:
    return read_plan(PLANS / f"{name}.toml").plan


@pytest.mark.parametrize("path", sorted(PLANS.glob("*.toml")), ids=lambda path: path.name)
def test_every_plan_is_good(path: Path) -> None:
    assert problems(path) == []


def test_the_demo_has_four_arms_and_five_seeds() -> None:
    plan = shipped("demo")
    assert plan.dataset == "demo"
    assert len(plan.arms) >= 4
    assert len(plan.seeds) == 5


def test_the_x_rays_are_trained_on_copies_as_in_the_original_study() -> None:
    plan = shipped("covid_xray")
    assert plan.data.leak == "drop-from-train"
    original, copies, online = plan.arms
    assert (original.add, original.replace, original.online) == ((), None, None)
    assert copies.replace is not None
    assert (copies.replace.policy.name, copies.replace.copies) == ("geometric", 3)
    assert online.online is not None
    assert online.online.name == "trivialaugment"


def test_the_skin_lesions_are_trained_as_in_the_original_study() -> None:
    plan = shipped("skin_lesion")
    assert plan.positive == "malignant"
    assert (plan.train.optimizer, plan.train.lr, plan.train.batch_size) == ("adam", 1e-3, 64)
    assert (plan.model.name, plan.data.image_size, plan.data.validation) == ("cnn", 64, 0.15)
    assert sorted({cell.point for cell in cells(plan)}) == [(("train.epochs", 10),), (("train.epochs", 30),)]
