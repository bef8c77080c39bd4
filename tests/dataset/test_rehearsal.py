"""What only a dataset can refuse is refused before anything is decoded, and before there is a study."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from augtui.dataset.layout import read_layout
from augtui.dataset.rehearsal import misfits
from augtui.dataset.splits import split
from augtui.dataset.store import open_dataset
from augtui.errors import AugtuiError
from augtui.plan.kept import parse_plan
from augtui.plan.spec import Plan
from tests.toys import write_dataset

PLAN = """
name = "toy"
dataset = "toy"
[data]
image_size = 16
{data}
[[arms]]
name = "original"
[[arms]]
name = "more"
add = {{ policy = "duplicate", amount = {amount} }}
"""


def plan(folder: Path, data: str = "", amount: float = 0.5) -> Plan:
    return parse_plan(PLAN.format(data=data, amount=amount), "plan.toml", folder)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_dataset(tmp_path / "images", train=16, test=4)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("validation = 0.99", "plan.toml: data: the class dark (16 images) would have no training images"),
        ("validation = 0.01", "plan.toml: data: the class dark (16 images) would have no validation images"),
        (
            'group = "patient_(\\\\d+)"',
            'plan.toml: data.group: the regex "patient_(\\d+)" fits no file name, not even 0.png',
        ),
        ('group = "patient"', "names a column, and there is no"),
    ],
)
def test_a_split_that_cannot_be_is_a_problem_of_the_plan(root: Path, data: str, told: str) -> None:
    (problem,) = misfits(plan(root, data), read_layout(root), "plan.toml")
    assert told in problem.text
    assert problem.level == "block"


def test_an_amount_that_is_no_image_is_a_problem_of_its_arm(root: Path) -> None:
    (problem,) = misfits(plan(root, amount=0.01), read_layout(root), "plan.toml")
    assert problem.text.startswith('plan.toml: arms."more".add: amount = 0.01 adds no image at all')
    assert "14 training images" in problem.text


def test_what_fits_is_no_problem(root: Path) -> None:
    assert misfits(plan(root), read_layout(root), "plan.toml") == []


@pytest.mark.parametrize("validation", [0.0, 0.02, 0.05, 0.3, 0.5, 0.9, 0.96, 0.97, 0.99])
def test_what_is_refused_would_be_refused_by_the_decoded_dataset_as_well(root: Path, validation: float) -> None:
    first = root / "train" / "dark" / "0.png"
    (root / "train" / "dark" / "1.png").write_bytes(first.read_bytes())
    layout = read_layout(root)
    asked = plan(root, f"validation = {validation}")
    if misfits(asked, layout, ""):
        dataset = open_dataset(layout, 16, cache=root.parent / "cache")
        with pytest.raises(AugtuiError):
            split(dataset, asked.data, 0)


def test_each_point_of_the_axes_is_tried(root: Path) -> None:
    axes = parse_plan(PLAN.format(data='[axes]\n"data.validation" = [0.2, 0.99]', amount=0.5), "plan.toml", root)
    assert [axis.key for axis in axes.axes] == ["data.validation"]
    (problem,) = misfits(axes, read_layout(root), "plan.toml")
    assert problem.message.endswith("(at data.validation=0.99)")
    assert misfits(msgspec.structs.replace(axes, axes=()), read_layout(root), "plan.toml") == []
