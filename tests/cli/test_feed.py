"""What is read from a study's logs while they grow, and what is said about it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from augtui.commands.feed import StudyFeed
from augtui.commands.live import StudyView, run_label
from augtui.commands.narrator import Lines
from augtui.runlog import events as ev
from augtui.runlog.fold import StudyState
from tests.cli.builder import Builder


def lines_of(study: Builder, feed: StudyFeed) -> list[str]:
    """The plain lines for everything that is new to the feed."""
    file = io.StringIO()
    tell = Lines(Console(file=file, width=1000), feed)
    tell.update(feed, feed.refresh())
    return file.getvalue().splitlines()


def drawn(feed: StudyFeed, width: int, height: int = 40) -> list[str]:
    file = io.StringIO()
    console = Console(file=file, width=width, height=height)
    console.print(StudyView(feed, "Ctrl-C stops with a checkpoint"))
    return [line.rstrip() for line in file.getvalue().splitlines()]


@pytest.fixture
def study(runs_dir: Path) -> Builder:
    """Two runs done, one failed, one running, two that wait."""
    study = Builder(runs_dir).start().step("check", "2 warnings").step("synthesize", state="skipped")
    study.log.write(ev.StepStarted(step="train"))
    study.finish_run(study.cells[0]).finish_run(study.cells[1]).fail_run(study.cells[2])
    study.begin_run(study.cells[3], 2).close()
    return study


def test_only_what_is_new_is_told(study: Builder) -> None:
    feed = StudyFeed(study.paths)
    assert len(feed.refresh()) > 0
    assert feed.refresh() == []
    study.end()
    assert [event.name for event in feed.refresh()] == ["study_finished"]


def test_the_logs_of_running_runs_are_followed_and_let_go(study: Builder) -> None:
    feed = StudyFeed(study.paths)
    feed.refresh()
    folder = study.cells[3].folder
    assert {name: run.epoch for name, run in feed.running.items()} == {folder: 2}
    study.log.write(ev.RunFinished(run=folder, seconds=1.0))
    feed.refresh()
    assert feed.running == {}


def test_a_study_that_ended_between_two_looks_is_not_called_lost(
    study: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The supervisor writes its last event and exits after the log was read, before its process is looked for."""
    feed = StudyFeed(study.paths)
    looks = []

    def status(state: StudyState, now: float) -> str:
        if not looks:
            study.end("finished")
        looks.append(state.state)
        return "lost" if state.state == "running" else state.state

    monkeypatch.setattr("augtui.commands.feed.study_status", status)
    feed.refresh()
    assert feed.status == "finished"


def test_every_step_and_run_that_ended_has_one_line(study: Builder) -> None:
    told = lines_of(study, StudyFeed(study.paths))
    assert told == [
        f"{study.name}: 6 runs on cpu 0, cpu 1",
        "check: finished (2 warnings)",
        "synthesize: skipped",
        "arms/original/seed-0: finished, accuracy .800, balanced accuracy .800, 12 s (1 of 6)",
        "arms/trivial/seed-0: finished, accuracy .800, balanced accuracy .800, 12 s (2 of 6)",
        "arms/original/seed-1: failed (killed): killed by signal 9 after epoch 2",
    ]


def test_what_happened_before_a_resume_is_not_told_again(study: Builder) -> None:
    study.end("stopped")
    feed = StudyFeed(study.paths)
    feed.refresh()
    study.start(attempt=2).finish_run(study.cells[2])
    assert lines_of(study, feed) == [
        f"{study.name}: 6 runs on cpu 0, cpu 1",
        "arms/original/seed-1: finished, accuracy .800, balanced accuracy .800, 12 s (3 of 6)",
    ]


def test_a_line_has_no_control_characters(study: Builder) -> None:
    feed = StudyFeed(study.paths)
    feed.refresh()
    study.fail_run(study.cells[4], message="bad \x1b]0;title\x07 name\nsecond line")
    (line,) = lines_of(study, feed)
    assert line == "arms/original/seed-2: failed (killed): bad \\x1b]0;title\\x07 name second line"


def test_the_display_shows_steps_runs_and_the_running_ones(study: Builder) -> None:
    feed = StudyFeed(study.paths, clock=lambda: study.clock.now)
    feed.refresh()
    feed.status = "running"
    lines = drawn(feed, 100)
    assert lines[0].startswith(study.name)
    assert "● running  2/6  1 failed  ETA" in lines[0]
    assert lines[1].startswith("✓ check       2 warnings")
    (train,) = [line for line in lines if line.startswith("● train")]
    assert "2 of 6 runs" in train
    (run,) = [line for line in lines if "epoch 2/4" in line]
    assert run.split() == [
        "trivial,",
        "seed",
        "1",
        "━━━━━━━━",
        "epoch",
        "2/4",
        "loss",
        ".500",
        "val",
        ".750",
        "1,234",
        "img/s",
    ]
    assert not any("synthesize" in line for line in lines)


@pytest.mark.parametrize("width", [30, 50, 80, 200])
def test_the_display_is_never_wider_than_the_terminal(study: Builder, width: int) -> None:
    feed = StudyFeed(study.paths)
    feed.refresh()
    assert max(map(len, drawn(feed, width))) <= width


def test_the_display_fits_a_low_terminal(runs_dir: Path) -> None:
    study = Builder(runs_dir).start()
    for cell in study.cells:
        study.begin_run(cell, 1).close()
    feed = StudyFeed(study.paths)
    feed.refresh()
    lines = drawn(feed, 80, height=14)
    assert len(lines) <= 14
    assert any("and 4 runs more" in line for line in lines)


def test_runs_are_called_by_arm_point_and_seed() -> None:
    assert run_label("arms/gan-10/train.epochs=30/seed-4") == "gan-10, train.epochs=30, seed 4"
    assert run_label("generators/dcgan64/seed-0") == "dcgan64, seed 0"
