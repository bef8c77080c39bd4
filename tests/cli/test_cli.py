"""The command line itself: what it answers to wrong input, and what it does when something breaks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from augtui import __version__
from augtui.cli import app
from augtui.errors import AugtuiError, ExitCode
from tests.cli.conftest import Cli

COMMANDS = (
    "run", "resume", "stop", "attach", "extend", "check", "init", "augment", "generate", "preview", "studies", "runs",
    "show", "compare", "report", "export", "verify", "list", "doctor", "clean",
)  # fmt: skip
STUDY_COMMANDS = (
    "run", "resume", "stop", "attach", "extend", "studies", "runs", "show", "compare", "report", "export", "verify",
    "doctor", "clean", "generate",
)  # fmt: skip


def test_the_version_is_data(cli: Cli) -> None:
    done = cli("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"augtui {__version__}\n", "")


def test_help_lists_every_command_on_one_line_of_eighty_columns(cli: Cli) -> None:
    text = cli("--help").stdout
    listed = re.findall(r"^  ([a-z]+)  +(.*)$", text.partition("Commands:")[2], re.MULTILINE)
    assert tuple(name for name, _ in listed) == COMMANDS
    assert not any(told.endswith("...") for _, told in listed)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    done = CliRunner().invoke(app, [command, "--help"])
    assert done.exit_code == 0
    assert ("--runs-dir" in done.output) == (command in STUDY_COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    [
        ("frobnicate",),
        ("show",),
        ("run", "a.toml", "--slots", "0"),
        ("studies", "--jsno"),
        ("extend", "x", "--seeds", "y"),
    ],
)
def test_wrong_usage_is_exit_code_two_on_standard_error(cli: Cli, arguments: tuple[str, ...]) -> None:
    done = cli(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_an_option_before_the_command_is_not_dropped_in_silence(cli: Cli) -> None:
    done = cli("--runs-dir", "elsewhere", "studies")
    assert done.returncode == 2
    assert "--runs-dir stands after a command" in done.stderr
    assert "augtui studies --help" in done.stderr


def test_without_a_terminal_the_app_says_so(cli: Cli) -> None:
    done = cli()
    assert (done.returncode, done.stdout) == (2, "")
    assert "the app needs a terminal" in done.stderr


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def broken(*_: object, **__: object) -> int:
        raise error

    monkeypatch.setattr("augtui.commands.browse.list_studies", broken)


def test_an_error_is_its_message_its_hint_and_its_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, AugtuiError("it is \x1b[5mwrong", "do\nthis", ExitCode.CHECK_BLOCKS))
    done = CliRunner().invoke(app, ["studies"])
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr == "error: it is \\x1b[5mwrong\n  do this\n"


def test_a_bug_leaves_its_traceback_in_a_file_and_names_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fail_with(monkeypatch, ZeroDivisionError("a bug"))
    done = CliRunner().invoke(app, ["studies"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    (file,) = (tmp_path / "cache" / "augtui" / "crashes").iterdir()
    assert str(file) in done.stderr
    assert "ZeroDivisionError: a bug" in file.read_text()


def test_a_bug_on_a_full_disk_is_still_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fail_with(monkeypatch, ZeroDivisionError("a bug"))
    (tmp_path / "cache").write_text("a file where a folder should be")
    done = CliRunner().invoke(app, ["studies"])
    assert done.exit_code == 1
    assert "ZeroDivisionError: a bug" in done.stderr


def test_an_interrupt_is_exit_code_130(monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, KeyboardInterrupt())
    assert CliRunner().invoke(app, ["studies"]).exit_code == 130


def test_a_reader_that_leaves_early_is_no_bug(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fail_with(monkeypatch, BrokenPipeError(32, "Broken pipe"))
    CliRunner().invoke(app, ["studies"])
    assert not (tmp_path / "cache" / "augtui" / "crashes").exists()
