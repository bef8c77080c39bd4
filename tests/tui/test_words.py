"""Names as the panels of the study screen have them."""

from __future__ import annotations

import pytest

from augtui.tui.screens.study.words import run_words


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("arms/gan-1.5/seed-2", "gan-1.5 · seed 2"),
        ("arms/original/train.lr=0.001,data.fraction=0.5/seed-0", "original · lr=0.001, fraction=0.5 · seed 0"),
        ("generators/dcgan64/seed-1", "dcgan64 · seed 1"),
    ],
)
def test_a_run_is_named_without_the_sections_of_its_axes(folder: str, words: str) -> None:
    assert run_words(folder) == words
