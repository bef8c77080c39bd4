"""What is said when studies end."""

from __future__ import annotations

from pathlib import Path

import pytest

from augtui.tui.endings import Endings, farewell
from augtui.tui.feed.snapshot import StudyRow


def row(name: str, status: str, done: int = 3) -> StudyRow:
    return StudyRow(name, Path(name), status, done=done, total=4)


def test_a_study_that_had_ended_before_is_not_told_of() -> None:
    assert Endings().heard([row("old", "finished"), row("lost", "lost")]) == []


def test_an_end_is_told_once_whoever_noticed_it_first() -> None:
    endings = Endings()
    endings.heard([row("a", "running"), row("b", "queued")])
    assert endings.heard([row("a", "finished", 4), row("b", "running")]) == [
        ("a: finished, 4 of 4 runs", "information")
    ]
    assert endings.heard([row("a", "finished", 4), row("b", "running")]) == []
    assert endings.heard([row("b", "lost")]) == [("b: lost, 3 of 4 runs", "error")]


def test_a_study_that_was_taken_up_again_is_told_of_again() -> None:
    endings = Endings()
    for status in ("running", "stopped", "running"):
        endings.heard([row("a", status)])
    assert endings.heard([row("a", "failed")]) == [("a: failed, 3 of 4 runs", "error")]


def test_a_study_that_waits_says_so() -> None:
    endings = Endings()
    endings.heard([row("a", "running")])
    assert endings.heard([row("a", "waiting")]) == [("a: its step is done, it waits for the next", "information")]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], ""),
        ([row("a", "finished")], ""),
        ([row("a", "running")], "a goes on; follow it with augtui attach a, or open augtui again"),
        ([row("a", "running"), row("b", "running")], "2 studies go on; augtui studies lists them"),
    ],
)
def test_leaving_says_what_goes_on(rows: list[StudyRow], said: str) -> None:
    assert farewell(rows) == said
