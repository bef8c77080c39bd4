"""`augtui` without a command: the app."""

from __future__ import annotations

import sys
from pathlib import Path

from augtui.errors import AugtuiError, ExitCode


def start_app(*, runs_dir: Path, data_dir: Path, ascii_only: bool, readonly: bool, theme: str | None) -> int:
    """Open the app on the studies and datasets of these folders, and stay until it is closed.

    Raises:
        AugtuiError: there is no terminal to open it in, or no such theme.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise AugtuiError("the app needs a terminal", "`augtui --help` lists the commands that work without")
    if theme not in (None, "dark", "light"):
        raise AugtuiError(f'--theme: there is no theme "{theme}"', "dark or light")
    from augtui.tui import garbage

    garbage.pause()  # importing the app makes as many objects as running it
    from augtui.tui.options import Options
    from augtui.tui.start import run_app

    ascii_only = ascii_only or not (sys.stdout.encoding or "").lower().startswith("utf")
    run_app(
        Options(runs_dir=runs_dir, data_dir=data_dir, ascii_only=ascii_only, readonly=readonly, theme=theme or "")
    )
    return ExitCode.DONE
