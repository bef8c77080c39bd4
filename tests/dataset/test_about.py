"""What dataset.toml may say; its mistakes are among the bad datasets."""

from __future__ import annotations

from pathlib import Path

import pytest

from augtui.dataset.about import About, read_about
from augtui.errors import AugtuiError

CLASSES = ("cats", "dogs")


def test_it_may_be_missing(tmp_path: Path) -> None:
    assert read_about(tmp_path, CLASSES) == About(positive=None, source="", licence="")


def test_it_names_the_positive_class_a_source_and_a_licence(tmp_path: Path) -> None:
    text = 'positive = "dogs"\nsource = "a vet"\nlicence = "CC0-1.0"\n'
    (tmp_path / "dataset.toml").write_text(text, encoding="utf-8")
    assert read_about(tmp_path, CLASSES) == About("dogs", "a vet", "CC0-1.0")


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "dataset.toml").write_text('licence = "MIT"', encoding="utf-8-sig")
    assert read_about(tmp_path, CLASSES).licence == "MIT"


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dataset.toml").write_bytes('source = "Köln"'.encode("latin-1"))
    with pytest.raises(AugtuiError) as caught:
        read_about(tmp_path, CLASSES)
    assert caught.value.message == f"{tmp_path}/dataset.toml is not UTF-8 text"


def test_a_far_class_gets_the_list(tmp_path: Path) -> None:
    (tmp_path / "dataset.toml").write_text('positive = "whale"', encoding="utf-8")
    with pytest.raises(AugtuiError) as caught:
        read_about(tmp_path, CLASSES)
    assert caught.value.hint == "its classes are cats, dogs"
