"""Which files of a folder are images, of which split and class."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from PIL import Image

from augtui.dataset.layout import read_layout
from augtui.errors import AugtuiError

from .trees import TWO_BY_TWO, encoded, grow, noise


def rows(root: Path) -> list[tuple[str, str, str]]:
    """Path, split and class name of each file."""
    layout = read_layout(root)
    return [(file.path, file.split, layout.classes[file.label]) for file in layout.files]


def paths(root: Path) -> list[str]:
    return [path for path, _, _ in rows(root)]


def refusal(root: Path) -> AugtuiError:
    with pytest.raises(AugtuiError) as caught:
        read_layout(root)
    return caught.value


def test_splits_and_classes_come_from_the_names_of_folders(root: Path) -> None:
    assert rows(grow(root, TWO_BY_TWO)) == [
        ("test/cats/1.png", "test", "cats"),
        ("test/dogs/1.png", "test", "dogs"),
        ("train/cats/1.png", "train", "cats"),
        ("train/dogs/1.png", "train", "dogs"),
    ]
    assert not read_layout(root).flat


def test_a_flat_folder_has_no_splits(root: Path) -> None:
    grow(root, ["dogs/1.png", "cats/1.png"])
    assert rows(root) == [("cats/1.png", "", "cats"), ("dogs/1.png", "", "dogs")]
    assert read_layout(root).flat


@pytest.mark.parametrize("name", ["val", "valid", "validation", "Validation", "VAL"])
def test_a_validation_folder_has_several_names(root: Path, name: str) -> None:
    grow(root, [*TWO_BY_TWO, f"{name}/cats/1.png"])
    assert (f"{name}/cats/1.png", "val", "cats") in rows(root)


def test_train_and_test_may_be_called_training_and_testing(root: Path) -> None:
    grow(root, ["Training/a/1.png", "Training/b/1.png", "Testing/a/1.png", "Testing/b/1.png"])
    assert {split for _, split, _ in rows(root)} == {"train", "test"}


def test_validation_needs_not_have_every_class(root: Path) -> None:
    grow(root, [*TWO_BY_TWO, "val/cats/1.png", "val/dogs/"])
    assert [path for path, split, _ in rows(root) if split == "val"] == ["val/cats/1.png"]


def test_a_class_may_be_named_like_a_split(root: Path) -> None:
    grow(root, ["valid/1.png", "invalid/1.png"])
    assert read_layout(root).classes == ("invalid", "valid")


def test_classes_may_differ_in_upper_case_alone(root: Path) -> None:
    grow(root, ["a/1.png", "A/2.png"])
    if len(os.listdir(root)) < 2:
        pytest.skip("this file system takes a and A for the same")
    assert rows(root) == [("A/2.png", "", "A"), ("a/1.png", "", "a")]


def test_files_may_differ_in_upper_case_alone(root: Path) -> None:
    grow(root, ["a/1.png", "b/1.png", "b/1.PNG"])
    if len(os.listdir(root / "b")) < 2:
        pytest.skip("this file system takes 1.png and 1.PNG for the same")
    assert paths(root) == ["a/1.png", "b/1.PNG", "b/1.png"]


def test_other_folders_beside_the_splits_do_not_matter(root: Path) -> None:
    grow(root, [*TWO_BY_TWO, "masks/1.png", "unlabelled/deep/er/1.png"])
    assert len(paths(root)) == 4


JUNK = [
    ".DS_Store",
    "._1.png",
    "Thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    "1.png:Zone.Identifier",
    "~$notes.docx",
    "README",
    "LICENSE.txt",
    "labels.csv",
    "annotations.json",
    "1.xml",
]


@pytest.mark.parametrize("name", JUNK)
@pytest.mark.parametrize("folder", ["", "train/", "train/cats/"])
def test_what_is_no_image_by_its_name_is_passed_over(root: Path, folder: str, name: str) -> None:
    grow(root, [*TWO_BY_TWO, f"{folder}{name} <- noise"])
    assert len(paths(root)) == 4


FORMATS = ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "ICO", "JPEG2000", "PCX", "SGI", "DDS", "ICNS"]


@pytest.mark.parametrize("form", [*FORMATS, "AVIF", "QOI"])
def test_an_image_counts_whatever_its_name_says(root: Path, form: str) -> None:
    Image.init()
    if form not in Image.SAVE:
        pytest.skip(f"this Pillow writes no {form}")
    grow(root, TWO_BY_TWO)
    (root / "train/cats/slice.001.txt").write_bytes(encoded(Image.fromarray(noise("txt")), form))
    assert "train/cats/slice.001.txt" in paths(root)


@pytest.mark.parametrize("name", ["1.csv", "1.json", "1.m", "1.R", "1.doc", "readme"])
def test_no_name_of_a_text_hides_an_image(root: Path, name: str) -> None:
    grow(root, TWO_BY_TWO)
    (root / "train/cats" / name).write_bytes(encoded(Image.fromarray(noise(name))))
    assert len(paths(root)) == 5


NEARLY = ["BMI,age\n31,2\n", "P1 12 34", "P5 is new\n", "GIF of a cat", "RIFF", "icns", "SIMPLE", ""]


@pytest.mark.parametrize("text", NEARLY)
def test_a_text_that_begins_nearly_as_an_image_is_passed_over(root: Path, text: str) -> None:
    grow(root, TWO_BY_TWO)
    (root / "train/cats/1.txt").write_text(text)
    assert len(paths(root)) == 4


def test_a_text_that_cannot_be_read_is_passed_over(root: Path) -> None:
    grow(root, [*TWO_BY_TWO, "train/cats/gone.txt -> nowhere.txt"])
    os.mkfifo(root / "train/cats/pipe.txt")
    assert len(paths(root)) == 4


@pytest.mark.parametrize("name", [".ipynb_checkpoints", "__MACOSX", "@eaDir", "$RECYCLE.BIN"])
@pytest.mark.parametrize("folder", ["", "cats/"])
def test_folders_that_systems_make_are_passed_over(root: Path, folder: str, name: str) -> None:
    grow(root, ["cats/1.png", "dogs/1.png", f"{folder}{name}/1.png"])
    assert paths(root) == ["cats/1.png", "dogs/1.png"]


def test_a_table_and_a_description_beside_the_classes_are_no_images(root: Path) -> None:
    grow(root, ["cats/1.png", "dogs/1.png", "manifest.csv = path", 'dataset.toml = source = "here"'])
    assert len(paths(root)) == 2
    assert read_layout(root).about.source == "here"


def test_the_name_does_not_have_to_end_like_an_image(root: Path) -> None:
    grow(root, ["cats/scan 1", "cats/1.dat", "cats/ünï.png", "dogs/1"])
    assert paths(root) == ["cats/1.dat", "cats/scan 1", "cats/ünï.png", "dogs/1"]


def test_links_are_followed_out_of_the_folder(root: Path) -> None:
    grow(root.parent, ["pool/1.png", "animals/2.png"])
    grow(root, ["cats/1.png -> ../../pool/1.png", "dogs -> ../animals"])
    assert paths(root) == ["cats/1.png", "dogs/2.png"]


def test_the_folder_itself_may_be_a_link(root: Path) -> None:
    grow(root, TWO_BY_TWO)
    link = root.parent / "link"
    link.symlink_to(root)
    assert len(paths(link)) == 4


def test_a_file_that_links_to_itself_is_left_to_decoding(root: Path) -> None:
    grow(root, ["cats/1.png", "cats/2.png -> 2.png", "dogs/1.png"])
    assert "cats/2.png" in paths(root)


def test_a_loop_of_links_ends(root: Path) -> None:
    grow(root, ["cats/1.png", "dogs/1.png", "dogs/up -> .."])
    assert refusal(root).message.endswith("there is a folder inside a class folder: dogs/up/")


def test_a_dataset_that_links_to_itself_is_refused(root: Path) -> None:
    root.symlink_to(root)
    assert refusal(root).message.startswith(f"{root} cannot be read: ")


def test_a_missing_folder_gets_the_nearest_name(root: Path) -> None:
    grow(root, TWO_BY_TWO)
    error = refusal(root.parent / "sett")
    assert (error.message, error.hint) == (f"there is no folder {root.parent}/sett", 'did you mean "set"?')


def test_a_folder_below_a_file_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert refusal(tmp_path / "file" / "set").message == f"there is no folder {tmp_path}/file/set"


@pytest.mark.skipif(sys.platform == "darwin", reason="this system has no such names")
def test_a_name_that_is_not_utf8_is_refused(root: Path) -> None:
    grow(root, ["cats/1.png", "dogs/1.png"])
    with open(os.fsencode(root / "cats") + b"/Gr\xf6\xdfe.png", "wb"):
        pass
    error = refusal(root)
    assert error.message == f"the name of {root}/cats/Gr\\xf6\\xdfe.png is not UTF-8"
    assert error.hint.startswith("rename it; `convmv")


def test_control_characters_of_a_name_do_not_reach_the_terminal(root: Path) -> None:
    grow(root, ["cats/1.png", "dogs\x1b[2J/brown/1.png"])
    assert refusal(root).message.endswith("there is a folder inside a class folder: dogs\\x1b[2J/brown/")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
@pytest.mark.parametrize("folder", ["", "train", "train/cats"])
def test_a_folder_without_permission_cannot_be_read(root: Path, folder: str) -> None:
    grow(root, TWO_BY_TWO)
    (root / folder).chmod(0)
    try:
        assert refusal(root).message == f"{root / folder} cannot be read: Permission denied"
    finally:
        (root / folder).chmod(0o755)
