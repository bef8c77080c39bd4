"""The list of studies, driven by keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from augtui.tui.screens.runs.screen import RunsScreen
from augtui.tui.widgets.table import Table
from tests.tui.conftest import Driver, open_app, options_for
from tests.tui.fakes import plans, scenes
from tests.tui.fakes.study import FakeStudy


@pytest.fixture
def studies(runs_dir: Path) -> Path:
    """Three studies: one runs, two have ended."""
    scenes.live(runs_dir)
    scenes.finished(runs_dir)
    scenes.finished(runs_dir, "skin-gan-20261119-120000", ago=300_000)
    return runs_dir


def names(driver: Driver) -> list[str]:
    return [line.key for line in driver.app.screen.query_one("#table", Table).lines]


async def test_all_studies_are_listed_newest_first(studies: Path) -> None:
    async with open_app(options_for(studies), start="runs") as driver:
        await driver.shows("Studies · 3 · 1 running")
        assert names(driver) == [
            "skin-cancer-20261122-153012",
            "skin-cancer-20261120-091500",
            "skin-gan-20261119-120000",
        ]


async def test_an_empty_folder_says_what_to_do_next(runs_dir: Path) -> None:
    async with open_app(options_for(runs_dir), start="runs") as driver:
        await driver.shows("No study under", "design one here", "augtui run data/plans/demo.toml")


async def test_typing_a_filter_keeps_what_fits_and_escape_clears_it(studies: Path) -> None:
    async with open_app(options_for(studies), start="runs") as driver:
        await driver.press("slash", *"gan")
        await driver.until(lambda: names(driver) == ["skin-gan-20261119-120000"])
        await driver.shows("1 of 3")
        await driver.press("enter", "escape")
        await driver.until(lambda: len(names(driver)) == 3)


async def test_a_condition_filters_by_the_best_metric_of_any_arm(studies: Path) -> None:
    async with open_app(options_for(studies), start="runs") as driver:
        await driver.press("slash", *"recall>0.8 state:finished")
        await driver.until(lambda: len(names(driver)) == 2)


async def test_a_half_typed_filter_keeps_the_rows_and_says_what_is_missing(studies: Path) -> None:
    async with open_app(options_for(studies), start="runs") as driver:
        await driver.press("slash", *"recall>")
        await driver.shows("needs a number")
        assert len(names(driver)) == 3


async def test_sort_goes_through_the_columns_and_reverse_turns_it_round(studies: Path) -> None:
    async with open_app(options_for(studies), start="runs") as driver:
        await driver.press("s")
        await driver.shows("sorted by name")
        assert names(driver) == sorted(names(driver))
        await driver.press("x")
        assert names(driver) == sorted(names(driver), reverse=True)


async def test_enter_opens_a_finished_study_in_results(studies: Path) -> None:
    async with open_app(options_for(studies), start="runs") as driver:
        await driver.press("j", "enter")
        await driver.until(lambda: driver.app.screen.NAME == "results" and driver.app.study is not None)
        assert driver.app.study.name == "skin-cancer-20261120-091500"


async def test_enter_opens_a_running_study_in_study(studies: Path) -> None:
    async with open_app(options_for(studies), start="runs") as driver:
        await driver.press("enter")
        await driver.until(lambda: driver.app.screen.NAME == "study")
        await driver.shows("Arms × seeds")


async def test_details_show_the_arms_of_the_study_under_the_cursor(studies: Path) -> None:
    async with open_app(options_for(studies), start="runs") as driver:
        await driver.press("i")
        await driver.shows("trivial-online", "skin_lesion")
        await driver.press("i")
        await driver.until(lambda: "trivial-online" not in driver.text())


async def test_two_marked_studies_are_compared(studies: Path) -> None:
    async with open_app(options_for(studies), start="runs") as driver:
        await driver.press("j", "space", "space", "c")
        await driver.shows("Two studies", "B − A, pp", "geometric-online")
        await driver.press("escape")
        await driver.until(lambda: isinstance(driver.app.screen, RunsScreen))


async def test_studies_of_different_datasets_are_not_compared(studies: Path) -> None:
    other = scenes.finished(studies, "xray-20261118-120000", ago=400_000, plan=plans.grid(2, 3, 4, "xray"))
    assert other.plan.dataset == "demo"
    async with open_app(options_for(studies), start="runs") as driver:
        await driver.press("j", "j", "space", "space", "c")
        await driver.shows("only studies of one dataset can be compared")


async def test_comparing_needs_two_marks(studies: Path) -> None:
    async with open_app(options_for(studies), start="runs") as driver:
        await driver.press("c")
        await driver.shows("Mark two studies")


async def test_deleting_asks_first_and_no_keeps_the_study(studies: Path) -> None:
    async with open_app(options_for(studies), start="runs") as driver:
        await driver.press("j", "d")
        await driver.shows("Delete with all runs")
        await driver.press("n")
        await driver.until(lambda: isinstance(driver.app.screen, RunsScreen))
        assert (studies / "skin-cancer-20261120-091500").is_dir()


async def test_deleting_removes_the_study(studies: Path) -> None:
    async with open_app(options_for(studies), start="runs") as driver:
        await driver.press("j", "d", "y")
        await driver.until(lambda: len(names(driver)) == 2)
        assert not (studies / "skin-cancer-20261120-091500").exists()


async def test_nothing_is_deleted_in_a_read_only_app(studies: Path) -> None:
    async with open_app(options_for(studies, readonly=True), start="runs") as driver:
        await driver.shows("mark")
        assert "d delete" not in driver.text()
        await driver.press("j", "d", "y")
        assert not driver.app.screen.is_modal
        assert (studies / "skin-cancer-20261120-091500").is_dir()


async def test_a_new_study_appears_by_itself(studies: Path) -> None:
    async with open_app(options_for(studies), start="runs") as driver:
        study = FakeStudy(studies, "another-20261123-000000")
        study.start()
        await driver.until(lambda: "another-20261123-000000" in names(driver))


async def test_escape_takes_the_marks_away(studies: Path) -> None:
    async with open_app(options_for(studies), start="runs") as driver:
        await driver.press("space")
        await driver.shows("1 marked")
        await driver.press("escape")
        await driver.until(lambda: "marked" not in driver.text())


async def test_a_click_on_a_title_sorts_and_a_double_click_opens(studies: Path) -> None:
    async with open_app(options_for(studies), start="runs") as driver:
        table = driver.app.screen.query_one("#table", Table)
        await driver.pilot.click(table, offset=(4, 0))
        await driver.shows("sorted by name")
        await driver.pilot.click(table, offset=(4, 2), times=2)
        await driver.until(lambda: driver.app.screen.NAME != "runs")


async def test_ten_thousand_runs_are_listed_whole(runs_dir: Path) -> None:
    scenes.many(runs_dir, 200, plans.grid(5, 10, 10))
    async with open_app(options_for(runs_dir), start="runs") as driver:
        await driver.shows("Studies · 200")
        await driver.press("G")
        assert driver.app.screen.query_one("#table", Table).key == "study-000"


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_where_there_is_little_room_the_details_come_when_they_are_asked_for(
    runs_dir: Path, size: tuple[int, int]
) -> None:
    scenes.finished(runs_dir)
    async with open_app(options_for(runs_dir), size=size, start="runs") as driver:
        await driver.shows("5 Studies")
        assert "primary  " not in driver.text()
        await driver.press("6")
        await driver.shows("balanced accuracy")
        panel = driver.app.screen.query_one("#details")
        assert panel.size.width > size[0] - 6, "it has the whole width"
