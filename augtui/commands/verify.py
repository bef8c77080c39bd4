"""`augtui verify`: does a study's folder still say what its images, plan, predictions and models say?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec
from rich.table import Table
from rich.text import Text

from augtui import study
from augtui.commands.terminal import emit, glyphs, interactive, narration, output, print_json
from augtui.commands.wording import many
from augtui.errors import ExitCode
from augtui.jobs import call
from augtui.paths import RunPaths, StudyPaths
from augtui.plan.grid import cells
from augtui.plan.reader import read_plan
from augtui.runlog.info import read_info
from augtui.runlog.verification import Finding, Verification
from augtui.text import plain

TOLERANCE = 1e-4
"""Difference of a probability that another device or precision may make; a CPU makes none."""


def verify(text: str, runs_dir: Path, *, all_models: bool, as_json: bool) -> int:
    """Print what agrees and what does not; gives 0, or 1 where something disagrees.

    Args:
        text: the study.
        runs_dir: where studies live.
        all_models: every saved model is asked again, not only one of each arm.
        as_json: one object on standard output.

    Raises:
        AugtuiError: there is no such study, or it cannot be read.
    """
    paths = study.find(runs_dir, text)
    counted = msgspec.convert(call(["augtui.analysis", "verify", str(paths.folder)]), Verification)
    found = Verification(study=counted.study, findings=[*counted.findings, *_models(paths, all_models)])
    if as_json:
        print_json({"agrees": found.agrees, **msgspec.to_builtins(found)})
    else:
        _print(found)
    return ExitCode.DONE if found.agrees else ExitCode.RUN_FAILED


def _models(paths: StudyPaths, every: bool) -> list[Finding]:
    chosen: dict[str, RunPaths] = {}
    for cell in cells(read_plan(paths.plan).plan):
        run = paths.run(cell.folder)
        if run.model.is_file() and run.metrics.is_file():
            chosen.setdefault(cell.folder if every else cell.arm.name, run)
    if not chosen:
        return [Finding(what="model", ok=None, message="no model was kept ([keep] models)")]
    environment = read_info(paths).environment
    device = environment.device if environment is not None else "cpu"
    folders = [str(run.folder) for run in chosen.values()]
    if interactive(sys.stderr):
        narration().print(f"asking {many(len(folders), 'saved model')} again", style="dim")
    answers = call(["augtui.engine", "repredict", *folders, "--device", device])["runs"]
    return [_model(paths.relative(run), answer) for run, answer in zip(chosen.values(), answers, strict=True)]


def _model(name: str, answer: dict[str, Any]) -> Finding:
    if "error" in answer:
        return Finding(what="model", ok=None, message=f"{name}: {answer['error']}")
    largest, changed = answer["largest"], answer["changed"]
    if largest == 0:
        message = f"{name}: the saved model says of {many(answer['images'], 'test image')} what predictions.csv says"
        return Finding(what="model", ok=True, message=message)
    told = f"{name}: probabilities differ by up to {largest:.2g}, {many(changed, 'image')} with another class"
    return Finding(what="model", ok=largest <= TOLERANCE and changed == 0, message=told)


def _print(found: Verification) -> None:
    console = output()
    signs = glyphs(console)
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for finding in found.findings:
        mark = {
            True: Text(signs.finished, style="green"),
            False: Text(signs.failed, style="red"),
            None: Text(signs.skipped, style="dim"),
        }[finding.ok]
        grid.add_row(mark, Text(finding.what), Text(plain(finding.message)))
    emit(console, grid)
    wrong = sum(finding.ok is False for finding in found.findings)
    console.print("everything agrees" if not wrong else f"{many(wrong, 'thing')} disagree{'s' * (wrong == 1)}")
