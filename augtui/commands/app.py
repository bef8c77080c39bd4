"""`augtui` without a command: the app."""

from __future__ import annotations

import sys
from pathlib import Path

from augtui.errors import AugtuiError, ExitCode


def start_app(*, runs_dir: Path, data_dir: Path) -> int:
    """Open the app on the studies and datasets of these folders.

    Raises:
        AugtuiError: there is no terminal to open it in, or this release has no app.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise AugtuiError("the app needs a terminal", "`augtui --help` lists the commands that work without")
    raise AugtuiError(
        f"this release has no app yet (studies in {runs_dir}, datasets in {data_dir})",
        "everything works by commands: augtui run PLAN, augtui show last, augtui --help",
        ExitCode.RUN_FAILED,
    )
