"""Two real datasets, where they are at hand."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from augtui.dataset.decode import open_upright
from augtui.dataset.layout import Layout, read_layout
from augtui.dataset.splits import split
from augtui.dataset.store import Dataset, duplicates, open_dataset
from augtui.plan.spec import DataSpec

CHECKOUT = Path(__file__).parents[2]
DATA = Path(os.environ.get("AUGTUI_REAL_DATA") or CHECKOUT.parent / "shared" / "data")

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real images are not here")


@pytest.fixture(scope="module")
def xray(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return open_dataset(read_layout(DATA / "covid_xray"), 64, cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def skin() -> Layout:
    return read_layout(DATA / "skin_lesion")


def counts(layout_or_dataset: Layout | Dataset) -> dict[tuple[str, str], int]:
    """Images by split and class."""
    if isinstance(layout_or_dataset, Layout):
        pairs = [(file.split, file.label) for file in layout_or_dataset.files]
    else:
        pairs = list(zip(layout_or_dataset.splits, layout_or_dataset.labels.tolist(), strict=True))
    return dict(Counter((split, layout_or_dataset.classes[label]) for split, label in pairs))


def test_the_xrays_are_those_of_the_study(xray: Dataset) -> None:
    train, test = (111, 70, 70), (26, 20, 20)
    names = ("covid", "normal", "pneumonia")
    expected = {("train", name): count for name, count in zip(names, train, strict=True)}
    assert counts(xray) == expected | {("test", name): count for name, count in zip(names, test, strict=True)}


def test_grey_xrays_are_among_the_rgb_ones(xray: Dataset) -> None:
    assert Counter(xray.modes) == {"RGB": 275, "L": 42}
    grey = xray.pixels[[row for row, mode in enumerate(xray.modes) if mode == "L"]]
    np.testing.assert_array_equal(grey[:, 0], grey[:, 2])


def test_xrays_of_the_same_name_are_told_apart(xray: Dataset) -> None:
    places: dict[str, int] = Counter(path.rpartition("/")[2] for path in xray.paths)
    assert sum(count > 1 for count in places.values()) == 93
    assert len(set(xray.paths)) == len(xray) == 317


def test_equal_xrays_lie_on_one_side_of_validation(xray: Dataset) -> None:
    found = split(xray, DataSpec(leak="drop-from-train"), 0)
    side = {row: name for name in ("train", "validation", "test") for row in getattr(found, name).tolist()}
    repeated = duplicates(xray)
    assert repeated
    assert all(len({side[row] for row in rows if row in side}) == 1 for rows in repeated)


def test_the_lesions_are_those_of_the_study(skin: Layout) -> None:
    assert counts(skin) == {
        ("train", "benign"): 1440,
        ("train", "malignant"): 1197,
        ("test", "benign"): 360,
        ("test", "malignant"): 300,
    }


def test_three_lesions_are_turned(skin: Layout) -> None:
    turned = []
    for file in skin.files:
        with Image.open(skin.root / file.path) as image:
            orientation = image.getexif().get(0x0112, 1)
            if orientation != 1:
                image.load()
                turned.append((orientation, image, skin.root / file.path))
    assert [orientation for orientation, _, _ in turned] == [6, 6, 6]
    for _, image, path in turned:
        upright, _, _ = open_upright(path)
        np.testing.assert_array_equal(np.asarray(upright), np.rot90(np.asarray(image), -1))
