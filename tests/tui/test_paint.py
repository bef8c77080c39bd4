"""What is sent to the terminal: only what has changed. Over a slow line a whole screen is a wait."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual._compositor import Compositor

from augtui.tui.widgets.panel import Panel
from tests.tui.conftest import Driver, open_app, options_for
from tests.tui.fakes import scenes
from tests.tui.fakes.study import learning


@pytest.fixture
def whole_screens(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for each time that the whole screen is painted."""
    painted: list[str] = []
    paint = Compositor.render_full_update

    def counted(compositor: Compositor, simplify: bool = False) -> object:
        painted.append("whole")
        return paint(compositor, simplify)

    monkeypatch.setattr(Compositor, "render_full_update", counted)
    return painted


async def rested(driver: Driver) -> None:
    """Everything has been read, drawn and painted."""
    await driver.until(lambda: driver.app.study is not None and len(driver.app.study.curves) == 40)
    await driver.shows("Validation accuracy")
    await driver.pilot.pause(0)


async def test_news_of_a_study_paint_what_they_change(runs_dir: Path, whole_screens: list[str]) -> None:
    study = scenes.live(runs_dir)
    async with open_app(options_for(runs_dir)) as driver:
        await rested(driver)
        whole_screens.clear()
        for epoch in (18, 19):
            study.log(study.folders[37]).write(learning(study.folders[37])(epoch, 1))
            await driver.shows(f"epoch {epoch}/30")
        assert whole_screens == []


async def test_the_list_of_studies_paints_what_changes(runs_dir: Path, whole_screens: list[str]) -> None:
    study = scenes.live(runs_dir, failing=False)
    scenes.finished(runs_dir)
    async with open_app(options_for(runs_dir), start="runs") as driver:
        await driver.shows("37/60", "Studies · 2")
        whole_screens.clear()
        study.finish(study.folders[37])
        driver.app.feed.look_again()
        await driver.shows("38/60")
        assert whole_screens == []


@pytest.mark.parametrize("screen", ["study", "runs", "results", "design"])
async def test_the_focus_moves_without_painting_the_whole_screen(
    runs_dir: Path, whole_screens: list[str], screen: str
) -> None:
    scenes.finished(runs_dir)
    async with open_app(options_for(runs_dir), size=(160, 45), start=screen) as driver:
        await driver.until(lambda: driver.app.study is not None)
        await driver.press("tab")
        whole_screens.clear()
        before = driver.app.screen.focused
        await driver.press("tab")
        await driver.until(lambda: driver.app.screen.focused is not before or screen == "runs")
        panels = list(driver.app.screen.query(Panel))
        assert len(panels) > 1
        assert whole_screens == []
