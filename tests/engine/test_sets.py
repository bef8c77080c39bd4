from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from augtui.dataset.layout import read_layout
from augtui.dataset.splits import split
from augtui.dataset.store import Dataset, open_dataset
from augtui.engine.sets import MadeSet, is_made, made_set, parents
from augtui.errors import AugtuiError
from augtui.plan.grid import Environment, SetSpec
from augtui.plan.spec import DataSpec, PolicySpec
from tests.policy_specs import policy_spec
from tests.toys import write_dataset

CPU = Environment(device="cpu", precision="fp32", threads=1)


def _spec(**fields: object) -> SetSpec:
    defaults = {"policy": PolicySpec(name="duplicate"), "seed": 0, "fingerprint": "toy", "data": DataSpec()}
    return SetSpec(**(defaults | {"environment": CPU} | fields))  # type: ignore[arg-type]


def test_the_study_s_ten_percent_of_1440_and_1197_is_144_and_120() -> None:
    labels = np.repeat([0, 1], [1440, 1197])
    rows, _ = parents(_spec(amount=0.10), labels, np.arange(len(labels)))
    assert np.bincount(labels[rows]).tolist() == [144, 120]


@given(
    counts=st.lists(st.integers(1, 12), min_size=2, max_size=4),
    amounts=st.tuples(st.floats(0.5, 3.0), st.floats(0.5, 3.0)),
    seed=st.integers(0, 3),
)
def test_a_smaller_amount_is_a_part_of_a_larger_and_no_parent_repeats_before_all_have_served(
    counts: list[int], amounts: tuple[float, float], seed: int
) -> None:
    labels = np.repeat(np.arange(len(counts)), counts)
    train = np.arange(len(labels))
    drawn = []
    for amount in sorted(amounts):
        rows, passes = parents(_spec(amount=amount, seed=seed), labels, train)
        for label in range(len(counts)):
            mine = labels[rows] == label
            served = np.bincount(rows[mine], minlength=len(labels))[labels == label]
            assert served.max() - served.min() <= 1
        drawn.append(set(zip(rows.tolist(), passes.tolist(), strict=True)))
    assert drawn[0] <= drawn[1]


@given(train=st.sets(st.integers(0, 39), min_size=4, max_size=20), copies=st.integers(1, 3))
def test_nothing_is_made_from_an_image_outside_the_training_part(train: set[int], copies: int) -> None:
    labels = np.arange(40) % 2
    rows = np.array(sorted(train))
    for spec in (_spec(copies=copies), _spec(amount=0.7)):
        made, _ = parents(spec, labels, rows)
        assert set(made.tolist()) <= train


def test_an_amount_that_adds_no_image_is_refused() -> None:
    with pytest.raises(
        AugtuiError, match=r"amount = 0\.01 adds no image at all: the largest class has 9 training images"
    ):
        parents(_spec(amount=0.01), np.repeat([0, 1], [7, 9]), np.arange(16))


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("toy")
    return open_dataset(read_layout(write_dataset(folder / "images")), 16, cache=folder / "cache")


def _make(toy: Dataset, cache: Path, **fields: object) -> MadeSet:
    data = DataSpec(image_size=16, validation=0.25)
    spec = _spec(data=data, policy=policy_spec("geometric"), fingerprint=toy.fingerprint, **fields)
    return made_set(spec, toy, split(toy, data, 0), torch.device("cpu"), cache)


def test_copies_take_every_training_image_once_in_each_pass(toy: Dataset, tmp_path: Path) -> None:
    made = _make(toy, tmp_path, copies=3)
    train = split(toy, DataSpec(validation=0.25), 0).train
    assert made.rows.tolist() == train.tolist() * 3
    assert made.passes.tolist() == [0] * len(train) + [1] * len(train) + [2] * len(train)
    assert made.labels.tolist() == toy.labels[made.rows].tolist()
    assert made.images.shape == (3 * len(train), 3, 16, 16)
    first, second = made.images[: len(train)], made.images[len(train) : 2 * len(train)]
    assert not np.array_equal(first, second)


def test_a_set_is_made_once_and_is_the_same_wherever_it_is_made(toy: Dataset, tmp_path: Path) -> None:
    one, other = _make(toy, tmp_path / "a", amount=0.5), _make(toy, tmp_path / "b", amount=0.5)
    assert np.array_equal(one.images, other.images)
    (folder,) = (tmp_path / "a" / "sets").iterdir()
    before = folder.stat().st_mtime_ns
    _make(toy, tmp_path / "a", amount=0.5)
    assert folder.stat().st_mtime_ns == before


def test_a_smaller_amount_has_the_same_pictures(toy: Dataset, tmp_path: Path) -> None:
    small, large = _make(toy, tmp_path, amount=0.25), _make(toy, tmp_path, amount=0.5)
    found = _by_parent(large)
    for key, picture in _by_parent(small).items():
        assert found[key] == picture


def _by_parent(made: MadeSet) -> dict[tuple[int, int], bytes]:
    parts = zip(made.rows.tolist(), made.passes.tolist(), made.images, strict=True)
    return {(row, number): image.tobytes() for row, number, image in parts}


def test_every_made_image_names_its_parent(toy: Dataset, tmp_path: Path) -> None:
    made = _make(toy, tmp_path, amount=0.5)
    (lineage,) = tmp_path.glob("sets/*/lineage.csv")
    lines = lineage.read_text().splitlines()[1:]
    assert [line.split(",")[2] for line in lines] == [toy.paths[row] for row in made.rows]


def test_a_set_whose_maker_died_does_not_count(toy: Dataset, tmp_path: Path) -> None:
    spec = _spec(amount=0.5)
    half = tmp_path / "sets" / f".{spec.identity}-dead"
    half.mkdir(parents=True)
    (half / "lineage.csv").write_text("index\n")
    assert not is_made(spec, tmp_path)
