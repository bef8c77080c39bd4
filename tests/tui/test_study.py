"""One study, watched and steered by keys."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest

from augtui.runlog.checks import CheckReport, Problem
from augtui.runlog.liveness import process_started
from augtui.tui.dialogs.run import RunDialog
from augtui.tui.screens.study import tasks
from augtui.tui.screens.study.screen import StudyScreen
from augtui.tui.widgets.chart import Chart
from augtui.tui.widgets.panel import Panel
from augtui.tui.widgets.seedgrid import SeedGrid
from tests.tui.conftest import Driver, open_app, options_for
from tests.tui.fakes import scenes
from tests.tui.fakes.study import FakeStudy, learning


@pytest.fixture
def study(runs_dir: Path) -> FakeStudy:
    return scenes.live(runs_dir)


def grid(driver: Driver) -> SeedGrid:
    return driver.app.screen.query_one(SeedGrid)


def chart(driver: Driver) -> Chart:
    return driver.app.screen.query_one(Chart)


def requests(study: FakeStudy) -> list[dict[str, object]]:
    try:
        return [json.loads(line) for line in study.paths.control.read_text().splitlines()]
    except FileNotFoundError:
        return []


async def test_the_running_study_is_the_first_screen(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        assert isinstance(driver.app.screen, StudyScreen)
        await driver.shows("37/60", "● running", "3,297 images", "37 of 60", "epoch 17/30", "Validation accuracy")


async def test_the_cursor_begins_on_a_run_that_is_at_work(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.until(lambda: grid(driver).folder == study.folders[37])


async def test_an_epoch_that_is_written_comes_on_the_screen(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.shows("epoch 17/30")
        study.log(study.folders[37]).write(learning(study.folders[37])(18, 1))
        await driver.shows("epoch 18/30")


async def test_a_finished_run_fills_the_grid_and_the_count(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.shows("37/60")
        study.epochs(study.folders[37], 18, 30)
        study.finish(study.folders[37])
        await driver.shows("38/60")


async def test_the_end_of_a_study_rings_and_is_said(study: FakeStudy, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[bool] = []
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.shows("37/60")
        monkeypatch.setattr(driver.app, "bell", lambda: rung.append(True))
        study.end("failed")
        await driver.shows("failed, 37 of 60 runs")
        assert rung == [True]


async def test_a_study_that_is_not_open_is_told_of_too(study: FakeStudy, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[bool] = []
    scenes.finished(study.runs_dir, "old-20261101-000000")
    other = scenes.live(study.runs_dir, name="other-20261101-000000", finished=3, failing=False)
    async with open_app(options_for(study.runs_dir), start="runs") as driver:
        await driver.shows("Studies · 3 · 2 running")
        monkeypatch.setattr(driver.app, "bell", lambda: rung.append(True))
        assert driver.app.study is None or driver.app.study.name != other.name
        other.end("stopped")
        await driver.shows("other-20261101-000000: stopped, 3 of 60 runs")
        assert rung == [True]


async def test_the_bell_can_be_turned_off(study: FakeStudy, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[bool] = []
    async with open_app(options_for(study.runs_dir, bell=False)) as driver:
        await driver.shows("37/60")
        monkeypatch.setattr(driver.app, "bell", lambda: rung.append(True))
        study.end("failed")
        await driver.shows("failed, 37 of 60 runs")
        assert rung == []


async def test_moves_in_the_grid_change_the_curves_when_they_rest(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.press("g", "j", "j")
        await driver.shows("geometric-10 (7 runs) against original")


@pytest.mark.parametrize(
    ("keys", "place"), [("l", (0, 1)), ("j", (1, 0)), ("G", (5, 0)), ("lh", (0, 0)), ("jk", (0, 0))]
)
async def test_the_grid_follows_arrows_and_letters(study: FakeStudy, keys: str, place: tuple[int, int]) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.until(lambda: grid(driver).folder)
        grid(driver).go_to(study.folders[0])
        await driver.press(*keys)
        assert grid(driver).place == place


async def test_chart_keys_change_how_curves_are_drawn(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.shows("Validation accuracy")
        await driver.press("y", "plus", "plus")
        assert chart(driver).log_y
        assert chart(driver).smoothing == 0.6
        await driver.press("minus", "y")
        assert (chart(driver).log_y, chart(driver).smoothing) == (False, 0.3)
        await driver.press("m")
        await driver.shows("Validation balanced accuracy")
        await driver.press("v")
        await driver.shows("2 runs at work")
        await driver.press("v")
        await driver.shows("all 40 runs")


async def test_the_chart_has_a_cursor_with_a_readout_and_a_zoom(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.shows("Validation accuracy")
        await driver.press("8", "g", "l", "l")
        await driver.shows("epoch 3")
        whole = chart(driver).window
        await driver.press("i")
        assert chart(driver).window[1] - chart(driver).window[0] < whole[1] - whole[0]
        await driver.press("o", "0")
        assert chart(driver).window == whole
        assert chart(driver).cursor is None


async def test_a_failed_run_is_told_in_full(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.shows("512 MB more were needed")
        await driver.press("f")
        await driver.until(lambda: grid(driver).folder == study.folders[39])
        await driver.press("enter")
        await driver.shows("memory: CUDA out of memory", "torch.OutOfMemoryError", "attempt 1 on cuda:0/0")
        await driver.press("escape")
        await driver.until(lambda: isinstance(driver.app.screen, StudyScreen))


async def test_an_open_run_follows_its_epochs(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.until(lambda: grid(driver).folder == study.folders[37])
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, RunDialog))
        await driver.shows("epoch 17 of 30")
        study.epochs(study.folders[37], 18, 19)
        await driver.shows("epoch 19 of 30")


async def test_stop_asks_and_then_asks_the_supervisor(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.shows("s stop")
        await driver.press("s")
        await driver.shows("Stop this study?")
        await driver.press("y")
        await driver.until(lambda: [item["request"] for item in requests(study)] == ["stop"])
        await driver.press("s")
        await driver.shows("Stop at once?")
        await driver.press("y")
        await driver.until(lambda: [item["request"] for item in requests(study)] == ["stop", "stop-now"])


async def test_retry_asks_for_the_failed_run(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.shows("r retry")
        await driver.press("r")
        await driver.until(lambda: requests(study))
        assert requests(study)[0]["request"] == "retry"
        assert requests(study)[0]["run"] == study.folders[39]


async def test_run_all_lifts_the_limit_of_a_study_at_work(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.shows("R run all")
        await driver.press("R")
        await driver.until(lambda: requests(study))
        assert (requests(study)[0]["request"], requests(study)[0]["step"]) == ("until", "compare")


async def test_next_step_starts_the_supervisor_up_to_the_first_step_that_is_left(
    runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = FakeStudy(runs_dir)
    study.start()
    study.step("check", "no problem")
    study.end("waiting")
    launched: list[tasks.Launch] = []
    monkeypatch.setattr(tasks.Launch, "run", lambda task: launched.append(task))
    async with open_app(options_for(runs_dir), start="study") as driver:
        await driver.shows("Waits for you.", "n next step")
        await driver.press("n")
        await driver.until(lambda: launched)
        assert launched == [tasks.Launch(study.paths.folder, "prepare")]
        await driver.press("R")
        await driver.until(lambda: len(launched) == 2)
        assert launched[1].until is None


async def test_a_read_only_app_offers_nothing_that_changes_a_study(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir, readonly=True)) as driver:
        await driver.shows("Arms × seeds")
        assert "s stop" not in driver.text()
        await driver.press("s", "r", "R", "n")
        assert isinstance(driver.app.screen, StudyScreen)
        assert requests(study) == []


async def test_without_a_study_the_screen_says_what_to_do(runs_dir: Path) -> None:
    async with open_app(options_for(runs_dir), start="study") as driver:
        await driver.shows("No study is open.", "choose one from the list")


async def test_digits_open_panels_where_there_is_room_for_one(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir), size=(80, 24)) as driver:
        await driver.shows("Arms × seeds", "● train")
        panel = lambda name: driver.app.screen.query_one(f"#{name}-panel", Panel)  # noqa: E731
        await driver.until(lambda: not panel("chart").shut and not panel("grid").shut)
        await driver.press("7")
        await driver.until(lambda: not panel("running").shut)
        assert panel("chart").shut
        assert panel("grid").shut
        await driver.shows("✓ 37")


async def test_curves_give_way_to_a_grid_of_many_arms(tmp_path: Path) -> None:
    scenes.wide(tmp_path / "runs", arms=14, seeds=2, epochs=3)
    async with open_app(options_for(tmp_path / "runs"), size=(80, 24), start="study") as driver:
        await driver.shows("Arms × seeds")
        await driver.until(lambda: driver.app.screen.query_one("#chart-panel", Panel).shut)


async def test_what_the_checks_found_is_shown_in_full(study: FakeStudy) -> None:
    report = CheckReport(problems=[Problem(level="warn", code="no-groups", message="[red]nothing[/] says " * 20)])
    study.paths.check.write_bytes(msgspec.json.encode(report))
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.shows("w warnings")
        await driver.press("w")
        await driver.shows("What the checks found", "no-groups", "[red]nothing[/] says")
        await driver.press("escape")
        await driver.shows("Arms × seeds")


async def test_the_log_tells_what_happened(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir), size=(120, 50)) as driver:
        await driver.shows("failed: CUDA out of memory", "seed 6 started on cuda:0/1", "training 60 runs")


async def test_the_grid_tells_differences_and_curves_where_there_is_room(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir), size=(200, 50)) as driver:
        await driver.shows("Δ pp", "validation")
        head, original, duplicate = (driver.app.screen.query_one(SeedGrid).render_line(y).text for y in range(3))
        assert head.index("validation") == original.index("▁")
        assert re.search(r"±\.\d{3} +[+−]\d", duplicate)


async def test_on_a_very_small_terminal_only_the_open_panel_is_left(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir), size=(60, 20)) as driver:
        await driver.shows("original", "geometric-online")
        assert "Log" not in driver.text()


async def test_zoom_shows_one_panel_and_escape_brings_the_others_back(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.shows("Steps")
        await driver.press("8", "z")
        await driver.until(lambda: "Steps" not in driver.text())
        await driver.press("escape")
        await driver.shows("Steps")


async def test_a_lost_study_says_so_and_offers_to_go_on(runs_dir: Path) -> None:
    gone = 2**22 + 1
    assert process_started(gone) is None
    scenes.live(runs_dir, pid=gone)
    async with open_app(options_for(runs_dir), start="study") as driver:
        await driver.shows("? lost", "Its supervisor is gone.", "R run all")


async def test_names_with_markup_and_escapes_show_as_text(runs_dir: Path) -> None:
    study = scenes.live(runs_dir, failing=False)
    with study.paths.supervisor_log.open("a") as log:
        log.write("[bold red]not markup[/] \x1b[31mnot red\x1b[0m \x07\n")
    folder = study.folders[45]
    study.take(folder)
    study.fail(folder, "data", "bad file [link=x]a[/link]\x1b]0;title\x07.png")
    async with open_app(options_for(runs_dir), size=(160, 50)) as driver:
        await driver.shows("[bold red]not markup[/] \\x1b[31mnot red", "[link=x]a[/link]")
        assert "\x1b" not in driver.text()


async def test_curves_of_every_run_can_be_shown_at_once(runs_dir: Path) -> None:
    study = scenes.wide(runs_dir, arms=20, seeds=10, epochs=30)
    async with open_app(options_for(runs_dir), start="study") as driver:
        await driver.until(lambda: driver.app.study is not None and len(driver.app.study.curves) == 200)
        await driver.press("v", "v")
        await driver.shows("all 200 runs")
        assert len(chart(driver).series) >= 200
    study.close()


async def test_the_head_of_the_grid_stands_over_its_seeds(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir), size=(80, 24)) as driver:
        await driver.shows("validation")
        grid = driver.app.screen.query_one(SeedGrid)
        screen = driver.text().splitlines()
        head = next(line for line in screen if "bal. acc" in line)
        assert "0 1 2 3 4 5 6 7 8 9" in head
        row = next(line for line in screen if "duplicate-20  " in line)
        assert row.index("●") == head.index("6")
        assert grid.folder == "arms/duplicate-20/seed-6"
