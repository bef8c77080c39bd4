"""What holds on every screen: help, palette, themes, keys of one's own, leaving."""

from __future__ import annotations

from pathlib import Path

import pytest

from augtui.errors import AugtuiError
from augtui.tui import terminal
from augtui.tui.config import Config, binding_ids, config_path, read_config
from augtui.tui.dialogs.help import HelpScreen
from augtui.tui.dialogs.palette import PaletteScreen, commands, matching
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
        await driver.until(lambda: isinstance(driver.app.screen, PaletteScreen))


async def test_the_palette_carries_out_what_this_screen_offers(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.shows("s stop")
        await driver.press("ctrl+p", *"stop with", "enter")
        await driver.shows("Stop this study?")


async def test_the_palette_holds_every_action_of_the_footer_and_the_help(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir), size=(120, 60)) as driver:
        await driver.shows("s stop")
        found = {command.binding_id: command.keys for command in commands(driver.app.screen)}
        assert found["study.stop"] == "s"
        assert found["grid.open"] == "enter"
        assert found["app.runs"] == "4"
        assert found["panel.8"] == "8"
        assert "grid.up" not in found
        assert "study.next" not in found, "it would do nothing while the study is at work"


@pytest.mark.parametrize(
    ("typed", "first"),
    [("stop", "study.stop"), ("failed next", "study.failed"), ("R", "study.run"), ("brws", "app.runs"),
     ("study.log", "study.log"), ("f2", "app.theme")],
)  # fmt: skip
async def test_the_palette_is_searched_by_words_letters_ids_and_keys(
    study: FakeStudy, typed: str, first: str
) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.shows("s stop")
        assert matching(commands(driver.app.screen), typed)[0].binding_id == first


async def test_the_palette_scrolls_to_its_cursor(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir), size=(80, 24)) as driver:
        await driver.press("ctrl+p")
        await driver.shows("Show this run in full")
        assert "Light or dark" not in driver.text()
        await driver.press("pagedown", "pagedown", "pagedown")
        await driver.shows("▸ Light or dark")


async def test_a_click_in_the_palette_carries_out_a_command(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir)) as driver:
        await driver.shows("s stop")
        await driver.press("ctrl+p")
        await driver.click("Browse all studies")
        await driver.until(lambda: driver.app.screen.NAME == "runs")


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


async def test_the_line_under_the_curves_names_keys_of_ones_own(study: FakeStudy) -> None:
    keys = {"study.value": "M", "study.log": "ctrl+l", "chart.left": "comma", "chart.right": "full_stop"}
    async with open_app(options_for(study.runs_dir, keys=keys)) as driver:
        await driver.shows("M metric", "^l log", "+- smooth", ",. cursor")


async def test_empty_states_name_keys_of_ones_own_and_can_be_clicked(runs_dir: Path) -> None:
    async with open_app(options_for(runs_dir, keys={"app.design": "f3"}), start="runs") as driver:
        await driver.shows("f3 design one here")
        await driver.click("design one here")
        await driver.until(lambda: driver.app.screen.NAME == "design")


async def test_dialogs_name_keys_of_ones_own(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir, keys={"confirm.yes": "j", "help.close": "x"})) as driver:
        await driver.press("s")
        await driver.shows("j stop", "n no")
        await driver.press("n", "question_mark")
        await driver.shows("x closes")


async def test_a_read_only_app_says_so(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir, readonly=True)) as driver:
        await driver.shows("read-only")


async def test_keys_of_ones_own_keep_their_places_in_the_footer(study: FakeStudy) -> None:
    async with open_app(options_for(study.runs_dir, keys={"grid.open": "f6", "study.run": "f8"})) as driver:
        await driver.shows("? help  f6 open run  z zoom  f8 run all  s stop")


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
    path.write_text('theme = "light"\nascii = true\nmouse = false\nbell = false\n[keys]\n"study.stop" = "f6, ?"\n')
    assert read_config(path) == Config("light", True, False, False, {"study.stop": "f6, ?"})


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
        ('[keys]\n"study.stop" = "F6"', 'did you mean "f6"'),
        ('[keys]\n"study.stop" = "ctr+x"', 'did you mean "ctrl+x"'),
        ('[keys]\n"study.stop" = "ctrl+X"', 'did you mean "ctrl+x"'),
        ('[keys]\n"study.stop" = "f6,pgdn"', 'did you mean "pagedown"'),
        ('[keys]\n"study.stop" = "R"', '"R" is the key of "study.run" in the same place'),
        ('[keys]\n"study.stop" = "z"', '"z" is the key of "panel.zoom" in the same place'),
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


def test_two_keys_may_change_places(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[keys]\n"study.stop" = "n"\n"study.next" = "s"\n')
    assert read_config(path).keys == {"study.stop": "n", "study.next": "s"}


def test_a_notification_passes_through_tmux_and_screen() -> None:
    assert terminal.notification("done", {"STY": "1.tty"}) == "\x1bP\x1b]9;done\x07\x1b\\"
    assert terminal.notification("done", {}) == "\x1b]9;done\x07"
    assert terminal.notification("done", {"TMUX": "1"}) == "\x1bPtmux;\x1b\x1b]9;done\x07\x1b\\"
