"""The real supervisor, engine and analysis, from Design to Results, by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

import tests.tui.conftest as driving
from augtui.runlog.summary import read_summary
from augtui.tui.widgets.form import Form
from augtui.tui.widgets.formrows import FormRows
from augtui.tui.widgets.table import Table
from tests.tui.conftest import Driver, open_app, options_for
from tests.tui.fakes.study import Clock


class Now(Clock):
    """The real time: real processes write it into their logs."""

    def __call__(self) -> float:
        import time

        return time.time()


async def set_to(driver: Driver, key: str, value: str) -> None:
    rows = driver.app.screen.query_one("#settings", Form).query_one(FormRows)
    rows.focus()
    rows.go_to(key)
    await driver.press("enter")
    await driver.until(lambda: isinstance(driver.app.focused, Input))
    assert isinstance(driver.app.focused, Input)
    driver.app.focused.value = value
    await driver.press("enter")


async def test_a_study_of_the_demo_is_designed_run_and_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # real processes have to agree on the name of this machine
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(driving, "DEADLINE", 240.0)
    options = options_for(tmp_path / "runs", device="cpu", slots=1, cache_dir=tmp_path / "cache")
    async with open_app(options, size=(120, 40), clock=Now()) as driver:
        await driver.shows("built in")
        await driver.press("5", "enter")
        await driver.shows("brick", "grass", "gravel")
        await driver.until(lambda: len(driver.app.screen._draft.arms) == 4, "the plan to begin with")
        for key, value in (
            ("seeds", "2"),
            ("train.epochs", "1"),
            ("data.image_size", "16"),
            ("data.store_size", "16"),
        ):
            await set_to(driver, key, value)
        await driver.press("6", "G", "d", "d")
        await driver.shows("4 runs")
        await driver.press("R")
        await driver.until(lambda: driver.app.screen.NAME == "study")
        await driver.until(lambda: driver.app.study is not None and driver.app.study.status == "finished", "the end")
        assert [step.state for step in driver.app.study.steps].count("finished") >= 4
        assert driver.app.study.done == 4
        await driver.press("3")
        await driver.until(lambda: len(driver.app.screen.query_one("#table", Table).lines) == 2)
        await driver.shows("baseline", "too few seeds")
    folder = next((tmp_path / "runs").iterdir())
    assert len(read_summary(folder / "summary.json").made_from) == 4
