"""`augtui doctor`: whether this machine can carry a study out, each finding with what mends it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from rich.table import Table
from rich.text import Text

from augtui.commands.terminal import emit, glyphs, output, print_json
from augtui.errors import ExitCode
from augtui.text import plain

Level = Literal["ok", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    subject: str
    level: Level
    found: str
    mend: str = ""
    """What to do; empty where nothing is wrong."""


def doctor(*, runs_dir: Path, cache_dir: Path | None, as_json: bool) -> int:
    """Print every finding; gives 0, or 1 where something is bad."""
    from augtui.commands.doctor_engine import engine_findings
    from augtui.commands.doctor_machine import machine_findings

    findings = [*machine_findings(runs_dir, cache_dir), *engine_findings()]
    bad = any(finding.level == "bad" for finding in findings)
    if as_json:
        print_json({"ok": not bad, "findings": [asdict(finding) for finding in findings]})
    else:
        _print(findings)
    return ExitCode.RUN_FAILED if bad else ExitCode.DONE


def _print(findings: list[Finding]) -> None:
    console = output()
    signs = glyphs(console)
    marks = {
        "ok": Text(signs.finished, style="green"),
        "warn": Text(signs.warning, style="yellow"),
        "bad": Text(signs.failed, style="red"),
    }
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for finding in findings:
        told = Text(plain(finding.found))
        if finding.mend:
            told.append(f"\n{plain(finding.mend)}", style="bold")
        grid.add_row(marks[finding.level], Text(finding.subject), told)
    emit(console, grid)
