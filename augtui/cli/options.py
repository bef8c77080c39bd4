"""Arguments and options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Study = Annotated[str, typer.Argument(metavar="STUDY", help='A study, the beginning of its name, or "last".')]
MaybeStudy = Annotated[str | None, typer.Argument(metavar="[STUDY]", help="As above; all studies without.")]
Dataset = Annotated[str, typer.Argument(metavar="DATASET", help='A folder under data/, a path, or "demo".')]
RunsDir = Annotated[Path, typer.Option("--runs-dir", metavar="DIR", help="Where studies live.")]
DataDir = Annotated[Path, typer.Option("--data-dir", metavar="DIR", help="Where datasets live.")]
CacheDir = Annotated[Path | None, typer.Option("--cache-dir", metavar="DIR", help="Where decoded images are kept.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]
Detach = Annotated[bool, typer.Option("--detach", "-d", help="Return at once; the study goes on.")]
Until = Annotated[str | None, typer.Option(metavar="STEP", help="Stop after this step.")]
Force = Annotated[bool, typer.Option(help="Take over from a supervisor that is surely gone.")]
OnFinish = Annotated[
    str | None,
    typer.Option(metavar="CMD", help="A shell command for the end; AUGTUI_STUDY and AUGTUI_STATE tell it which."),
]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Another value; may be repeated.")]
Policy = Annotated[
    str,
    typer.Option(
        "--policy", "-p", metavar="POLICY", help="A name of `augtui list policies`, or a table as in a plan."
    ),
]
Seed = Annotated[int, typer.Option(min=0, help="Of the random draws.")]
Size = Annotated[int | None, typer.Option(min=8, help="Side in pixels; the original's without.")]

RUNS = Path("runs")
DATA = Path("data")
