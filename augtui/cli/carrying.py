"""Commands that carry a study out, and those that steer it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from augtui.cli.options import (
    DATA,
    RUNS,
    CacheDir,
    DataDir,
    Detach,
    Force,
    Json,
    OnFinish,
    Quiet,
    RunsDir,
    Set,
    Study,
    Until,
)

app = typer.Typer()


@app.command()
def run(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan's TOML file.")],
    changes: Set = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
    slots: Annotated[int | None, typer.Option(min=1, help="Trainings at a time.")] = None,
    until: Until = None,
    detach: Detach = False,
    on_finish: OnFinish = None,
    runs_dir: RunsDir = RUNS,
    data_dir: DataDir = DATA,
    cache_dir: CacheDir = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Carry a study out, with live progress, to its table."""
    from augtui.commands import running

    manner = running.Manner(
        runs_dir=runs_dir, detach=detach, quiet=quiet, as_json=as_json, until=until, on_finish=on_finish
    )
    return running.run(
        plan, manner, overrides=changes or [], data_dir=data_dir, cache_dir=cache_dir, device=device, slots=slots
    )


@app.command()
def resume(
    study: Study,
    until: Until = None,
    detach: Detach = False,
    on_finish: OnFinish = None,
    force: Force = False,
    runs_dir: RunsDir = RUNS,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Carry out what is missing or failed in a study."""
    from augtui.commands import running

    manner = running.Manner(
        runs_dir=runs_dir, detach=detach, quiet=quiet, as_json=as_json, until=until, on_finish=on_finish, force=force
    )
    return running.resume(study, manner)


@app.command()
def stop(
    study: Study,
    now: Annotated[bool, typer.Option("--now", help="At once; work since the last checkpoint is lost.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Return when it has stopped.")] = False,
    runs_dir: RunsDir = RUNS,
) -> int:
    """Stop a study with a checkpoint."""
    from augtui.commands import running

    return running.stop(study, runs_dir, now=now, wait=wait)


@app.command()
def attach(study: Study, runs_dir: RunsDir = RUNS, as_json: Json = False, quiet: Quiet = False) -> int:
    """Follow a study live; Ctrl-C leaves it alone."""
    from augtui.commands import running

    return running.attach(study, running.Manner(runs_dir=runs_dir, quiet=quiet, as_json=as_json))


@app.command()
def extend(
    study: Study,
    seeds: Annotated[int | None, typer.Option(min=1, help="So many seeds in all.")] = None,
    arm: Annotated[Path | None, typer.Option(metavar="FILE", help="A TOML file with [[arms]] to add.")] = None,
    detach: Detach = False,
    runs_dir: RunsDir = RUNS,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Add seeds or arms to a study, and carry them out."""
    from augtui.commands import running

    manner = running.Manner(runs_dir=runs_dir, detach=detach, quiet=quiet, as_json=as_json)
    return running.extend(study, manner, seeds=seeds, arm_file=arm)
