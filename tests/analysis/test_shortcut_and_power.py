"""Labels that files give away are found; what a study could show is told before it is trained."""

import math
from pathlib import Path

import pytest
from PIL import Image

from augtui.plan.spec import ArmSpec
from tests.analysis.pictures import found, picture, plan, report, write_dataset

MANY = {"train": 30, "test": 15}


def test_labels_that_follow_from_the_border_are_found(tmp_path: Path) -> None:
    def framed(seed: int) -> Image.Image:
        image = picture(seed)
        if seed < 30 or 60 <= seed < 75:  # the cats
            image.paste((0, 0, 0), (0, 0, 64, 3))
        return image

    checked = report(write_dataset(tmp_path / "set", make=framed, **MANY), plan())
    for name in ("metadata", "border"):
        problem = found(checked.problems, f"shortcut-{name}")
        assert problem is not None
        assert problem.level == "warn"
    metadata = checked.probes[0]
    assert metadata.balanced_accuracy > 0.95
    assert "border brightness and colour" in metadata.telling
    assert metadata.low <= metadata.balanced_accuracy <= metadata.high


def test_labels_that_follow_from_the_size_are_found(tmp_path: Path) -> None:
    def sized(seed: int) -> Image.Image:
        return picture(seed, side=64 if seed < 30 or 60 <= seed < 75 else 72)

    checked = report(write_dataset(tmp_path / "set", make=sized, **MANY), plan())
    problem = found(checked.problems, "shortcut-metadata")
    assert problem is not None
    assert "picture size" in problem.message


def test_labels_without_a_shortcut_are_guessed(tmp_path: Path) -> None:
    checked = report(write_dataset(tmp_path / "set", **MANY), plan())
    assert [probe.name for probe in checked.probes] == ["metadata", "border"]
    assert all(abs(probe.balanced_accuracy - 0.5) < 0.2 for probe in checked.probes)
    assert not any(problem.code.startswith("shortcut") for problem in checked.problems)


def test_probe_needs_images_and_says_so(tmp_path: Path) -> None:
    checked = report(write_dataset(tmp_path / "set", train=6, test=4), plan())
    assert checked.probes == []
    assert checked.skipped == ["shortcut probe: it takes 50 images and 5 of each class"]


def test_power_table_has_the_planned_seeds_and_the_end_of_what_seeds_can_do(tmp_path: Path) -> None:
    arms = (ArmSpec(name="original"), ArmSpec(name="more"))
    rows = report(write_dataset(tmp_path / "set", **MANY), plan(*arms, seeds=tuple(range(7)))).power
    assert [row.seeds for row in rows] == [3, 5, 7, 10, 20, None]
    visible = [row.balanced_accuracy for row in rows]
    assert visible == sorted(visible, reverse=True)


@pytest.mark.parametrize("test", [4, 15])
def test_more_seeds_never_hide_a_difference(tmp_path: Path, test: int) -> None:
    rows = report(write_dataset(tmp_path / "set", train=10, test=test), plan()).power
    shown = [row.accuracy for row in rows]
    assert shown == sorted(shown, reverse=True)
    assert rows[-1].seeds is None


def test_end_of_what_seeds_can_do_is_the_hand_computed_one(tmp_path: Path) -> None:
    row = report(write_dataset(tmp_path / "set", **MANY), plan()).power[-1]
    # 30 test images, 10 % of them judged differently: SE = sqrt(0.1 / 30); normal quantiles 1.9600 and 0.8416.
    assert row.accuracy == pytest.approx((1.9600 + 0.8416) * math.sqrt(0.1 / 30), rel=1e-3)
    assert row.recall is None


def test_recall_has_a_row_of_its_own_with_a_positive_class(tmp_path: Path) -> None:
    made = plan(positive="dog")
    row = report(write_dataset(tmp_path / "set", **MANY), made).power[-1]
    assert row.recall is not None
    assert row.recall > row.accuracy
