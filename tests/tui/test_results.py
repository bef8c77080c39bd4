"""The tables of a study, driven by keys."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PIL import Image
from textual.widgets import Input

from augtui.runlog.info import read_info, write_info
from augtui.runlog.summary import read_summary
from augtui.tui.dialogs.arm import ArmDialog, arm_page
from augtui.tui.dialogs.prompt import PromptScreen
from augtui.tui.screens.results import tasks
from augtui.tui.screens.results.figures import metric_words
from augtui.tui.screens.results.screen import ResultsScreen
from augtui.tui.text import fraction
from augtui.tui.widgets.mosaic import Mosaic
from augtui.tui.widgets.table import Table
from tests.tui.conftest import Driver, open_app, options_for
from tests.tui.fakes import scenes
from tests.tui.fakes.study import FakeStudy


@pytest.fixture
def study(runs_dir: Path) -> FakeStudy:
    return scenes.finished(runs_dir)


def arms(driver: Driver) -> list[str]:
    return [line.key for line in driver.app.screen.query_one("#table", Table).lines]


async def export_to(driver: Driver, path: str) -> None:
    await driver.press("e")
    await driver.until(lambda: isinstance(driver.app.screen, PromptScreen))
    driver.app.screen.query_one(Input).value = path
    await driver.press("enter")


async def test_the_table_has_means_differences_intervals_and_verdicts(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir), start="results", size=(160, 40)) as driver:
        await driver.shows("660 images", "primary balanced accuracy", "10 seeds", "margin 1 pp")
        await driver.shows("baseline", "✓ helps", "no evidence", "[", "±")


async def test_the_panels_below_follow_the_cursor(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir), start="results", size=(200, 50)) as driver:
        await driver.shows("Confusion · original", "Recall by class")
        await driver.press("G")
        await driver.shows("Confusion · trivial", "against original")


async def test_sort_goes_through_differences_and_metrics(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir), start="results") as driver:
        await driver.shows("geometric-online")
        await driver.press("s", "s")
        await driver.shows("sorted by bal. acc")
        assert arms(driver)[0] == "geometric-online"
        await driver.press("x")
        assert arms(driver)[-1] == "geometric-online"


async def test_another_baseline_gives_paired_differences_without_intervals(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir), start="results") as driver:
        await driver.shows("✓ helps")
        await driver.press("j", "b")
        await driver.shows("against duplicate-20")
        assert "helps" not in driver.text()
        await driver.press("b")
        await driver.shows("✓ helps")


async def test_a_filter_keeps_arms_that_fit(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir), start="results") as driver:
        await driver.shows("geometric-online")
        await driver.press("slash", *"arm~online accuracy>0.8", "enter")
        await driver.until(lambda: arms(driver) == ["geometric-online", "trivial-online"])
        await driver.press("escape")
        await driver.until(lambda: len(arms(driver)) == 6)


async def test_copy_puts_the_marked_rows_on_the_clipboard_as_markdown(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir), start="results") as driver:
        await driver.shows("geometric-online")
        await driver.press("space", "c")
        await driver.shows("1 row copied")
        lines = driver.app.clipboard.splitlines()
        assert len(lines) == 3
        assert lines[0].startswith("| arm | bal. acc |")
        assert lines[2].startswith("| original | .8")


async def test_copy_as_tsv_has_all_numbers(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir), start="results") as driver:
        await driver.shows("geometric-online")
        await driver.press("C")
        await driver.until(lambda: driver.app.clipboard)
        head, *rows = [line.split("\t") for line in driver.app.clipboard.splitlines()]
        assert len(rows) == 6
        assert all(len(row) == len(head) for row in rows)
        assert float(rows[4][head.index("accuracy_mean")]) > 0.88


@pytest.mark.parametrize("suffix", ["md", "tsv", "csv"])
async def test_export_writes_a_file_and_never_over_one(study: FakeStudy, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"table.{suffix}"
    async with open_app(options_for(study.runs_dir), start="results") as driver:
        await driver.shows("geometric-online")
        await export_to(driver, str(target))
        await driver.until(target.exists)
        before = target.read_text()
        assert "geometric-online" in before
        await export_to(driver, str(target))
        await driver.shows("nothing was overwritten")
        assert target.read_text() == before


async def test_a_read_only_app_offers_no_export(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir, readonly=True), start="results") as driver:
        await driver.shows("geometric-20", "s sort")
        assert "e export" not in driver.text()
        await driver.press("e")
        assert not driver.app.screen.is_modal


async def test_export_refuses_a_name_that_it_does_not_know(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir), start="results") as driver:
        await driver.shows("geometric-online")
        await export_to(driver, "table.docx")
        await driver.shows("must end in .md, .tsv or .csv")


async def test_enter_shows_every_seed_of_an_arm(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir), start="results") as driver:
        await driver.shows("geometric-online")
        await driver.press("G", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, ArmDialog))
        await driver.shows("by seed", "mean", "SD", "minus original")
        await driver.press("escape")
        await driver.until(lambda: isinstance(driver.app.screen, ResultsScreen))


async def test_the_most_confident_mistakes_are_pictures(study: FakeStudy, tmp_path: Path) -> None:
    root = tmp_path / "skin"
    (root / "test" / "malignant").mkdir(parents=True)
    for index in range(12):
        Image.new("RGB", (32, 24), (250, 10 * index, 0)).save(root / "test" / "malignant" / f"{1000 + index}.jpg")
    info = read_info(study.paths)
    write_info(study.paths, msgspec.structs.replace(info, dataset_root=str(root)))
    async with open_app(options_for(study.runs_dir), start="results") as driver:
        await driver.shows("as benign", "▀")
        assert driver.app.screen.query_one(Mosaic).per_row >= 3


async def test_a_study_without_tables_has_them_made(study: FakeStudy, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = study.paths.summary.read_bytes()
    study.paths.summary.unlink()
    monkeypatch.setattr(tasks.Summarise, "run", lambda _: study.paths.summary.write_bytes(tables))
    async with open_app(options_for(study.runs_dir), start="results") as driver:
        await driver.shows("geometric-online")


async def test_an_empty_screen_says_why(runs_dir: Path) -> None:
    study = FakeStudy(runs_dir)
    study.prepared()
    async with open_app(options_for(runs_dir), start="results") as driver:
        await driver.shows("No run has finished yet.")


@pytest.mark.parametrize("width", [60, 118])
def test_an_arm_in_full_shows_every_metric_of_every_seed_at_any_width(study: FakeStudy, width: int) -> None:
    summary = read_summary(study.paths.summary)
    arm = summary.arms[1]
    rows = ["".join(text for text, _ in row) for row in arm_page(summary, arm, summary.baseline, width)]
    assert max(map(len, rows)) <= max(width, 100)
    told = "\n".join(rows)
    for name, spread in arm.metrics.items():
        assert metric_words(name, summary) in told
        assert all(fraction(value) in told for value in spread.values)
    heads = [row.split()[2:] for row in rows if row.startswith("by seed")]
    assert [int(seed) for head in heads for seed in head] == list(arm.seeds)
