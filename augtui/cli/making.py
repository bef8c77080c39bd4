"""Commands for datasets, plans, policies and generators, before there is a study."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from augtui.cli.options import (
    DATA,
    RUNS,
    CacheDir,
    DataDir,
    Dataset,
    Json,
    Policy,
    Quiet,
    RunsDir,
    Seed,
    Set,
    Size,
)

app = typer.Typer()


@app.command()
def check(
    what: Annotated[str, typer.Argument(metavar="PLAN_OR_DATASET", help="A plan's file, or a dataset.")],
    changes: Set = None,
    pairs: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Draw near duplicates side by side, if there are any.")
    ] = None,
    data_dir: DataDir = DATA,
    cache_dir: CacheDir = None,
    as_json: Json = False,
) -> int:
    """Look for what would make the numbers worthless; no training."""
    from augtui.commands import checking

    return checking.check(what, changes or [], data_dir=data_dir, cache_dir=cache_dir, as_json=as_json, pairs=pairs)


@app.command()
def init(
    dataset: Dataset,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to write; DATASET.toml without.")] = None,
    data_dir: DataDir = DATA,
    cache_dir: CacheDir = None,
) -> int:
    """Write a commented plan that runs as it is."""
    from augtui.commands import planning

    return planning.init(dataset, out, data_dir=data_dir, cache_dir=cache_dir)


@app.command()
def augment(
    dataset: Dataset,
    policy: Policy,
    out: Annotated[Path, typer.Option(metavar="DIR", help="A folder that is new or empty.")],
    copies: Annotated[int, typer.Option(min=1, help="Of each training image.")] = 1,
    size: Size = None,
    seed: Seed = 0,
    changes: Set = None,
    data_dir: DataDir = DATA,
    cache_dir: CacheDir = None,
    quiet: Quiet = False,
) -> int:
    """Write augmented copies of a dataset's training images."""
    from augtui.commands import images

    request = images.Request(dataset, policy, tuple(changes or ()), copies, size, seed, data_dir, cache_dir)
    return images.augment(request, out, quiet=quiet)


@app.command()
def generate(
    count: Annotated[int, typer.Option(min=1, help="Images of each class.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="A folder that is new or empty.")],
    dataset: Annotated[
        str | None, typer.Argument(metavar="[DATASET]", help='A folder under data/, a path, or "demo".')
    ] = None,
    study: Annotated[
        str | None, typer.Option(metavar="STUDY", help="Draw from a generator that this study fitted.")
    ] = None,
    generator: Annotated[
        str | None, typer.Option("--generator", "-g", metavar="GENERATOR", help="See `augtui list generators`.")
    ] = None,
    size: Annotated[
        int | None, typer.Option(min=8, max=4096, help="Side in pixels; the generator's own without.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Of the random draws: 0 without; the study's first.")
    ] = None,
    changes: Set = None,
    device: Annotated[
        str | None, typer.Option(help='"auto" (the default), "cpu", "cuda", "cuda:1" or "mps".')
    ] = None,
    data_dir: DataDir = DATA,
    runs_dir: RunsDir = RUNS,
    cache_dir: CacheDir = None,
    quiet: Quiet = False,
) -> int:
    """Fit a generator, or take a study's, and write its images."""
    from augtui.commands import generate as command

    folders = command.Folders(data_dir, runs_dir, cache_dir)
    asked = command.Asked(dataset, study, generator, tuple(changes or ()), seed, device)
    return command.generate(asked, command.Wanted(out, count, size), folders, quiet=quiet)


@app.command()
def preview(
    dataset: Dataset,
    policy: Policy,
    out: Annotated[Path | None, typer.Option(metavar="FILE.png", help="Write a sheet instead of showing it.")] = None,
    count: Annotated[int, typer.Option(min=1, max=64, help="Versions of each image.")] = 4,
    size: Size = None,
    seed: Seed = 0,
    changes: Set = None,
    data_dir: DataDir = DATA,
    cache_dir: CacheDir = None,
) -> int:
    """Show originals beside augmented versions."""
    from augtui.commands import images

    request = images.Request(dataset, policy, tuple(changes or ()), count, size, seed, data_dir, cache_dir)
    return images.preview(request, out)
