"""Augmented copies outside any study: made from training images alone."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from augtui.dataset.layout import read_layout
from augtui.dataset.splits import split
from augtui.dataset.store import open_dataset
from augtui.engine.offline import Request, write_copies
from augtui.plan.spec import DataSpec, PolicySpec
from tests.toys import write_dataset


def copies(dataset: Path, out: Path) -> tuple[dict[str, int], list[str]]:
    """What is answered, and the parents of all copies."""
    policy = PolicySpec(name="duplicate")
    request = Request(dataset, policy, out, size=None, seed=0, count=2, cache=out.parent / "cache")
    answer = write_copies(request, lambda *_: None)
    with (out / "lineage.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert all((out / row["path"]).is_file() for row in rows)
    return answer, [row["parent"] for row in rows]


@pytest.fixture
def flat(tmp_path: Path) -> Path:
    """A dataset without splits of its own, in which a picture comes twice."""
    root = write_dataset(tmp_path / "images")
    (tmp_path / "flat").mkdir()
    for name in ("dark", "light"):
        shutil.copytree(root / "train" / name, tmp_path / "flat" / name)
    shutil.copy(tmp_path / "flat" / "dark" / "0.png", tmp_path / "flat" / "dark" / "again.png")
    return tmp_path / "flat"


def test_no_test_image_of_a_study_has_a_copy(flat: Path, tmp_path: Path) -> None:
    answer, parents = copies(flat, tmp_path / "out")
    dataset = open_dataset(read_layout(flat), DataSpec().stored, cache=tmp_path / "cache")
    tested = {dataset.paths[row] for row in split(dataset, DataSpec(), 0).test.tolist()}
    assert tested
    assert set(parents) == set(dataset.paths) - tested
    assert answer == {"images": 2 * (len(dataset) - len(tested)), "left_out": len(tested)}


def test_of_a_dataset_with_a_test_folder_all_training_images_are_copied(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "images", train=3, test=2)
    answer, parents = copies(root, tmp_path / "out")
    assert set(parents) == {f"train/{name}/{number}.png" for name in ("dark", "light") for number in range(3)}
    assert answer == {"images": 12, "left_out": 0}
