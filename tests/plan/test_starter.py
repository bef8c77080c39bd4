"""The plan that `augtui init` writes."""

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from augtui.plan.keys import SECTIONS, TOP
from augtui.plan.spec import Plan
from augtui.plan.writer import starter_plan

from .builders import plan_of

COUNTS = {"benign": 1440, "malignant": 1197}


def starter(sizes: tuple[tuple[int, int], ...] = ((128, 128),), **options: Any) -> str:
    return starter_plan("skin_lesion", list(COUNTS), COUNTS, sizes, **options)


def test_it_can_be_read_as_it_is() -> None:
    plan = plan_of(starter(positive="malignant"))
    assert (plan.name, plan.dataset, plan.positive) == ("skin_lesion", "skin_lesion", "malignant")
    assert [arm.name for arm in plan.arms] == ["original", "duplicate", "geometric", "trivialaugment"]
    assert len(plan.seeds) == 5


def test_it_says_what_the_dataset_is() -> None:
    assert starter().startswith("# skin_lesion: 2,637 training images (benign 1,440, malignant 1,197)\n")


@pytest.mark.parametrize("table", [None, *SECTIONS])
def test_every_other_key_stands_in_it_as_a_comment_that_works(table: str | None) -> None:
    """Taking the "# " from the keys of a table gives a plan that can be read."""
    lines = starter(positive="malignant").splitlines()
    keys = TOP if table is None else SECTIONS[table]
    current = None
    for number, line in enumerate(lines):
        if line.startswith("["):
            current = line.strip("[]")
        if current == table and any(line.startswith(f"# {key.name} = ") for key in keys):
            lines[number] = line.removeprefix("# ")
    read = tomllib.loads("\n".join(lines))
    assert set(read if table is None else read[table]) >= {key.name for key in keys}
    assert isinstance(plan_of("\n".join(lines)), Plan)


@pytest.mark.parametrize(
    ("side", "image_size", "stored"), [(28, 32, 32), (48, 64, 64), (100, 64, 64), (128, 64, 128), (2000, 64, 128)]
)
def test_sizes_follow_the_images(side: int, image_size: int, stored: int) -> None:
    data = plan_of(starter(sizes=((side, side + 50), (side + 1, side)))).data
    assert (data.image_size, data.stored) == (image_size, stored)


@pytest.mark.parametrize(
    ("counts", "options", "validation"),
    [
        ((8, 4), {}, 0.15),
        ((8, 3), {}, 0),
        ((8, 4), {"has_test": False}, 0),
        ((8, 5), {"has_test": False}, 0.15),
        ((8, 1), {"has_validation": True}, 0.15),
        ((800, 800), {"has_validation": False}, 0),
    ],
)
def test_nothing_is_carved_for_validation_where_a_class_can_spare_no_image(
    counts: tuple[int, int], options: dict[str, bool], validation: float
) -> None:
    text = starter_plan("few", ["a", "b"], dict(zip("ab", counts, strict=True)), [], **options)
    assert plan_of(text).data.validation == validation
    assert ("a class has too few images to spare any" in text) == (validation == 0)


def test_what_the_duplicates_add_is_at_least_one_image() -> None:
    amounts = [
        plan_of(starter_plan("few", ["a", "b"], {"a": count, "b": 1}, [])).arms[1].add[0].amount for count in (2, 3)
    ]
    assert amounts == [1.0, 0.2]


@pytest.mark.parametrize(("count", "batch_size"), [(20, 8), (200, 16), (500, 32), (5000, 64)])
def test_batches_are_small_where_images_are_few(count: int, batch_size: int) -> None:
    plan = plan_of(starter_plan("few", ["a", "b"], {"a": count // 2, "b": count // 2}, []))
    assert plan.train.batch_size == batch_size


def test_leaks_are_dropped_from_training_where_there_are_any() -> None:
    assert plan_of(starter(leaks=True)).data.leak == "drop-from-train"


def test_a_flat_dataset_shows_its_test_share() -> None:
    assert "\ntest = 0.2 " in starter(has_test=False)


def test_no_line_is_too_long_for_a_terminal() -> None:
    many = {f"class-{number}": 10 for number in range(200)}
    assert max(map(len, starter_plan("many", list(many), many, []).splitlines())) <= 110


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60).filter(str.strip),
    st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=20, unique=True),
)
@settings(deadline=None, max_examples=50)
def test_any_names_give_a_plan(dataset: str, classes: list[str]) -> None:
    plan = plan_of(starter_plan(dataset, classes, dict.fromkeys(classes, 5), [(64, 64)]))
    assert plan.dataset == dataset
