"""Designing a study by keys."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import pytest
from textual.widgets import Input

from augtui.plan.reader import read_plan
from augtui.runlog.checks import CheckReport, Problem
from augtui.tui.dialogs.prompt import PromptScreen
from augtui.tui.screens.design import tasks
from augtui.tui.screens.design.arms import HOWS, sources
from augtui.tui.screens.design.draft import Draft
from augtui.tui.screens.design.estimate import student
from augtui.tui.screens.design.panels import ArmsPanel, DatasetPanel
from augtui.tui.screens.design.screen import DesignScreen
from augtui.tui.screens.design.speed import MeasureSpeed, Speed, speed_key
from augtui.tui.widgets.form import Form
from augtui.tui.widgets.formrows import FormRows
from tests.tui.conftest import Driver, open_app, options_for
from tests.tui.fakes.data import write_dataset
from tests.tui.fakes.preview import FakePreview
from tests.tui.fakes.study import FakeStudy

PLAN = """\
# What we want to know about skin.
name    = "skin"
dataset = "moles"     # ours
seeds   = 3

[train]
epochs = 2            # short

[[arms]]
name = "original"

# The one that we hope for.
[[arms]]
name = "turned"
add  = { policy = { name = "geometric", rotate = [-10, 10] }, amount = 0.2 }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two datasets."""
    write_dataset(tmp_path / "data" / "moles", {"benign": 24, "malignant": 8})
    write_dataset(tmp_path / "data" / "scans", {"a": 6, "b": 6, "c": 6})
    return tmp_path


@pytest.fixture
def plan(folder: Path) -> Path:
    path = folder / "skin.toml"
    path.write_text(PLAN)
    return path


def read(path: Path) -> str:
    return path.read_text()


def make(path: Path) -> None:
    path.mkdir(parents=True)


def write(path: Path, text: str) -> None:
    path.write_text(text)


def draft(driver: Driver) -> Draft:
    screen = driver.app.screen_stack[0]
    assert isinstance(screen, DesignScreen)
    return screen._draft


def rows(driver: Driver, form: str) -> FormRows:
    return driver.app.screen.query_one(form, Form).query_one(FormRows)


async def change(driver: Driver, form: str, key: str, text: str) -> None:
    """Type a value into a field of a form."""
    fields = rows(driver, form)
    fields.focus()
    fields.go_to(key)
    await driver.press("enter")
    await driver.until(lambda: isinstance(driver.app.focused, Input))
    assert isinstance(driver.app.focused, Input)
    driver.app.focused.value = text
    await driver.press("enter")


async def test_datasets_are_found_and_a_plan_is_begun_for_the_first(folder: Path) -> None:
    async with open_app(options_for(folder / "runs"), size=(200, 50)) as driver:
        await driver.shows("moles", "scans", "demo", "malignant", "classes differ 3.0-fold", "16×16")
        await driver.until(lambda: draft(driver).value("dataset") == "moles")
        assert draft(driver).plan is not None


async def test_in_an_empty_folder_the_first_thing_to_do_has_the_focus(tmp_path: Path) -> None:
    async with open_app(options_for(tmp_path / "runs"), start="design") as driver:
        screen = driver.app.screen
        assert isinstance(screen, DesignScreen)
        await driver.until(lambda: isinstance(screen.focused_panel, DatasetPanel))
        await driver.press("enter")
        await driver.until(lambda: draft(driver).value("dataset") == "demo")


async def test_a_dataset_is_chosen_with_enter(folder: Path) -> None:
    async with open_app(options_for(folder / "runs")) as driver:
        await driver.until(lambda: draft(driver).value("dataset") == "moles")
        await driver.press("5", "j", "enter")
        await driver.until(lambda: draft(driver).value("dataset") == "scans")


async def test_a_broken_dataset_says_what_is_wrong_and_cannot_be_chosen(folder: Path) -> None:
    (folder / "data" / "empty" / "train").mkdir(parents=True)
    async with open_app(options_for(folder / "runs")) as driver:
        await driver.until(lambda: draft(driver).value("dataset") == "moles")
        await driver.press("5", "g")
        await driver.shows("✗")
        await driver.press("enter")
        assert draft(driver).value("dataset") == "moles"


async def test_arms_are_added_copied_moved_and_deleted(folder: Path) -> None:
    async with open_app(options_for(folder / "runs")) as driver:
        await driver.until(lambda: draft(driver).value("dataset") == "moles")
        names = lambda: [arm["name"] for arm in draft(driver).arms]  # noqa: E731
        before = names()
        await driver.press("a")
        await driver.until(lambda: len(names()) == len(before) + 1)
        added = names()[-1]
        await driver.press("y")
        assert names()[-1] == f"{added}-2"
        assert any("builds the same training set" in problem.message for problem in draft(driver).problems)
        await driver.press("K")
        assert names()[-2:] == [f"{added}-2", added]
        await driver.press("d")
        assert names() == [*before, added]
        assert draft(driver).plan is not None


async def test_the_form_of_an_arm_has_every_parameter_of_the_catalog(plan: Path) -> None:
    async with open_app(options_for(plan.parent / "runs", plan=plan)) as driver:
        await driver.until(lambda: draft(driver).path == plan)
        await driver.press("6", "j")
        await driver.shows("turned", "flip_horizontal", "translate", "[-10, 10]")


async def test_a_parameter_is_typed_and_kept(plan: Path) -> None:
    async with open_app(options_for(plan.parent / "runs", plan=plan)) as driver:
        await driver.until(lambda: draft(driver).path == plan)
        await driver.press("6", "j")
        await change(driver, "#arm-form", "0.p.rotate", "[-30, 30]")
        await driver.until(lambda: draft(driver).changed)
        made = draft(driver).plan
        assert made is not None
        policy = made.arms[1].add[0].policy
        assert policy is not None
        assert str(policy.params["rotate"]) == "Uniform(low=-30.0, high=30.0)"


@pytest.mark.parametrize(
    ("form", "key", "text", "said"),
    [
        ("#arm-form", "0.p.rotate", "[10, -10]", "the range goes from 10 to -10"),
        ("#arm-form", "0.p.rotate", "fast", "a number is needed"),
        ("#arm-form", "0.size", "-1", "must be above 0"),
        ("#arm-form", "name", "Not A Name", "cannot be the name of a folder"),
        ("#settings", "seeds", "abc", "an integer"),
        ("#settings", "train.epochs", "0", "must be from 1"),
        ("#settings", "model.name", "resnet51", "resnet50"),
    ],
)
async def test_what_is_wrong_is_said_beside_the_field(plan: Path, form: str, key: str, text: str, said: str) -> None:
    async with open_app(options_for(plan.parent / "runs", plan=plan), size=(200, 50)) as driver:
        await driver.until(lambda: draft(driver).path == plan)
        await driver.press("6", "j")
        await change(driver, form, key, text)
        await driver.until(lambda: draft(driver).plan is None)
        fields = {field.key: field for field in rows(driver, form).fields}
        assert said in fields[key].error
        assert text in fields[key].text
        await driver.shows("✗")
        await driver.press("R")
        await driver.shows("The plan is not ready")


async def test_choices_turn_with_left_and_right(plan: Path) -> None:
    async with open_app(options_for(plan.parent / "runs", plan=plan)) as driver:
        await driver.until(lambda: draft(driver).path == plan)
        await driver.press("7")
        rows(driver, "#settings").go_to("primary")
        await driver.press("l")
        assert draft(driver).value("primary") == "macro_recall"
        await driver.press("h", "h")
        assert draft(driver).value("primary") == "accuracy"
        await driver.press("backspace")
        assert draft(driver).value("primary") is None


async def test_an_arm_changes_between_add_replace_and_online(plan: Path) -> None:
    async with open_app(options_for(plan.parent / "runs", plan=plan)) as driver:
        await driver.until(lambda: draft(driver).path == plan)
        await driver.press("6", "j", "enter")
        for how in ("replace", "online", "add"):
            rows(driver, "#arm-form").go_to("0.how")
            await driver.press("l")
            await driver.until(lambda how=how: how in draft(driver).arms[1])
            assert draft(driver).plan is not None


async def test_parts_are_added_and_removed(plan: Path) -> None:
    async with open_app(options_for(plan.parent / "runs", plan=plan)) as driver:
        await driver.until(lambda: draft(driver).path == plan)
        await driver.press("6", "j", "plus")
        await driver.until(lambda: len(draft(driver).arms[1]["add"]) == 2)
        await driver.press("minus")
        await driver.until(lambda: isinstance(draft(driver).arms[1]["add"], dict))


async def test_saving_keeps_what_was_written_by_hand(plan: Path) -> None:
    async with open_app(options_for(plan.parent / "runs", plan=plan)) as driver:
        await driver.until(lambda: draft(driver).path == plan)
        await driver.press("7")
        await change(driver, "#settings", "train.epochs", "7")
        await driver.press("ctrl+s")
        await driver.until(lambda: not draft(driver).changed)
    text = read(plan)
    assert "# What we want to know about skin." in text
    assert "# The one that we hope for." in text
    assert "epochs = 7            # short" in text
    assert read_plan(plan).plan.train.epochs == 7


async def test_a_new_plan_is_saved_under_a_name_and_never_over_a_file(plan: Path) -> None:
    target = plan.parent / "new.toml"
    async with open_app(options_for(plan.parent / "runs")) as driver:
        await driver.until(lambda: draft(driver).value("dataset") == "moles")
        await driver.press("ctrl+s")
        await driver.until(lambda: isinstance(driver.app.screen, PromptScreen))
        driver.app.screen.query_one(Input).value = str(plan)
        await driver.press("enter")
        await driver.shows("choose another name")
        assert read(plan) == PLAN
        await driver.press("ctrl+s")
        await driver.until(lambda: isinstance(driver.app.screen, PromptScreen))
        driver.app.screen.query_one(Input).value = str(target)
        await driver.press("enter")
        await driver.until(target.exists)
    assert read_plan(target).plan.dataset == "moles"


async def test_a_plan_is_opened(plan: Path) -> None:
    async with open_app(options_for(plan.parent / "runs")) as driver:
        await driver.until(lambda: draft(driver).value("dataset") == "moles")
        await driver.press("o")
        await driver.until(lambda: isinstance(driver.app.screen, PromptScreen))
        driver.app.screen.query_one(Input).value = str(plan)
        await driver.press("enter")
        await driver.until(lambda: draft(driver).path == plan)
        await driver.shows("turned")


async def test_a_file_that_is_no_toml_is_refused_with_its_place(folder: Path) -> None:
    (folder / "bad.toml").write_text("name = \n")
    async with open_app(options_for(folder / "runs", plan=folder / "bad.toml")) as driver:
        await driver.shows("Invalid value", "mend it in your editor")


async def test_editing_opens_the_editor_on_the_file(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = plan.parent / "editor.py"
    script.write_text(
        "import pathlib, sys\np = pathlib.Path(sys.argv[1])\np.write_text(p.read_text().replace('= 3', '= 9'))"
    )
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")
    async with open_app(options_for(plan.parent / "runs", plan=plan)) as driver:
        monkeypatch.setattr(driver.app, "suspend", contextlib.nullcontext)
        await driver.until(lambda: draft(driver).path == plan)
        await driver.press("e")
        await driver.until(lambda: draft(driver).value("seeds") == 9)


async def test_the_estimate_counts_runs_and_says_what_could_show(plan: Path) -> None:
    async with open_app(options_for(plan.parent / "runs", plan=plan)) as driver:
        await driver.shows("2 arms × 3 seeds", "27 train", "8 test", "can show", "a verdict needs 5 seeds")


async def test_the_smallest_visible_difference_is_that_of_the_check() -> None:
    from scipy import stats

    for df in (4, 9, 19, 660):
        for probability in (0.8, 0.975):
            assert student(probability, df) == pytest.approx(stats.t.ppf(probability, df), rel=0.01)


async def test_the_preview_shows_the_policy_of_the_arm_under_the_cursor(plan: Path) -> None:
    preview = FakePreview()
    async with open_app(options_for(plan.parent / "runs", plan=plan), preview=preview) as driver:
        await driver.until(lambda: draft(driver).path == plan)
        await driver.press("6", "j")
        await driver.shows("Preview · geometric", "▀", "rotate 0")
        assert preview.requests[-1].policy is not None
        assert preview.requests[-1].policy.name == "geometric"
        assert not preview.requests[-1].online
        seed = preview.requests[-1].seed
        await driver.press("p")
        await driver.until(lambda: preview.requests[-1].seed == seed + 1)


async def test_checking_the_images_lists_what_was_found(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = CheckReport(problems=[Problem(level="block", code="leak-exact", message="3 in train too")])
    monkeypatch.setattr(tasks.CheckData, "run", lambda _: report)
    monkeypatch.setattr(MeasureSpeed, "run", lambda task: Speed(100.0, 2, "", speed_key(task.plan)))
    async with open_app(options_for(plan.parent / "runs", plan=plan)) as driver:
        await driver.until(lambda: draft(driver).path == plan)
        await driver.shows("moles")
        await driver.press("i")
        await driver.shows("leak-exact: 3 in train too", "about 4 s", "without augmentation")


async def test_the_time_is_told_from_runs_of_the_same_kind(plan: Path) -> None:
    runs = plan.parent / "runs"
    before = FakeStudy(runs, "skin-20261101-120000", read(plan))
    before.prepared()
    before.whole(before.folders[0])
    before.close()
    async with open_app(options_for(runs, plan=plan), start="design") as driver:
        await driver.until(lambda: draft(driver).path == plan)
        await driver.shows("as in skin-20261101-120000")


async def test_a_message_that_has_no_room_beside_its_field_stands_under_it(plan: Path) -> None:
    async with open_app(options_for(plan.parent / "runs", plan=plan)) as driver:
        await driver.until(lambda: draft(driver).path == plan)
        await driver.press("7")
        await change(driver, "#settings", "seeds", "five")
        fields = rows(driver, "#settings")
        await driver.until(lambda: any(field.error for field in fields.fields))
        shown = " ".join(line.text.strip() for line in map(fields.render_line, range(fields.size.height)))
        wrong = next(field for field in fields.fields if field.error)
        assert wrong.key == "seeds"
        assert wrong.error in " ".join(shown.split())


async def test_the_preview_follows_the_part_under_the_cursor(plan: Path) -> None:
    write(plan, PLAN + 'online = { policy = "mixup" }\n')
    async with open_app(options_for(plan.parent / "runs", plan=plan)) as driver:
        await driver.until(lambda: draft(driver).path == plan)
        await driver.press("6", "j")
        await driver.shows("Preview · mixup")
        await driver.press("enter", "j", "j")
        await driver.shows("Preview · geometric")


@pytest.mark.parametrize(("key", "until"), [("R", None), ("n", "check")])
async def test_start_makes_a_study_of_the_plan_and_shows_it(
    plan: Path, monkeypatch: pytest.MonkeyPatch, key: str, until: str | None
) -> None:
    from augtui import study

    launched: list[str | None] = []
    monkeypatch.setattr(study, "launch_new", lambda _paths, *, until=None: launched.append(until) or 1)
    async with open_app(options_for(plan.parent / "runs", plan=plan)) as driver:
        await driver.until(lambda: draft(driver).path == plan)
        await driver.shows("6 runs")
        await driver.press(key)
        await driver.until(lambda: driver.app.screen.NAME == "study" and driver.app.study is not None)
        assert driver.app.study is not None
        assert driver.app.study.plan == read_plan(plan).plan
        assert launched == [until]


async def test_starting_an_equal_study_again_asks_first(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from augtui import study

    monkeypatch.setattr(study, "launch_new", lambda _paths, *, until=None: 1)
    runs = plan.parent / "runs"
    study.create(read_plan(plan), dataset_root=plan.parent / "data" / "moles", runs_dir=runs)
    async with open_app(options_for(runs, plan=plan)) as driver:
        await driver.until(lambda: draft(driver).path == plan)
        await driver.shows("6 runs")
        await driver.press("R")
        await driver.shows("Start another one?")
        await driver.press("n")
        await driver.until(lambda: isinstance(driver.app.screen, DesignScreen))
        assert len(list(runs.iterdir())) == 1


async def test_a_plan_that_does_not_fit_its_dataset_does_not_start(plan: Path) -> None:
    write(plan, PLAN.replace("seeds", 'positive = "melanoma"\nseeds'))
    async with open_app(options_for(plan.parent / "runs", plan=plan)) as driver:
        await driver.until(lambda: draft(driver).path == plan)
        await driver.shows("6 runs")
        await driver.press("R")
        await driver.shows("has no class")


async def test_a_read_only_app_offers_neither_start_nor_save(plan: Path) -> None:
    async with open_app(options_for(plan.parent / "runs", plan=plan, readonly=True)) as driver:
        await driver.until(lambda: draft(driver).path == plan)
        await driver.shows("6 runs", "o open")
        assert "R start" not in driver.text()
        assert "save" not in driver.text()
        await driver.press("R", "n", "ctrl+s")
        assert not driver.app.screen.is_modal
        assert not (plan.parent / "runs").exists()


async def test_all_settings_can_be_shown(plan: Path) -> None:
    async with open_app(options_for(plan.parent / "runs", plan=plan), size=(160, 60)) as driver:
        await driver.until(lambda: draft(driver).path == plan)
        await driver.press("t")
        await driver.shows("on corrupt", "weight decay")
        await driver.press("t")
        await driver.until(lambda: "weight decay" not in driver.text())


def test_every_source_can_be_added_replaced_or_used_online() -> None:
    assert all(sources(how) for how in HOWS)
    assert any(name.startswith("generator ") for name in sources("add"))
    assert not any(name.startswith("generator ") for name in sources("online"))


async def test_the_arms_panel_names_the_baseline_first(plan: Path) -> None:
    async with open_app(options_for(plan.parent / "runs", plan=plan)) as driver:
        await driver.until(lambda: draft(driver).path == plan)
        assert driver.app.screen.query_one(ArmsPanel).index == 0
        await driver.shows("◆  original")


async def test_plans_are_offered_to_open(plan: Path) -> None:
    plans = plan.parent / "data" / "plans"
    make(plans)
    write(plans / "other.toml", PLAN.replace('"skin"', '"other"'))
    async with open_app(options_for(plan.parent / "runs"), start="design") as driver:
        await driver.until(lambda: draft(driver).value("dataset") == "moles")
        await driver.press("o")
        await driver.shows("Open a plan", "other.toml")
        await driver.press("down", "enter")
        await driver.until(lambda: draft(driver).path == plans / "other.toml")
