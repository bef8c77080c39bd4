"""The built-in dataset: real photographs, parted so that nothing is in both train and test."""

from __future__ import annotations

import importlib.machinery
import importlib.util
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from augtui.dataset import demo
from augtui.dataset.demo import BORDER, CLASSES, GAP, SIDE, TEST, TRAIN, class_patches, write_demo
from augtui.dataset.layout import read_layout
from augtui.errors import AugtuiError

PHOTOGRAPH = 512


def noise(seed: int) -> Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 256, (PHOTOGRAPH, PHOTOGRAPH), dtype=np.uint8)
    return Image.fromarray(pixels)


def pasted(left: Image.Image, right: Image.Image, column: int) -> Image.Image:
    """One picture up to a column, the other from there on."""
    both = left.copy()
    both.paste(right.crop((column, 0, PHOTOGRAPH, PHOTOGRAPH)), (column, 0))
    return both


def content(patches: list[Image.Image]) -> list[bytes]:
    return [patch.tobytes() for patch in patches]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo(tmp_path_factory.mktemp("data") / "demo")


def test_it_is_a_dataset_of_three_classes(written: Path) -> None:
    layout = read_layout(written)
    assert layout.classes == CLASSES
    counted = {(file.split, file.label) for file in layout.files}
    assert counted == {(split, label) for split in ("train", "test") for label in range(3)}
    assert len(layout.files) == len(CLASSES) * (TRAIN + TEST)


def test_it_says_where_it_comes_from_and_that_it_is_free(written: Path) -> None:
    about = read_layout(written).about
    assert about.licence == "CC0-1.0"
    assert "scikit-image" in about.source


def test_its_pictures_are_those_that_scikit_image_ships(written: Path) -> None:
    for name in CLASSES:
        picture = demo._picture(name)
        assert picture.size == (PHOTOGRAPH, PHOTOGRAPH)
        expected = class_patches(name, picture)
        for split, patches in expected.items():
            files = sorted((written / split / name).iterdir())
            assert content([Image.open(file) for file in files]) == content(patches)


@pytest.mark.parametrize("name", CLASSES)
def test_training_patches_do_not_see_the_right_part(name: str) -> None:
    assert content(class_patches(name, pasted(noise(0), noise(1), BORDER))["train"]) == content(
        class_patches(name, pasted(noise(0), noise(2), BORDER))["train"]
    )


@pytest.mark.parametrize("name", CLASSES)
def test_test_patches_do_not_see_the_left_part_nor_the_gap(name: str) -> None:
    column = BORDER + GAP
    assert content(class_patches(name, pasted(noise(1), noise(0), column))["test"]) == content(
        class_patches(name, pasted(noise(2), noise(0), column))["test"]
    )


@pytest.mark.parametrize("name", CLASSES)
def test_no_patch_reaches_beyond_its_part(name: str) -> None:
    grey = Image.new("L", (PHOTOGRAPH, PHOTOGRAPH), 100)
    for patches in class_patches(name, grey).values():
        assert all(patch.size == (SIDE, SIDE) and len(set(patch.tobytes())) == 1 for patch in patches)


def test_its_patches_differ(written: Path) -> None:
    files = list(written.rglob("*.png"))
    assert len({file.read_bytes() for file in files}) == len(files)


def test_it_is_written_once_and_then_left_alone(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    assert write_demo(tmp_path / "demo") == tmp_path / "demo"
    assert list((tmp_path / "demo").iterdir()) == []


def test_it_is_the_same_every_time(written: Path, tmp_path: Path) -> None:
    again = write_demo(tmp_path / "demo")
    for file in written.rglob("*.*"):
        assert (again / file.relative_to(written)).read_bytes() == file.read_bytes()


def test_another_process_that_writes_it_first_wins(
    written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_class = demo._write_class

    def overtaken(root: Path, name: str, picture: Image.Image) -> None:
        write_class(root, name, picture)
        if name == CLASSES[-1]:
            monkeypatch.setattr(demo, "_write_class", write_class)
            write_demo(tmp_path / "demo")

    monkeypatch.setattr(demo, "_write_class", overtaken)
    write_demo(tmp_path / "demo")
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]
    assert len(read_layout(tmp_path / "demo").files) == len(CLASSES) * (TRAIN + TEST)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(AugtuiError) as caught:
        write_demo(tmp_path / "data" / "demo")
    assert caught.value.message.startswith(f"cannot write the demo dataset to {tmp_path}/data/demo: ")


def test_missing_pictures_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = importlib.machinery.ModuleSpec("skimage", None, is_package=True)
    empty.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: empty)
    with pytest.raises(AugtuiError) as caught:
        write_demo(tmp_path / "demo")
    assert caught.value.message.startswith(f"the demo picture {tmp_path}/data/brick.png")
    assert caught.value.hint == "reinstall scikit-image"
