"""What holds on every screen: help, palette, themes, keys of one's own, leaving."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.command import CommandPalette

from augtui.errors import AugtuiError
from augtui.tui import terminal
from augtui.tui.config import Config, binding_ids, config_path, read_config
from augtui.tui.dialogs.help import HelpScreen
from augtui.tui.options import Options
from augtui.tui.start import merged
from tests.tui.conftest import open_app, options_for
from tests.tui.fakes import scenes
from tests.tui.fakes.study import FakeStudy


@pytest.fixture
def study(runs_dir: Path) -> FakeStudy:
    return scenes.live(runs_dir)


async def test_digits_lead_to_the_four_screens(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        for key, name in (("1", "design"), ("2", "study"), ("3", "results"), ("4", "runs")):
            await driver.press(key)
            await driver.until(lambda name=name: driver.app.screen.NAME == name)  # noqa: SIM300


async def test_a_click_on_the_header_leads_to_a_screen(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.shows("4 Runs")
        await driver.pilot.click("#header", offset=(driver.text().splitlines()[0].index("4 Runs") + 2, 0))
        await driver.until(lambda: driver.app.screen.NAME == "runs")


async def test_a_click_on_a_key_in_the_footer_presses_it(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.shows("s stop")
        await driver.pilot.click("#footer", offset=(driver.text().splitlines()[-1].index("s stop") + 2, 0))
        await driver.shows("Stop this study?")


@pytest.mark.parametrize("key", ["question_mark", "f1"])
async def test_help_is_made_from_the_keys_that_hold_here(study: FakeStudy, key: str) -> None:
    async with open_app(options_for(study.runs_dir), size=(120, 60)) as driver:
        await driver.shows("s stop")
        await driver.press(key)
        await driver.until(lambda: isinstance(driver.app.screen, HelpScreen))
        await driver.shows("Stop with a checkpoint", "Show this run in full", "Quit; studies go on")
        await driver.press("escape")
        await driver.until(lambda: driver.app.screen.NAME == "study")
        await driver.press("4", key)
        await driver.shows("Compare the two marked studies")
        assert "Stop with a checkpoint" not in driver.text()


@pytest.mark.parametrize("key", ["ctrl+p", "colon"])
async def test_the_palette_opens(study: FakeStudy, key: str) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.press(key)
        await driver.until(lambda: isinstance(driver.app.screen, CommandPalette))


async def test_the_palette_carries_out_what_this_screen_offers(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.shows("s stop")
        await driver.press("ctrl+p", *"stop with", "down", "enter")
        await driver.shows("Stop this study?")


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
async def test_leaving_asks_nothing_of_a_study(study: FakeStudy, key: str) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.shows("● running")
        await driver.press(key)
        await driver.until(lambda: not driver.app.is_running)
    assert not study.paths.control.exists()
    assert driver.app.feed.closed
    assert "goes on" in (driver.app.return_value or "")


async def test_leaving_closes_the_preview(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        preview = driver.app.preview
        await driver.press("q")
    assert preview is not None
    assert preview.closed  # type: ignore[attr-defined]


async def test_a_key_of_ones_own_replaces_the_usual_one(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir, keys={"study.stop": "f6"})) as driver:
        await driver.shows("f6 stop")
        await driver.press("f6")
        await driver.shows("Stop this study?")


async def test_words_on_the_screen_name_a_key_of_ones_own(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir, keys={"study.failed": "f7", "study.run": "f8"})) as driver:
        await driver.shows("f7 go there", "f8 all")


async def test_the_theme_changes_while_the_app_runs(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        assert driver.app.current_theme.dark
        await driver.press("f2")
        assert not driver.app.current_theme.dark


async def test_without_colour_states_are_told_apart(study: FakeStudy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.shows("● running", "✗ 1")
        colours = {
            (segment.style.color, segment.style.bgcolor)
            for strip in driver.app.screen._compositor.render_strips()
            for segment in strip.apply_filter(
                driver.app.get_line_filters()[-1], driver.app.screen.background_colors[1]
            )
            if segment.style is not None
        }
        assert all(part is None or part.name == "default" for pair in colours for part in pair)


async def test_ascii_mode_sends_nothing_else(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir, ascii_only=True)) as driver:
        await driver.shows("original")
        svg = driver.app.export_screenshot()
        text = "".join(part for part in svg.split(">") if not part.startswith("<"))
        assert not [char for char in text if not char.isascii() and char not in "\xa0"]


def test_every_binding_has_an_id() -> None:
    ids = list(binding_ids())
    assert len(ids) > 80
    assert all("." in item for item in ids)


def test_a_config_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('theme = "light"\nascii = true\nmouse = false\n[keys]\n"study.stop" = "f6"\n')
    assert read_config(path) == Config("light", True, False, {"study.stop": "f6"})


def test_without_a_config_file_nothing_is_set(tmp_path: Path) -> None:
    assert read_config(tmp_path / "config.toml") == Config()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("theem = 1", 'did you mean "theme"'),
        ("theme = 1", "a string is needed"),
        ('theme = "blue"', '"dark" or "light"'),
        ("[keys]\n\"study.stpo\" = 's'", 'did you mean "study.stop"'),
        ('[keys]\n"study.stop" = 3', "a key is needed"),
        ("theme = ", "Invalid value"),
    ],
)
def test_a_wrong_config_file_is_refused_in_words(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(AugtuiError) as caught:
        read_config(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_the_command_line_counts_before_the_config_and_the_config_before_the_terminal() -> None:
    dark_terminal, light_terminal = {"COLORFGBG": "15;0"}, {"COLORFGBG": "0;15"}
    assert merged(Options(theme="dark"), Config(theme="light"), light_terminal).theme == "dark"
    assert merged(Options(), Config(theme="light"), dark_terminal).theme == "light"
    assert merged(Options(), Config(), light_terminal).theme == "light"
    assert merged(Options(), Config(), {}).theme == "dark"


def test_the_config_lies_under_xdg_config_home() -> None:
    assert config_path({"XDG_CONFIG_HOME": "/x"}) == Path("/x/augtui/config.toml")


def test_a_notification_passes_through_tmux() -> None:
    assert terminal.notification("done", {}) == "\x1b]9;done\x07"
    assert terminal.notification("done", {"TMUX": "1"}) == "\x1bPtmux;\x1b\x1b]9;done\x07\x1b\\"
