"""What a command raises, as a message on standard error and an exit code."""

from __future__ import annotations

import os
import sys

import typer

from augtui import __version__
from augtui.errors import AugtuiError, ExitCode, disk_problem


def tell(error: Exception) -> ExitCode:
    """Tell an error that ended a command; gives the exit code. What nobody foresaw is kept in a file as a bug."""
    known = error if isinstance(error, AugtuiError) else disk_problem(error)
    if known is None:
        report_bug(error)
        return ExitCode.RUN_FAILED
    render(known)
    return known.exit_code


def render(error: AugtuiError) -> None:
    """The one way in which the command line tells an error: what is wrong, and what to do about it."""
    from augtui.text import plain

    colour = None if not os.environ.get("NO_COLOR") else False
    head = typer.style("error:", fg=typer.colors.RED, bold=True)
    typer.echo(f"{head} {_encodable(plain(error.message))}", err=True, color=colour)
    if error.hint:
        typer.echo(f"  {_encodable(plain(error.hint))}", err=True, color=colour)


def report_bug(error: Exception) -> None:
    """Keep the traceback of an error that nobody foresaw in a file, and name the file in one line."""
    import time
    import traceback

    from augtui.paths import cache_root

    name = f"crash-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{os.getpid()}.log"
    text = f"augtui {__version__}\n{sys.argv}\n\n{''.join(traceback.format_exception(error))}"
    try:
        path = cache_root() / "crashes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, errors="backslashreplace")
    except OSError:
        typer.echo(text, err=True)  # no place to keep it: better on the screen than lost
        return
    render(AugtuiError(f"{type(error).__name__}: {error}", f"this is a bug in augtui; its traceback is in {path}"))


def _encodable(text: str) -> str:
    encoding = sys.stderr.encoding or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)
