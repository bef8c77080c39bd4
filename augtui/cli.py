"""The command line. Importing it costs typer and nothing else: each command imports what it needs when called."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

from augtui import __version__
from augtui.errors import AugtuiError, ExitCode, disk_problem


class Commands(TyperGroup):
    """Turns what commands raise into a message on standard error and an exit code."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        """Carry a command out; its exit code is what it returns."""
        try:
            code = super().invoke(ctx)
        except AugtuiError as error:
            render(error)
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt as error:
            raise typer.Exit(ExitCode.INTERRUPTED) from error
        except (typer.Exit, typer.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if type(error).__module__.startswith(("typer.", "click.")):
                raise  # wrong usage of the command line, which Typer reports itself
            problem = disk_problem(error)
            if problem is not None:
                render(problem)
                raise typer.Exit(problem.exit_code) from error
            report_bug(error)
            raise typer.Exit(ExitCode.RUN_FAILED) from error
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
Policy = Annotated[str, typer.Option("--policy", "-p", metavar="POLICY", help="See `augtui list policies`.")]
Seed = Annotated[int, typer.Option(min=0, help="Of the random draws.")]
Size = Annotated[int | None, typer.Option(min=8, help="Side in pixels; the original's without.")]

RUNS = Path("runs")
DATA = Path("data")


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
                raise AugtuiError(f"{option} is the app's, it stands before a command", f"see {command} --help")
        return ExitCode.DONE
    from augtui.commands.app import start_app

    return start_app(runs_dir=runs_dir, data_dir=data_dir, ascii_only=ascii_only, readonly=readonly, theme=theme)


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
    dataset: Dataset,
    generator: Annotated[
        str, typer.Option("--generator", "-g", metavar="GENERATOR", help="See `augtui list generators`.")
    ],
    count: Annotated[int, typer.Option(min=1, help="Images of each class.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="A folder that is new or empty.")],
    size: Annotated[int | None, typer.Option(min=8, help="Side in pixels; the generator's own without.")] = None,
    seed: Seed = 0,
    changes: Set = None,
    device: Annotated[str, typer.Option(help='"auto", "cpu", "cuda", "cuda:1" or "mps".')] = "auto",
    data_dir: DataDir = DATA,
    cache_dir: CacheDir = None,
    quiet: Quiet = False,
) -> int:
    """Fit a generator on a dataset, and write what it draws."""
    from augtui.commands import generate as command

    changed = tuple(changes or ())
    request = command.Request(dataset, generator, changed, count, size, seed, device, data_dir, cache_dir)
    return command.generate(request, out, quiet=quiet)


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
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    runs_dir: RunsDir = RUNS,
    cache_dir: CacheDir = None,
) -> int:
    """Say what takes how much disk, and give it back."""
    from augtui.commands import clean

    return clean.clean(text=study, runs_dir=runs_dir, cache=cache, cache_dir=cache_dir, dry_run=dry_run, yes=yes)


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


def main() -> None:
    """The `augtui` command."""
    app(prog_name="augtui")
