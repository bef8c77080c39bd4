"""Commands that read studies: lists, tables, reports, exports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from augtui.cli.options import (
    RUNS,
    Json,
    MaybeStudy,
    RunsDir,
    Study,
)

app = typer.Typer()


@app.command()
def studies(runs_dir: RunsDir = RUNS, as_json: Json = False) -> int:
    """List studies, newest first."""
    from augtui.commands import browse

    return browse.list_studies(runs_dir, as_json=as_json)


@app.command()
def runs(study: MaybeStudy = None, runs_dir: RunsDir = RUNS, as_json: Json = False) -> int:
    """List the runs of a study, or of all."""
    from augtui.commands import browse

    return browse.list_runs(study, runs_dir, as_json=as_json)


@app.command()
def show(
    study: Study,
    recompute: Annotated[bool, typer.Option("--recompute", help="Count again from the predictions.")] = False,
    samples: Annotated[bool, typer.Option("--samples", help="Newest pictures of its generators too.")] = False,
    runs_dir: RunsDir = RUNS,
    as_json: Json = False,
) -> int:
    """Show a study's table, its learning curves, and what failed."""
    from augtui.commands import showing

    return showing.show(study, runs_dir, recompute=recompute, samples=samples, as_json=as_json)


@app.command()
def compare(first: Study, second: Study, runs_dir: RunsDir = RUNS, as_json: Json = False) -> int:
    """Compare two studies of the same images, arm by arm."""
    from augtui.commands import compare

    return compare.compare(first, second, runs_dir, as_json=as_json)


@app.command()
def report(
    study: Study,
    formats: Annotated[
        list[str] | None, typer.Option("--format", metavar="md|html|latex|csv|json", help="May be repeated.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write; the study's report/ without.")
    ] = None,
    samples: Annotated[bool, typer.Option(help="With samples of each arm's images.")] = True,
    runs_dir: RunsDir = RUNS,
) -> int:
    """Write a study down to publish it, in Markdown and HTML."""
    from augtui.commands import report

    return report.report(study, runs_dir, formats=formats or ["md", "html"], out=out, samples=samples)


@app.command()
def export(
    study: Study,
    to: Annotated[str, typer.Option("--to", metavar="tensorboard|csv|parquet")],
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where to write; inside the study without.")] = None,
    runs_dir: RunsDir = RUNS,
) -> int:
    """Write a study's numbers for another program."""
    from augtui.commands import report

    return report.export(study, runs_dir, to=to, out=out)


@app.command()
def verify(
    study: Study,
    all_models: Annotated[bool, typer.Option("--all-models", help="Every saved model, not one of each arm.")] = False,
    runs_dir: RunsDir = RUNS,
    as_json: Json = False,
) -> int:
    """Rehash the images, recount the numbers, ask the models again."""
    from augtui.commands import verify

    return verify.verify(study, runs_dir, all_models=all_models, as_json=as_json)
