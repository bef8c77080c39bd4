"""What the screens look like, at three sizes and in three dresses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.tui.conftest import Driver, open_app, options_for
from tests.tui.fakes import scenes
from tests.tui.fakes.data import write_dataset
from tests.tui.fakes.study import T0, Clock
from tests.tui.snapshots import compare

SIZES = ((80, 24), (120, 40), (200, 50))
Scene = Callable[[Driver], Awaitable[None]]


async def study(driver: Driver) -> None:
    await driver.shows("37/60")
    await driver.until(lambda: driver.app.study is not None and len(driver.app.study.curves) == 40)


async def runs(driver: Driver) -> None:
    await driver.press("4")
    await driver.shows("Studies · 3 · 1 running")
    await driver.press("j")


async def results(driver: Driver) -> None:
    await driver.press("4", "j", "enter")
    await driver.shows("✓ helps")
    await driver.press("G")
    await driver.until(lambda: "Confusion · trivial" in driver.text())


async def design(driver: Driver) -> None:
    await driver.press("1")
    await driver.shows("moles")
    await driver.press("6", "G")
    await driver.until(lambda: "Preview · trivialaugment" in driver.text() or driver.app.size.width < 100)


async def failed_run(driver: Driver) -> None:
    await study(driver)
    await driver.press("f", "enter")
    await driver.shows("torch.OutOfMemoryError", "attempt 1")


async def help_(driver: Driver) -> None:
    await study(driver)
    await driver.press("question_mark")
    await driver.shows("Everywhere")


SCENES: dict[str, Scene] = {"study": study, "runs": runs, "results": results, "design": design}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A live study, two that have ended, a dataset."""
    write_dataset(tmp_path / "data" / "moles", {"benign": 24, "malignant": 8})
    scenes.live(tmp_path / "runs")
    scenes.finished(tmp_path / "runs")
    scenes.finished(tmp_path / "runs", "skin-gan-20261119-120000", ago=300_000)
    return tmp_path


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCENES)
async def test_screens(workspace: Path, tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    async with open_app(options_for(workspace / "runs"), size=size, clock=Clock(T0 + 3600)) as driver:
        await SCENES[name](driver)
        compare(driver.app, f"{name}-{size[0]}x{size[1]}", tmp_path)


@pytest.mark.parametrize("scene", [failed_run, help_], ids=["failed-run", "help"])
async def test_dialogs(workspace: Path, tmp_path: Path, scene: Scene) -> None:
    async with open_app(options_for(workspace / "runs"), clock=Clock(T0 + 3600)) as driver:
        await scene(driver)
        compare(driver.app, scene.__name__.strip("_").replace("_", "-"), tmp_path)


@pytest.mark.parametrize("start", ["runs", "study", "results"])
async def test_empty_screens(tmp_path: Path, start: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # where nobody has carried the demo out
    async with open_app(options_for(Path("runs")), start=start) as driver:
        await driver.shows("No study")
        compare(driver.app, f"empty-{start}", tmp_path)


@pytest.mark.parametrize("dress", ["light", "ascii", "no-colour"])
async def test_dresses(workspace: Path, tmp_path: Path, dress: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if dress == "no-colour":
        monkeypatch.setenv("NO_COLOR", "1")
    options = options_for(
        workspace / "runs", theme="light" if dress == "light" else "dark", ascii_only=dress == "ascii"
    )
    async with open_app(options, clock=Clock(T0 + 3600)) as driver:
        await study(driver)
        compare(driver.app, f"study-{dress}", tmp_path)
