"""From the command to the first screen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from augtui.__main__ import app_options
from augtui.cli import app
from augtui.tui.feed.feed import Feed
from augtui.tui.start import begin
from tests.tui.conftest import options_for, process_environment
from tests.tui.fakes import scenes


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--ascii"],
        ["--readonly", "--theme", "light"],
        ["--runs-dir", "a/b", "--data-dir=c", "--ascii"],
        ["--theme=blue"],
    ],
    ids=" ".join,
)
def test_the_short_way_to_the_app_reads_options_as_the_command_line_does(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[dict[str, object]] = []
    monkeypatch.setattr("augtui.commands.app.start_app", lambda **options: taken.append(options))
    typer.main.get_command(app).main(arguments, standalone_mode=False)
    assert taken == [app_options(arguments)]


@pytest.mark.parametrize(
    "arguments",
    [["run", "plan.toml"], ["--help"], ["--version"], ["--theme"], ["--theme", "--ascii"], ["--runs"], ["studies"]],
    ids=" ".join,
)
def test_everything_else_is_for_the_command_line_to_judge(arguments: list[str]) -> None:
    assert app_options(arguments) is None


def test_every_option_of_the_app_has_the_short_way() -> None:
    options = [option for option in typer.main.get_command(app).params if option.name not in ("version", "help")]
    for option in options:
        word = option.opts[0]
        assert app_options([word] if option.is_flag else [word, "x"]) is not None, word  # type: ignore[attr-defined]


def test_the_app_opens_without_the_command_line(tmp_path: Path) -> None:
    """It gets as far as saying that it needs a terminal, and has not loaded Typer by then."""
    code = (
        "import sys, augtui.__main__ as m\n"
        "import augtui.commands.app as a\n"
        "a.start_app = lambda **options: print('typer' in sys.modules) or 0\n"
        "sys.argv[1:] = ['--ascii']\n"
        "m.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=process_environment())
    assert (done.returncode, done.stdout.strip()) == (0, "False")


@pytest.mark.parametrize("arguments", [[], ["--theme", "blue"]])
def test_errors_are_told_as_the_command_line_tells_them(arguments: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "augtui", *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd=tmp_path,
        env=process_environment(),
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: the app needs a terminal")


def test_the_list_does_not_wait_for_a_study(runs_dir: Path) -> None:
    """A study that has ended is read behind the list; one at work is the first screen, and read before."""
    study = scenes.finished(runs_dir)
    feed = Feed(runs_dir)
    first, screen = begin(feed, options_for(runs_dir))
    assert (screen, first.study) == ("runs", None)
    assert feed.interest.folder == study.paths.folder
    scenes.live(runs_dir)
    first, screen = begin(Feed(runs_dir), options_for(runs_dir))
    assert screen == "study"
    assert first.study is not None
