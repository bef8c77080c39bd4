"""`augtui studies` and `augtui runs`: what was carried out, one line each."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from augtui import study
from augtui.commands.terminal import Glyphs, emit, glyphs, listing, narration, print_json, state_text
from augtui.commands.wording import duration, fraction
from augtui.errors import AugtuiError, ExitCode
from augtui.paths import StudyPaths
from augtui.paths import studies as study_folders
from augtui.plan.fitting import GeneratorCell, generator_cells
from augtui.plan.grid import Point, RunCell, cells
from augtui.plan.kept import kept_plan
from augtui.runlog.fold import RunLine, RunState, StudyState, fold_run
from augtui.runlog.glance import read_study
from augtui.runlog.info import read_info
from augtui.runlog.liveness import run_status, study_status
from augtui.runlog.reader import read_events
from augtui.text import plain


@dataclass(frozen=True, slots=True)
class StudyLine:
    """One study in the list."""

    study: str
    state: str
    created: float
    """Seconds since 1970."""
    arms: list[str]
    done: int
    failed: int
    total: int
    dataset: str


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run in the list."""

    study: str
    run: str
    kind: str
    """training or generator."""
    name: str
    """Of the arm, or of the generator."""
    point: Point
    seed: int
    line: RunLine
    state: RunState
    status: str


def list_studies(runs_dir: Path, *, as_json: bool) -> int:
    """Print all studies, newest first."""
    lines, unreadable = read_studies(runs_dir)
    for message in unreadable:
        narration().print(plain(message), style="yellow", soft_wrap=True)
    if as_json:
        print_json([_study_object(line) for line in lines])
        return ExitCode.DONE
    console = listing()
    if not lines:
        narration().print(f"no studies under {plain(str(runs_dir))}; start one: augtui run PLAN", soft_wrap=True)
        return ExitCode.DONE
    table = _table("study", "state", ">runs", ">arms", "dataset", "created (UTC)")
    for line in lines:
        told = f"{line.done}/{line.total}"
        table.add_row(
            Text(plain(line.study)),
            state_text(line.state, glyphs(console)),
            Text(told, style="red" if line.failed else ""),
            str(len(line.arms)),
            Text(plain(Path(line.dataset).name)),
            datetime.fromtimestamp(line.created, UTC).strftime("%Y-%m-%d %H:%M"),
        )
    emit(console, table)
    return ExitCode.DONE


def list_runs(text: str | None, runs_dir: Path, *, as_json: bool) -> int:
    """Print the runs of a study, or of all studies."""
    chosen = [study.find(runs_dir, text)] if text is not None else study_folders(runs_dir)[::-1]
    rows = []
    for paths in chosen:
        try:
            rows += read_runs(paths)
        except AugtuiError as error:
            if text is not None:
                raise
            narration().print(plain(error.message), style="yellow", soft_wrap=True)
    if as_json:
        print_json([_run_object(row) for row in rows])
        return ExitCode.DONE
    if not rows:
        narration().print("no runs")
        return ExitCode.DONE
    console = listing()
    table = _table("run", "state", ">epoch", ">accuracy", ">bal. acc.", ">took", "why")
    for paths in chosen:
        own = [row for row in rows if row.study == paths.name]
        if len(chosen) > 1 and own:
            table.add_row(Text(plain(paths.name), style="bold"))
        for row in own:
            table.add_row(*_run_cells(row, glyphs(console)))
    emit(console, table)
    return ExitCode.DONE


def read_studies(runs_dir: Path) -> tuple[list[StudyLine], list[str]]:
    """All studies, newest first, and a message for each one that cannot be read."""
    lines, unreadable = [], []
    now = time.time()
    for paths in study_folders(runs_dir):
        try:
            lines.append(_study_line(paths, now))
        except AugtuiError as error:
            unreadable.append(error.message)
    return sorted(lines, key=lambda line: (line.created, line.study), reverse=True), unreadable


def read_runs(paths: StudyPaths) -> list[RunRow]:
    """The runs of a study in the order of its grid, after those of its generators.

    Raises:
        AugtuiError: the study's plan cannot be read.
    """
    log, plan = read_study(paths.events), kept_plan(paths.plan)
    generators = [_run_row(paths, log, cell, "generator", cell.name) for cell in generator_cells(plan)]
    return generators + [_run_row(paths, log, cell, "training", cell.arm.name) for cell in cells(plan)]


def _run_row(paths: StudyPaths, log: StudyState, cell: RunCell | GeneratorCell, kind: str, name: str) -> RunRow:
    line = log.runs.get(cell.folder) or RunLine(cell.folder)
    state = fold_run(read_events(paths.run(cell.folder).events))
    return RunRow(paths.name, cell.folder, kind, name, cell.point, cell.seed, line, state, _status(line, state))


def _status(line: RunLine, state: RunState) -> str:
    """What the supervisor wrote down last holds where the run's own log has no say any more, or not yet."""
    own = run_status(state)
    if line.status in ("failed", "finished", "interrupted", "left out"):
        return line.status
    return "queued" if line.status == "queued" and own == "lost" else own


def _study_line(paths: StudyPaths, now: float) -> StudyLine:
    info = read_info(paths)
    log = read_study(paths.events)
    plan = kept_plan(paths.plan)
    total = log.total or sum(1 for _ in cells(plan))
    return StudyLine(
        study=paths.name,
        state=study_status(log, now),
        created=info.created,
        arms=[arm.name for arm in plan.arms],
        done=log.done,
        failed=log.failed,
        total=total,
        dataset=info.dataset_name,
    )


def _study_object(line: StudyLine) -> dict[str, Any]:
    return {
        "study": line.study,
        "state": line.state,
        "created": datetime.fromtimestamp(line.created, UTC).isoformat(timespec="seconds"),
        "arms": line.arms,
        "done": line.done,
        "total": line.total,
        "failed": line.failed,
        "dataset": line.dataset,
    }


def _run_object(row: RunRow) -> dict[str, Any]:
    return {
        "study": row.study,
        "run": row.run,
        "what": row.kind,
        "arm": row.name if row.kind == "training" else None,
        "generator": row.name if row.kind == "generator" else None,
        "axes": dict(row.point),
        "seed": row.seed,
        "state": row.status,
        "epoch": row.state.epoch,
        "epochs": row.state.epochs,
        "seconds": row.line.seconds or None,
        "metrics": row.line.metrics or row.state.metrics,
        "kind": row.line.kind or row.state.kind,
        "message": row.line.message or row.state.message,
    }


def _run_cells(row: RunRow, signs: Glyphs) -> list[Text]:
    metrics = (row.line.metrics or row.state.metrics) if row.kind == "training" else {}
    why = ": ".join(part for part in (row.line.kind or row.state.kind, row.line.message or row.state.message) if part)
    return [
        Text(plain(row.run.removeprefix("arms/"))),
        state_text(row.status, signs),
        Text(f"{row.state.epoch}/{row.state.epochs}" if row.state.epochs else ""),
        Text(fraction(metrics.get("accuracy")) if metrics else ""),
        Text(fraction(metrics.get("balanced_accuracy")) if metrics else ""),
        Text(duration(row.line.seconds) if row.line.seconds else ""),
        Text(plain(why) if row.status != "finished" else ""),
    ]


def _table(*names: str) -> Table:
    """A plain table; a name that begins with ">" is aligned to the right."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0))
    for name in names:
        table.add_column(
            name.removeprefix(">"),
            justify="right" if name.startswith(">") else "left",
            no_wrap=True,
            overflow="ellipsis",
        )
    return table
