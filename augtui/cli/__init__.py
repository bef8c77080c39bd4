"""The command line. Importing it costs typer and nothing else: each command imports what it needs when called."""

from __future__ import annotations

from typing import Annotated

import typer
from typer.core import TyperGroup

from augtui import __version__
from augtui.cli import carrying, keeping, making, reading
from augtui.cli.options import DATA, RUNS, DataDir, RunsDir
from augtui.cli.telling import tell
from augtui.errors import AugtuiError, ExitCode


class Commands(TyperGroup):
    """Turns what commands raise into a message on standard error and an exit code."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        """Carry a command out; its exit code is what it returns."""
        try:
            code = super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise typer.Exit(ExitCode.INTERRUPTED) from error
        except (typer.Exit, typer.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if type(error).__module__.startswith(("typer.", "click.")):
                raise  # wrong usage of the command line, which Typer reports itself
            raise typer.Exit(tell(error)) from error
        if code:
            raise typer.Exit(int(str(code)))
        return code


app = typer.Typer(
    name="augtui",
    cls=Commands,
    help="Which augmentation really helps on my images, by how much, and can I trust that number?",
    epilog="Exit codes: 0 done, 1 some run failed, 2 the input is wrong, 3 a check blocks, 130 interrupted.",
    no_args_is_help=False,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for part in (carrying, making, reading, keeping):
    app.add_typer(part.app)


@app.callback(invoke_without_command=True)
def start(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", "-V", help="Show the version.")] = False,
    runs_dir: RunsDir = RUNS,
    data_dir: DataDir = DATA,
    ascii_only: Annotated[bool, typer.Option("--ascii", help="The app without anything but ASCII.")] = False,
    readonly: Annotated[bool, typer.Option("--readonly", help="The app starts, stops and deletes nothing.")] = False,
    theme: Annotated[str | None, typer.Option("--theme", metavar="dark|light", help="Of the app.")] = None,
) -> int:
    """Without a command: the app, in the current folder."""
    if version:
        typer.echo(f"augtui {__version__}")
        return ExitCode.DONE
    if ctx.invoked_subcommand is not None:
        for name in ("runs_dir", "data_dir", "ascii_only", "readonly", "theme"):
            source = ctx.get_parameter_source(name)
            if source is not None and source.name == "COMMANDLINE":
                option = f"--{name.removesuffix('_only').replace('_', '-')}"
                command = f"augtui {ctx.invoked_subcommand}"
                if name in ("runs_dir", "data_dir"):
                    raise AugtuiError(f"{option} stands after a command, not before it", f"see {command} --help")
                raise AugtuiError(f"{option} is for the app alone, which opens without a command")
        return ExitCode.DONE
    from augtui.commands.app import start_app

    return start_app(runs_dir=runs_dir, data_dir=data_dir, ascii_only=ascii_only, readonly=readonly, theme=theme)


def main() -> None:
    """The `augtui` command."""
    app(prog_name="augtui")
