"""Who trains, who validates, who tests."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, reject, settings

from augtui.dataset.splits import Rows, Split, leaked_rows, split
from augtui.dataset.store import Dataset
from augtui.errors import AugtuiError
from augtui.plan.spec import DataSpec

from .sheets import counts, entangled, of_counts, seeds, shares, sheet

PATIENT = settings(deadline=None, max_examples=60)


def half_up(value: float) -> int:
    return math.floor(value + 0.5 + 1e-9)


def per_class(dataset: Dataset, rows: Rows) -> list[int]:
    counted: list[int] = np.bincount(dataset.labels[rows], minlength=len(dataset.classes)).tolist()
    return counted


def parts(found: Split) -> list[set[int]]:
    return [set(rows.tolist()) for rows in (found.train, found.validation, found.test)]


def split_or_skip(dataset: Dataset, data: DataSpec, seed: int) -> Split:
    """The split, for entangled rows that can be split at all."""
    try:
        return split(dataset, data, seed)
    except AugtuiError as error:
        if "would have no" not in error.message:
            raise
        reject()


@PATIENT
@given(entangled(), shares, shares, seeds)
def test_every_row_is_on_one_side(dataset: Dataset, validation: float, test: float, seed: int) -> None:
    found = split_or_skip(dataset, DataSpec(validation=validation, test=test), seed)
    train, held, tested = parts(found)
    assert train | held | tested == set(range(len(dataset)))
    assert len(train) + len(held) + len(tested) == len(dataset)
    for rows in (found.train, found.validation, found.test):
        assert rows.dtype == np.int64
        assert rows.tolist() == sorted(rows.tolist())


@PATIENT
@given(entangled(), shares, shares, seeds)
def test_what_belongs_together_is_carved_together(
    dataset: Dataset, validation: float, test: float, seed: int
) -> None:
    train, held, tested = parts(split_or_skip(dataset, DataSpec(validation=validation, test=test), seed))
    sides = (train, held) if "test" in dataset.splits else (train, held, tested)
    for keys in (dataset.groups, dataset.pixel_ids):
        named = [{keys[row] for row in side} - {""} for side in sides]
        assert sum(map(len, named)) == len(set().union(*named))


@PATIENT
@given(entangled(), shares, seeds)
def test_carving_misses_its_share_by_less_than_the_largest_unit(
    dataset: Dataset, validation: float, seed: int
) -> None:
    data = DataSpec(validation=validation, test=0.2)
    found = split_or_skip(dataset, data, seed)
    there = len(found.train) + len(found.validation)
    assert abs(len(found.validation) - validation * there) <= _largest_unit(dataset) + len(dataset.classes)


def _largest_unit(dataset: Dataset) -> int:
    """Rows that hang together, by repeated merging: slow, and unlike the code under test."""
    units = [{row} for row in range(len(dataset))]
    for keys in (dataset.groups, dataset.pixel_ids):
        for key in set(keys) - {""}:
            rows = {row for row, own in enumerate(keys) if own == key}
            touched = [unit for unit in units if unit & rows]
            units = [unit for unit in units if not unit & rows] + [set().union(*touched)]
    return max(map(len, units))


@PATIENT
@given(counts, shares, shares, seeds)
def test_single_images_are_stratified_to_the_very_count(
    sizes: list[int], validation: float, test: float, seed: int
) -> None:
    dataset = sheet(of_counts(*sizes))
    found = split(dataset, DataSpec(validation=validation, test=test), seed)
    wanted = [half_up(test * size) for size in sizes]
    assert per_class(dataset, found.test) == wanted
    left = [size - gone for size, gone in zip(sizes, wanted, strict=True)]
    assert per_class(dataset, found.validation) == [half_up(validation * size) for size in left]


def test_a_half_is_rounded_up() -> None:
    dataset = sheet(of_counts(10, 30), ["train"] * 39 + ["test"])
    assert per_class(dataset, split(dataset, DataSpec(validation=0.25), 0).validation) == [3, 7]


@PATIENT
@given(counts, seeds, shares, shares)
def test_a_smaller_fraction_is_part_of_a_larger_one(sizes: list[int], seed: int, one: float, other: float) -> None:
    dataset = sheet(of_counts(*sizes))
    small, large = sorted((one, other))
    few, many, all_rows = (split(dataset, DataSpec(fraction=share), seed) for share in (small, large, 1.0))
    assert set(few.train.tolist()) <= set(many.train.tolist()) <= set(all_rows.train.tolist())
    wanted = [max(1, half_up(small * count)) for count in per_class(dataset, all_rows.train)]
    assert per_class(dataset, few.train) == wanted


@PATIENT
@given(counts, seeds, shares)
def test_a_fraction_leaves_validation_and_test_as_they_are(sizes: list[int], seed: int, share: float) -> None:
    dataset = sheet(of_counts(*sizes))
    whole, part = split(dataset, DataSpec(), seed), split(dataset, DataSpec(fraction=share), seed)
    assert parts(whole)[1:] == parts(part)[1:]


@PATIENT
@given(entangled(), seeds)
def test_a_split_is_a_function_of_its_seed(dataset: Dataset, seed: int) -> None:
    data = DataSpec()
    assert parts(split_or_skip(dataset, data, seed)) == parts(split_or_skip(dataset, data, seed))


@PATIENT
@given(counts, seeds)
def test_another_seed_validates_on_other_images_and_tests_on_the_same(sizes: list[int], seed: int) -> None:
    dataset = sheet(of_counts(*sizes))
    first, second = split(dataset, DataSpec(), seed), split(dataset, DataSpec(), seed + 1)
    assert parts(first)[2] == parts(second)[2]
    assert parts(first)[1] != parts(second)[1]


def test_another_test_seed_tests_on_other_images() -> None:
    dataset = sheet(of_counts(40, 40))
    first, second = (split(dataset, DataSpec(test_seed=number), 0) for number in (0, 1))
    assert parts(first)[2] != parts(second)[2]


def test_the_test_folder_is_never_touched() -> None:
    dataset = sheet(of_counts(20, 20), (["train"] * 15 + ["test"] * 5) * 2)
    tested = [row for row, name in enumerate(dataset.splits) if name == "test"]
    for seed in range(5):
        assert split(dataset, DataSpec(test=0.5), seed).test.tolist() == tested


def test_no_validation_is_carved_where_none_is_wanted() -> None:
    dataset = sheet(of_counts(20, 20), (["train"] * 15 + ["test"] * 5) * 2)
    found = split(dataset, DataSpec(validation=0.0), 0)
    assert (len(found.train), len(found.validation)) == (30, 0)


def test_a_validation_folder_validates_for_every_seed() -> None:
    dataset = sheet(of_counts(20, 20), (["train"] * 12 + ["val"] * 4 + ["test"] * 4) * 2)
    own = [row for row, name in enumerate(dataset.splits) if name == "val"]
    for seed in range(3):
        found = split(dataset, DataSpec(), seed)
        assert found.validation.tolist() == own
        assert len(found.train) == 24


def test_large_groups_are_carved_as_near_as_they_allow() -> None:
    """A tenth of each class is wanted; patients have ten images each, a fifth."""
    dataset = sheet(of_counts(50, 50), groups=[f"patient {row // 10}" for row in range(100)])
    for seed in range(5):
        assert per_class(dataset, split(dataset, DataSpec(test=0.1, test_seed=seed), 0).test) == [10, 10]


def test_a_class_of_few_groups_keeps_some_on_every_side() -> None:
    dataset = sheet(of_counts(60, 60), groups=[f"{row // 20}" for row in range(60)] + [""] * 60)
    for seed in range(5):
        found = split(dataset, DataSpec(test=0.1, validation=0.1), seed)
        assert [per_class(dataset, rows)[0] for rows in (found.train, found.validation, found.test)] == [20, 20, 20]


FOLDERS = ["train"] * 6 + ["val"] * 3 + ["test"] * 3


def leaky() -> Dataset:
    """Of two classes; in the first, row 0 repeats a test picture, row 1 a validation picture, row 2 shares a test
    image's group, row 3 a validation image's group, and the validation row 6 repeats a test picture."""
    pictures = list(range(24))
    groups = [""] * 24
    pictures[0] = pictures[9]
    pictures[1] = pictures[7]
    pictures[6] = pictures[10]
    groups[2] = groups[11] = "anna"
    groups[3] = groups[8] = "bert"
    return sheet(of_counts(12, 12), FOLDERS * 2, groups, pictures)


def test_dropping_leaks_keeps_nothing_that_is_bound_to_a_held_out_image() -> None:
    found = split(leaky(), DataSpec(leak="drop-from-train"), 0)
    assert found.train.tolist() == [4, 5, *range(12, 18)]
    assert found.validation.tolist() == [7, 8, *range(18, 21)]
    assert found.test.tolist() == [9, 10, 11, *range(21, 24)]


@pytest.mark.parametrize("leak", ["keep", "block"])
def test_leaks_stay_unless_dropped(leak: str) -> None:
    found = split(leaky(), DataSpec(leak=leak), 0)  # type: ignore[arg-type]
    assert len(found.train) == 12
    assert len(found.validation) == 6


def test_leaks_are_told() -> None:
    assert leaked_rows(leaky(), DataSpec()) == [0, 1, 2, 3, 6]


@PATIENT
@given(entangled(with_test=True), seeds)
def test_after_dropping_nothing_is_on_both_sides_of_the_test_set(dataset: Dataset, seed: int) -> None:
    found = split_or_skip(dataset, DataSpec(leak="drop-from-train"), seed)
    train, held, tested = parts(found)
    for keys in (dataset.groups, dataset.pixel_ids):
        assert not ({keys[row] for row in train | held} & {keys[row] for row in tested}) - {""}


def test_rows_that_a_check_names_neither_train_nor_validate() -> None:
    dataset = sheet(of_counts(12, 12), FOLDERS * 2)
    found = split(dataset, DataSpec(), 0, drop=frozenset({0, 6, 9}))
    assert 0 not in parts(found)[0]
    assert 6 not in parts(found)[1]
    assert 9 in parts(found)[2]


@pytest.mark.parametrize(
    ("dataset", "data", "message", "hint"),
    [
        (
            sheet(of_counts(2, 40)),
            DataSpec(test=0.1),
            "the class a (2 images) would have no test images",
            "add images, or raise data.test",
        ),
        (
            sheet(of_counts(2, 40)),
            DataSpec(test=0.9),
            "the class a (2 images) would have no training images",
            "add images, or lower data.test",
        ),
        (
            sheet(of_counts(4, 40), ["train", "train", "test", "test", *["train"] * 39, "test"]),
            DataSpec(validation=0.1),
            "the class a (2 images) would have no validation images",
            "add images, or raise data.validation, or set it to 0",
        ),
        (
            sheet(of_counts(2, 40), ["train", "test", *["train"] * 39, "test"]),
            DataSpec(validation=0.6),
            "the class a (1 image) would have no training images",
            "add images, or lower data.validation",
        ),
        (
            sheet(of_counts(20, 20), groups=["anna"] * 20 + [f"{row}" for row in range(20)]),
            DataSpec(),
            "the class a (20 images in 1 inseparable group) would have no test images",
            "add images, or raise data.test",
        ),
        (
            sheet(of_counts(2, 3), ["train", "test", "train", "train", "test"], pictures=[0, 0, 2, 3, 4]),
            DataSpec(leak="drop-from-train"),
            "the class a (1 image) would have no training images",
            'add images, or set data.leak = "keep", which keeps what repeats held-out images',
        ),
        (
            sheet(of_counts(3, 3), ["train", "val", "test", "train", "train", "test"], pictures=[0, 1, 1, 3, 4, 5]),
            DataSpec(leak="drop-from-train"),
            "every image of the validation folder repeats a test image",
            "remove the folder: validation images are then carved from the training images",
        ),
    ],
)
def test_a_class_without_images_on_a_side_is_refused(
    dataset: Dataset, data: DataSpec, message: str, hint: str
) -> None:
    with pytest.raises(AugtuiError) as caught:
        split(dataset, data, 0)
    assert (caught.value.message, caught.value.hint) == (message, hint)
