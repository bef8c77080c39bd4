"""Commands for what there is on this machine: the catalog, its health, its disk."""

from __future__ import annotations

from typing import Annotated

import typer

from augtui.cli.options import (
    DATA,
    RUNS,
    CacheDir,
    DataDir,
    Json,
    RunsDir,
)

app = typer.Typer()


@app.command("list")
def list_(
    what: Annotated[str, typer.Argument(metavar="policies|models|generators|datasets")],
    data_dir: DataDir = DATA,
    as_json: Json = False,
) -> int:
    """List what a plan may name."""
    from augtui.commands import listing

    return listing.list_things(what, data_dir=data_dir, as_json=as_json)


@app.command()
def doctor(runs_dir: RunsDir = RUNS, cache_dir: CacheDir = None, as_json: Json = False) -> int:
    """Examine this machine, and say what would go wrong."""
    from augtui.commands import doctor

    return doctor.doctor(runs_dir=runs_dir, cache_dir=cache_dir, as_json=as_json)


@app.command()
def clean(
    study: Annotated[str | None, typer.Argument(metavar="[STUDY]", help="A study to remove.")] = None,
    cache: Annotated[bool, typer.Option("--cache", help="Remove what is cached between studies.")] = False,
    fits: Annotated[
        bool,
        typer.Option("--fits", help="Remove what an interrupted `augtui generate` would go on from."),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    runs_dir: RunsDir = RUNS,
    cache_dir: CacheDir = None,
) -> int:
    """Say what takes how much disk, and give it back."""
    from augtui.commands import clean

    return clean.clean(
        text=study, runs_dir=runs_dir, cache=cache, fits=fits, cache_dir=cache_dir, dry_run=dry_run, yes=yes
    )
