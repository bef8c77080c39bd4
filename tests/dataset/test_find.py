"""Datasets by what a person typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from augtui.dataset import demo
from augtui.dataset.find import find_dataset, list_datasets
from augtui.errors import AugtuiError

from .trees import grow


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return grow(
        tmp_path / "data", ["skin/a/1.png", "xray/a/1.png", "plans/x.toml = ", ".hidden/1.png", "notes.txt = "]
    )


def refusal(text: str, data: Path) -> tuple[str, str]:
    with pytest.raises(AugtuiError) as caught:
        find_dataset(text, data)
    return caught.value.message.replace(str(data), "data"), caught.value.hint.replace(str(data), "data")


def test_datasets_are_the_folders_of_the_data_folder(data: Path) -> None:
    assert list_datasets(data) == [("skin", data / "skin"), ("xray", data / "xray")]


def test_a_data_folder_may_be_missing(tmp_path: Path) -> None:
    assert list_datasets(tmp_path / "data") == []


def test_a_name_is_looked_up_in_the_data_folder(data: Path) -> None:
    assert find_dataset("skin", data) == data / "skin"


def test_a_name_goes_before_a_path(data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    grow(tmp_path / "here", ["skin/a/1.png"])
    monkeypatch.chdir(tmp_path / "here")
    assert find_dataset("skin", data) == data / "skin"
    assert find_dataset("./skin", data) == tmp_path / "here" / "skin"


def test_a_path_may_begin_at_home(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(data.parent))
    assert find_dataset("~/data/xray", Path("data")) == data / "xray"


def test_the_demo_is_written_at_first_use(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "write_demo", lambda root: grow(root, ["a/1.png"]))
    assert find_dataset("demo", data) == data / "demo"


def test_a_near_name_is_offered(data: Path) -> None:
    message = 'there is no dataset "skinn", neither in data/ nor as a path'
    assert refusal("skinn", data) == (message, 'did you mean "skin"?')


@pytest.mark.parametrize("text", ["zebrafish", "", "~nobody-here/x", "a\0b", "../x"])
def test_without_a_near_name_all_are_listed(data: Path, text: str) -> None:
    assert refusal(text, data)[1] == "data/ has skin, xray"


def test_without_any_dataset_the_demo_is_offered(tmp_path: Path) -> None:
    assert refusal("zebrafish", tmp_path / "data")[1] == 'data/ has none; "demo" is built in'


def test_a_file_is_no_dataset(data: Path) -> None:
    message, hint = refusal(str(data / "notes.txt"), data)
    assert message == '"data/notes.txt" is a file, not a folder of images'
    assert hint == "an archive has to be unpacked first"
