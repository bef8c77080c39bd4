"""What the mouse does: whatever shows a key or a place can be clicked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.events import MouseDown, MouseMove, MouseScrollUp, MouseUp
from textual.widgets import Input

from augtui.tui.dialogs.help import HelpScreen
from augtui.tui.dialogs.prompt import PromptScreen
from augtui.tui.dialogs.run import RunDialog
from augtui.tui.widgets.chart import Chart
from augtui.tui.widgets.formrows import FormRows
from augtui.tui.widgets.seedgrid import SeedGrid
from tests.tui.conftest import Driver, open_app, options_for
from tests.tui.fakes import scenes
from tests.tui.fakes.data import write_dataset
from tests.tui.fakes.plans import SKIN
from tests.tui.fakes.study import FakeStudy


@pytest.fixture
def study(runs_dir: Path) -> FakeStudy:
    return scenes.live(runs_dir)


def named(driver: Driver, name: str) -> bool:
    return getattr(driver.app.screen, "NAME", "") == name


async def test_a_click_on_the_frame_of_a_panel_puts_the_focus_into_it(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.click("8 Validation accuracy")
        await driver.until(lambda: isinstance(driver.app.focused, Chart))


@pytest.mark.parametrize("way", ["click", "key"])
async def test_a_panel_that_has_but_a_line_among_tiles_opens_alone(study: FakeStudy, way: str) -> None:
    async with open_app(
        options_for(study.runs_dir),
    ) as driver:
        driver.app.screen.query_one("#log-panel")
        await driver.pilot.resize_terminal(120, 36)
        await driver.shows("9 Log")
        await (driver.click("9 Log") if way == "click" else driver.press("9"))
        await driver.until(lambda: "Steps" not in driver.text(), "the log alone")
        await driver.shows("training 60 runs")
        await driver.press("escape")
        await driver.shows("5 Steps")


async def test_a_double_click_on_a_run_opens_it_and_a_click_beside_it_closes_it(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        grid = driver.app.screen.query_one(SeedGrid)
        await driver.until(lambda: grid.folder == study.folders[37])
        x, y = driver.place("duplicate-20  ")
        column = grid._layout[0] + 3
        await driver.pilot.click(offset=(x + column - 2 + 2 * grid._layout[1], y))
        await driver.until(lambda: grid.place == (1, 2))
        await driver.pilot.click(offset=(x + column - 2 + 2 * grid._layout[1], y), times=2)
        await driver.until(lambda: isinstance(driver.app.screen, RunDialog))
        await driver.pilot.click(offset=(0, 0))
        await driver.until(lambda: named(driver, "study"))


async def test_the_answers_of_a_question_can_be_clicked(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.click("s stop")
        await driver.click("n no")
        await driver.until(lambda: named(driver, "study"))
        assert not study.paths.control.exists()
        await driver.click("s stop")
        await driver.shows("Stop this study?")
        await driver.click("y stop")
        await driver.until(study.paths.control.exists, "the request")


async def test_a_click_beside_a_question_does_not_say_yes(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.click("s stop")
        await driver.shows("Stop this study?")
        await driver.pilot.click(offset=(0, 0))
        await driver.until(lambda: named(driver, "study"))
        assert not study.paths.control.exists()


async def test_words_in_the_frame_of_a_dialog_close_it(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.press("question_mark")
        await driver.until(lambda: isinstance(driver.app.screen, HelpScreen))
        await driver.click("esc closes")
        await driver.until(lambda: named(driver, "study"))


async def test_words_under_the_curves_can_be_clicked(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.click("y log")
        await driver.shows("y linear")
        await driver.click("m metric")
        await driver.until(lambda: driver.app.screen._value != "val_accuracy")  # type: ignore[attr-defined]
        await driver.click("+- smooth")
        await driver.until(lambda: driver.app.screen.query_one(Chart).smoothing > 0)


async def test_the_cursor_of_the_curves_is_drawn_along(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.shows("8 Validation accuracy", "m metric")
        chart = driver.app.screen.query_one(Chart)
        left, top = chart.content_region.offset
        await driver.pilot._post_mouse_events([MouseDown], offset=(left + 20, top + 2), button=1)
        await driver.until(lambda: chart.cursor is not None)
        first = chart.cursor
        await driver.pilot._post_mouse_events([MouseMove], offset=(left + 80, top + 2), button=1)
        await driver.until(lambda: chart.cursor != first)
        await driver.pilot._post_mouse_events([MouseUp], offset=(left + 80, top + 2), button=1)
        assert driver.app.mouse_captured is None
        assert first is not None
        assert chart.cursor is not None
        assert chart.cursor > first


async def test_the_wheel_zooms_at_the_pointer(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.shows("8 Validation accuracy", "m metric")
        chart = driver.app.screen.query_one(Chart)
        left, top = chart.content_region.offset
        await driver.pilot._post_mouse_events(
            [MouseScrollUp], offset=(left + chart.size.width - 2, top + 2), button=0
        )
        await driver.until(lambda: chart.window != (1, 30))
        assert chart.window[0] > 5
        assert chart.window[1] > 29


async def test_a_click_on_a_title_sorts_and_says_which_way(runs_dir: Path) -> None:
    for name in ("skin-1", "skin-2"):
        scenes.finished(runs_dir, name)
    async with open_app(options_for(runs_dir), start="runs") as driver:
        await driver.shows("▾started")
        await driver.click("study  ")
        await driver.shows("study▴")
        await driver.click("study▴")
        await driver.shows("study▾")


async def test_the_title_of_the_arms_leads_back_to_the_order_of_the_plan(runs_dir: Path) -> None:
    scenes.finished(runs_dir)
    async with open_app(options_for(runs_dir), start="results") as driver:
        await driver.shows("✓ helps")
        y = driver.place("verdict")[1]
        await driver.pilot.click(offset=(driver.text().splitlines()[y].index("accuracy"), y))
        await driver.shows("▾accuracy")
        await driver.click("arm   ")
        await driver.until(lambda: "▾accuracy" not in driver.text())


async def test_signs_beside_a_choice_turn_it(tmp_path: Path) -> None:
    write_dataset(tmp_path / "data" / "moles", {"benign": 24, "malignant": 8})
    async with open_app(options_for(tmp_path / "runs"), size=(120, 40)) as driver:
        screen: Any = driver.app.screen
        await driver.until(lambda: screen._draft.value("dataset") == "moles")
        await driver.press("7")
        form = screen.query_one("#settings FormRows", FormRows)
        form.go_to("primary")
        await driver.shows("◂ balanced_accuracy ▸")
        x, y = driver.place("◂ balanced_accuracy ▸")
        await driver.pilot.click(offset=(x + 20, y))
        await driver.until(lambda: screen._draft.value("primary") not in (None, "balanced_accuracy"))
        await driver.pilot.click(offset=(x, y))
        await driver.until(lambda: screen._draft.value("primary") in (None, "balanced_accuracy"))


async def test_words_in_the_frame_of_a_panel_act(tmp_path: Path) -> None:
    write_dataset(tmp_path / "data" / "moles", {"benign": 24, "malignant": 8})
    async with open_app(options_for(tmp_path / "runs"), size=(120, 40)) as driver:
        screen: Any = driver.app.screen
        await driver.until(lambda: screen._draft.value("dataset") == "moles")
        before = len(screen._draft.arms)
        await driver.click("a add")
        await driver.until(lambda: len(screen._draft.arms) == before + 1)


async def test_a_click_chooses_a_plan_and_a_second_one_opens_it(tmp_path: Path) -> None:
    write_dataset(tmp_path / "data" / "skin_lesion", {"benign": 24, "malignant": 8})
    (tmp_path / "data" / "plans").mkdir()
    (tmp_path / "data" / "plans" / "first.toml").write_text(SKIN)
    async with open_app(options_for(tmp_path / "runs"), size=(120, 40)) as driver:
        await driver.press("o")
        await driver.until(lambda: isinstance(driver.app.screen, PromptScreen))
        await driver.click("first.toml")
        await driver.until(lambda: driver.app.screen.query_one(Input).value.endswith("first.toml"))
        choices = driver.app.screen.query_one("#choices").content_region
        await driver.pilot.click(offset=choices.offset, times=2)
        screen: Any = driver.app.screen_stack[0]
        await driver.until(lambda: screen._draft.path is not None)
