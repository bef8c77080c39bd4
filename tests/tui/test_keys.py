"""Every key of every screen, pressed, and what it does. A binding without a step here fails the last two tests."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.binding import Binding
from textual.widgets import Input

from augtui.runlog.checks import CheckReport, Problem
from augtui.tui.config import binding_ids, binding_owners
from augtui.tui.dialogs.arm import ArmDialog
from augtui.tui.dialogs.compare import CompareScreen
from augtui.tui.dialogs.confirm import ConfirmScreen
from augtui.tui.dialogs.help import HelpScreen
from augtui.tui.dialogs.notes import NotesScreen
from augtui.tui.dialogs.palette import PaletteScreen
from augtui.tui.dialogs.prompt import PromptScreen
from augtui.tui.dialogs.run import RunDialog
from augtui.tui.screens.base import PanelScreen
from augtui.tui.screens.design import tasks as design_tasks
from augtui.tui.screens.results import tasks as results_tasks
from augtui.tui.screens.study import tasks as study_tasks
from augtui.tui.widgets.chart import Chart
from augtui.tui.widgets.form import Form, FormRows
from augtui.tui.widgets.lines import Page
from augtui.tui.widgets.panel import Panel
from augtui.tui.widgets.seedgrid import SeedGrid
from augtui.tui.widgets.table import Table
from tests.tui.conftest import Driver, open_app, options_for
from tests.tui.fakes import scenes
from tests.tui.fakes.data import write_dataset
from tests.tui.fakes.plans import SKIN
from tests.tui.fakes.study import FakeStudy


@dataclass(frozen=True)
class Step:
    """One key, and what holds once it has done its work."""

    id: str
    """Of the binding."""
    key: str
    then: Callable[[Any], object]
    """Asked of the app."""


Ready = Callable[[Driver], Awaitable[None]]


def one(kind: type[Any], selector: str = "") -> Callable[[Any], Any]:
    """The widget of this kind on the screen."""
    return lambda app: app.screen.query_one(selector or kind, kind)


def on(kind: type[Any]) -> Callable[[Any], bool]:
    """This screen is on top."""
    return lambda app: isinstance(app.screen, kind)


def named(name: str) -> Callable[[Any], bool]:
    return lambda app: getattr(app.screen, "NAME", "") == name


grid, chart, table, page = one(SeedGrid), one(Chart), one(Table, "#table"), one(Page)


def place(row: int, column: int) -> Callable[[Any], bool]:
    return lambda app: grid(app).place == (row, column)


def line(number: int) -> Callable[[Any], bool]:
    return lambda app: table(app).cursor == number


def scrolled(test: Callable[[float, float], bool]) -> Callable[[Any], bool]:
    """Of a page: how far it is scrolled, and how far it can be."""
    return lambda app: test(page(app).scroll_offset.y, page(app).max_scroll_y)


def at_epoch(epoch: float | None) -> Callable[[Any], bool]:
    return lambda app: chart(app).cursor == epoch


def open_panel(digit: int) -> Callable[[Any], bool]:
    """The panel is open: alone, or the grid and the curves together."""
    return lambda app: digit in opened(app) and opened(app) in ([digit], [6, 8])


def opened(app: Any) -> list[int]:
    return [panel.digit for panel in app.screen.query(Panel) if not panel.shut]


def requests(study: FakeStudy) -> list[str]:
    try:
        return [json.loads(text)["request"] for text in study.paths.control.read_text().splitlines()]
    except FileNotFoundError:
        return []


def asked(what: str) -> Callable[[Any], bool]:
    """The supervisor has been asked for something."""
    return lambda app: f'"{what}"' in (app.study.folder / "control.jsonl").read_text()


def settings(app: Any) -> FormRows:
    return app.screen.query_one("#settings", Form).query_one(FormRows)  # type: ignore[no-any-return]


def on_row(key: str) -> Callable[[Any], bool]:
    """Nothing is typed, and the cursor is on this field."""
    form = one(Form, "#settings")
    return lambda app: isinstance(app.focused, FormRows) and form(app).key == key


def arms(app: Any) -> list[str]:
    return [arm["name"] for arm in app.screen._draft.arms]


SCREENS = (
    Step("app.design", "1", named("design")),
    Step("app.results", "3", named("results")),
    Step("app.runs", "4", named("runs")),
    Step("app.study", "2", named("study")),
    Step("app.theme", "f2", lambda app: not app.current_theme.dark),
    Step("app.palette", "colon", on(PaletteScreen)),
    Step("palette.page_down", "pagedown", lambda app: app.screen._cursor == 10),
    Step("palette.page_up", "pageup", lambda app: app.screen._cursor == 0),
    Step("palette.down", "down", lambda app: app.screen._cursor == 1),
    Step("palette.up", "up", lambda app: app.screen._cursor == 0),
    Step("palette.close", "escape", named("study")),
    Step("", "colon", on(PaletteScreen)),
    *(Step("", key, on(PaletteScreen)) for key in "browse"),
    Step("palette.take", "enter", named("runs")),
    Step("", "2", named("study")),
    Step("app.help", "question_mark", on(HelpScreen)),
    Step("page.down", "j", scrolled(lambda y, _: y == 1)),
    Step("page.up", "k", scrolled(lambda y, _: y == 0)),
    Step("page.page_down", "pagedown", scrolled(lambda y, _: y > 1)),
    Step("page.page_up", "pageup", scrolled(lambda y, _: y == 0)),
    Step("page.last", "G", scrolled(lambda y, most: 0 < y == most)),
    Step("page.first", "g", scrolled(lambda y, _: y == 0)),
    Step("help.close", "escape", named("study")),
    Step("app.suspend", "ctrl+z", lambda app: app.put_aside),
    Step("app.copy", "ctrl+c", lambda app: not app.is_running),
)
PANELS = (
    *(Step(f"panel.{digit}", str(digit), open_panel(digit)) for digit in (5, 7, 9, 8, 6)),
    *(Step("panel.next", "tab", open_panel(digit)) for digit in (7, 8, 9, 5, 6)),
    Step("panel.previous", "shift+tab", open_panel(5)),
    Step("", "6", open_panel(6)),
    Step("panel.zoom", "z", lambda app: app.screen.layout_kind == "alone"),
    Step("app.back", "escape", lambda app: app.screen.layout_kind == "stack"),
    Step("app.quit", "q", lambda app: not app.is_running),
)
STUDY = (
    Step("grid.first", "g", lambda app: grid(app).place[0] == 0),
    *(Step("grid.left", "h", lambda app, c=c: grid(app).place[1] == c) for c in (5, 4, 3, 2, 1, 0)),
    Step("grid.right", "l", place(0, 1)),
    Step("grid.down", "j", place(1, 1)),
    Step("grid.up", "k", place(0, 1)),
    Step("grid.last", "G", place(5, 1)),
    Step("grid.page_up", "pageup", place(0, 1)),
    Step("grid.page_down", "pagedown", place(5, 1)),
    Step("grid.open", "enter", on(RunDialog)),
    Step("run.close", "escape", named("study")),
    Step("study.warnings", "w", on(NotesScreen)),
    Step("notes.close", "escape", named("study")),
    Step("study.failed", "f", lambda app: app.study.runs[grid(app).folder].status == "failed"),
    Step("study.scope", "v", lambda app: app.screen._scope != "arm"),
    Step("study.value", "m", lambda app: app.screen._value != "val_accuracy"),
    Step("study.log", "y", lambda app: chart(app).log_y),
    Step("study.smoother", "plus", lambda app: chart(app).smoothing > 0),
    Step("study.rougher", "minus", lambda app: chart(app).smoothing == 0),
    Step("", "8", lambda app: app.screen.focused_panel.digit == 8),
    Step("chart.last", "G", at_epoch(30)),
    Step("chart.left", "h", at_epoch(29)),
    Step("chart.far_left", "H", at_epoch(19)),
    Step("chart.far_right", "L", at_epoch(29)),
    Step("chart.right", "l", at_epoch(30)),
    Step("chart.first", "g", at_epoch(1)),
    Step("chart.in", "i", lambda app: chart(app).window[1] < 30),
    Step("chart.out", "o", lambda app: chart(app).window == (1, 30)),
    Step("chart.all", "0", at_epoch(None)),
    Step("study.retry", "r", asked("retry")),
    Step("study.run", "R", asked("until")),
    Step("study.stop", "s", on(ConfirmScreen)),
    Step("confirm.no", "n", named("study")),
    Step("", "s", on(ConfirmScreen)),
    Step("confirm.yes", "y", asked("stop")),
)
WAITING = (Step("study.next", "n", lambda app: study_tasks.Launch in app.done),)
RESULTS = (
    Step("table.last", "G", line(5)),
    Step("table.first", "g", line(0)),
    Step("table.down", "j", line(1)),
    Step("table.up", "k", line(0)),
    Step("table.page_down", "pagedown", lambda app: table(app).cursor > 0),
    Step("table.page_up", "pageup", line(0)),
    Step("table.open", "enter", on(ArmDialog)),
    Step("arm.close", "escape", named("results")),
    Step("results.mark", "space", lambda app: len(table(app).marked) == 1),
    Step("results.sort", "s", lambda app: app.screen._sort != ""),
    Step("results.reverse", "x", lambda app: app.screen._reversed is False),
    Step("results.baseline", "b", lambda app: app.screen._baseline != ""),
    Step("results.copy", "c", lambda app: app.clipboard.startswith("|")),
    Step("results.copy_tsv", "C", lambda app: "\t" in app.clipboard),
    Step("results.warnings", "w", on(NotesScreen)),
    Step("", "w", named("results")),
    Step("results.export", "e", on(PromptScreen)),
    Step("prompt.cancel", "escape", named("results")),
    Step("results.filter", "slash", lambda app: isinstance(app.focused, Input)),
    Step("", "x", lambda app: app.focused.value == "x"),
    Step("filter.leave", "enter", lambda app: isinstance(app.focused, Table)),
    Step("results.update", "u", lambda app: results_tasks.Summarise in app.done),
)
RUNS = (
    Step("runs.details", "i", lambda app: app.screen.has_class("-details")),
    Step("runs.sort", "s", lambda app: app.screen._sort == "name"),
    Step("runs.reverse", "x", lambda app: app.screen._reversed is True),
    Step("runs.filter", "slash", lambda app: isinstance(app.focused, Input)),
    Step("", "k", lambda app: app.focused.value == "k"),
    Step("filter.clear", "escape", lambda app: isinstance(app.focused, Table)),
    Step("", "g", line(0)),
    Step("runs.mark", "space", lambda app: len(table(app).marked) == 1),
    Step("runs.delete", "d", on(ConfirmScreen)),
    Step("", "escape", named("runs")),
    Step("", "space", lambda app: len(table(app).marked) == 2),
    Step("runs.compare", "c", on(CompareScreen)),
    Step("compare.close", "escape", named("runs")),
)
DESIGN = (
    Step("", "7", lambda app: isinstance(app.focused, FormRows)),
    Step("form.last", "G", lambda app: settings(app).cursor > 3),
    Step("form.first", "g", lambda app: settings(app).cursor < 3),
    Step("form.down", "j", lambda app: settings(app).cursor >= 1),
    Step("form.up", "k", lambda app: settings(app).cursor <= 1),
    Step("", "f12", lambda app: settings(app).go_to("train.epochs") or True),
    Step("form.change", "enter", lambda app: isinstance(app.focused, Input)),
    Step("field.next", "down", on_row("train.batch_size")),
    Step("", "enter", lambda app: isinstance(app.focused, Input)),
    Step("field.previous", "up", on_row("train.epochs")),
    Step("", "enter", lambda app: isinstance(app.focused, Input)),
    Step("", "9", lambda app: app.focused.value == "9"),
    Step("field.leave", "escape", lambda app: isinstance(app.focused, FormRows)),
    Step("", "enter", lambda app: isinstance(app.focused, Input) and app.focused.value == "30"),
    Step("", "7", lambda app: app.focused.value == "7"),
    Step("field.take", "enter", lambda app: app.screen._draft.value("train", "epochs") == 7),
    Step("design.settings", "t", lambda app: app.screen._every),
    Step("", "f12", lambda app: settings(app).go_to("train.optimizer") or True),
    Step("form.after", "l", lambda app: app.screen._draft.value("train", "optimizer") not in (None, "adam")),
    Step("form.default", "backspace", lambda app: app.screen._draft.value("train", "optimizer") is None),
    Step("form.before", "h", lambda app: app.screen._draft.value("train", "optimizer") is not None),
    Step("", "6", lambda app: isinstance(app.focused, Table | FormRows)),
    Step("design.add", "a", lambda app: len(arms(app)) == app.screen.counted + 1),
    Step("design.copy", "y", lambda app: len(arms(app)) == app.screen.counted + 2),
    Step("design.up", "K", lambda app: arms(app)[-2].endswith("-2")),
    Step("design.down", "J", lambda app: arms(app)[-1].endswith("-2")),
    Step("design.part", "plus", lambda app: len(app.screen._draft.arms[-1]["add"]) == 2),
    Step("design.no_part", "minus", lambda app: not isinstance(app.screen._draft.arms[-1]["add"], list)),
    Step("design.delete", "d", lambda app: len(arms(app)) == app.screen.counted + 1),
    Step("design.draw", "p", lambda app: app.screen._seed == 1),
    Step("design.check", "i", lambda app: design_tasks.CheckData in app.done),
    Step("design.edit", "e", lambda app: any("Save the plan first" in note.message for note in app._notifications)),
    Step("design.open", "o", on(PromptScreen)),
    Step("prompt.down", "down", lambda app: app.screen.query_one(Input).value.endswith("first.toml")),
    Step("prompt.down", "down", lambda app: app.screen.query_one(Input).value.endswith("second.toml")),
    Step("prompt.up", "up", lambda app: app.screen.query_one(Input).value.endswith("first.toml")),
    Step("", "escape", named("design")),
    Step("design.save", "ctrl+s", on(PromptScreen)),
    Step("", "escape", named("design")),
    Step("design.step", "n", lambda app: design_tasks.FindEqual in app.done),
    Step("", "f12", lambda app: app.done.clear() or True),
    Step("design.start", "R", lambda app: design_tasks.FindEqual in app.done),
)
WALKS = (SCREENS, PANELS, STUDY, WAITING, RESULTS, RUNS, DESIGN)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> set[type]:
    """Kinds of the tasks that would have started other processes."""
    kinds: set[type] = set()
    for kind in (
        study_tasks.Launch, results_tasks.Summarise, design_tasks.CheckData, design_tasks.FindEqual,
    ):  # fmt: skip
        monkeypatch.setattr(kind, "run", lambda task: kinds.add(type(task)))
    return kinds


async def walk(driver: Driver, steps: tuple[Step, ...], done: set[type]) -> None:
    app: Any = driver.app
    app.done, app.put_aside = done, False
    for step in steps:
        await driver.press(step.key)
        await driver.until(lambda step=step: step.then(app), f"{step.id or 'a step'} by {step.key}")


async def test_keys_that_hold_everywhere(runs_dir: Path, done: set[type], monkeypatch: pytest.MonkeyPatch) -> None:
    scenes.live(runs_dir)
    async with open_app(options_for(runs_dir), size=(80, 24)) as driver:
        await driver.shows("37/60")
        monkeypatch.setattr(type(driver.app), "action_suspend_process", lambda app: setattr(app, "put_aside", True))
        await walk(driver, SCREENS, done)


async def test_keys_of_panels(runs_dir: Path, done: set[type]) -> None:
    scenes.live(runs_dir)
    async with open_app(options_for(runs_dir), size=(80, 24)) as driver:
        await driver.until(lambda: driver.app.focused)
        await walk(driver, PANELS, done)


async def test_keys_of_a_study_at_work(runs_dir: Path, done: set[type]) -> None:
    study = scenes.live(runs_dir)
    study.paths.control.touch()
    found = CheckReport(problems=[Problem(level="warn", code="no-groups", message="no groups are given")])
    study.paths.check.write_bytes(msgspec.json.encode(found))
    async with open_app(options_for(runs_dir)) as driver:
        await driver.until(lambda: driver.app.study is not None and len(driver.app.study.curves) == 40)
        grid(driver.app).go_to(study.folders[36])
        await walk(driver, STUDY, done)


async def test_keys_of_a_study_that_waits(runs_dir: Path, done: set[type]) -> None:
    study = FakeStudy(runs_dir)
    study.start()
    study.end("waiting")
    async with open_app(options_for(runs_dir), start="study") as driver:
        await driver.shows("n next step")
        await walk(driver, WAITING, done)


async def test_keys_of_results(runs_dir: Path, done: set[type]) -> None:
    scenes.finished(runs_dir)
    async with open_app(options_for(runs_dir), start="results") as driver:
        await driver.shows("✓ helps")
        await walk(driver, RESULTS, done)


async def test_keys_of_the_list(runs_dir: Path, done: set[type]) -> None:
    scenes.finished(runs_dir)
    scenes.finished(runs_dir, "skin-2", ago=100_000)
    async with open_app(options_for(runs_dir), start="runs") as driver:
        await driver.shows("Studies · 2")
        await walk(driver, RUNS, done)


async def test_keys_of_design(tmp_path: Path, done: set[type]) -> None:
    write_dataset(tmp_path / "data" / "moles", {"benign": 24, "malignant": 8})
    (tmp_path / "data" / "plans").mkdir()
    for name in ("first", "second"):
        (tmp_path / "data" / "plans" / f"{name}.toml").write_text(SKIN)
    async with open_app(options_for(tmp_path / "runs"), size=(120, 40)) as driver:
        screen: Any = driver.app.screen
        await driver.until(lambda: screen._draft.value("dataset") == "moles")
        screen.counted = len(screen._draft.arms)
        await walk(driver, DESIGN, done)


def test_every_binding_has_a_step() -> None:
    tested = {step.id for steps in WALKS for step in steps}
    assert sorted(set(binding_ids()) - tested) == []
    assert sorted(tested - set(binding_ids()) - {""}) == []


@pytest.mark.parametrize("owner", binding_owners(), ids=lambda owner: owner.__name__)
async def test_every_key_of_a_binding_reaches_its_action(runs_dir: Path, owner: type[Any]) -> None:
    """The other keys of a binding do what the one that was tested does: each leads to the same action, once."""
    known: dict[str, str] = {}
    for binding in owner.BINDINGS:
        assert isinstance(binding, Binding)
        for key in binding.key.split(","):
            assert key not in known, f"{key} is bound twice by {owner.__name__}"
            known[key] = binding.action
    if issubclass(owner, PanelScreen) and owner is not PanelScreen:
        below = {key for binding in PanelScreen.BINDINGS for key in binding.key.split(",")}  # type: ignore[union-attr]
        assert not below & set(known), "a screen's key would hide one of the panels'"
