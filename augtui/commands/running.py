"""`augtui run`, `resume`, `extend`, `attach` and `stop`: studies that are carried out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from augtui import study
from augtui.commands.checking import file_lines
from augtui.commands.feed import StudyFeed
from augtui.commands.finder import is_dataset, planned_dataset
from augtui.commands.follow import exit_code, follow, narrator
from augtui.commands.interrupts import Interrupts
from augtui.commands.page import StudyPage
from augtui.commands.results import results, results_object, state_label
from augtui.commands.terminal import emit, narration, output, print_json
from augtui.commands.trial import try_policies
from augtui.errors import AugtuiError, ExitCode
from augtui.folders import disk_is_full
from augtui.nearest import did_you_mean
from augtui.paths import StudyPaths
from augtui.plan.reader import PlanFile, read_plan
from augtui.runlog.checks import read_check
from augtui.runlog.fold import STEPS
from augtui.runlog.glance import read_study
from augtui.text import plain, plain_lines

DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a study is started, and how its progress is told."""

    runs_dir: Path
    detach: bool = False
    quiet: bool = False
    as_json: bool = False
    until: str | None = None
    on_finish: str | None = None
    force: bool = False
    """Take over from a supervisor on a file system without locks."""


def run(
    plan_path: Path,
    manner: Manner,
    *,
    overrides: list[str],
    data_dir: Path,
    cache_dir: Path | None,
    device: str,
    slots: int | None,
) -> int:
    """Carry a plan out as a new study.

    Args:
        plan_path: its TOML file.
        manner: of the start.
        overrides: `key=value` each.
        data_dir: where datasets are looked for by name.
        cache_dir: None for the usual one.
        device: auto, cpu, cuda, cuda:N or mps.
        slots: trainings at a time; None for one a GPU or core.

    Returns:
        the exit code.

    Raises:
        AugtuiError: the plan, the dataset or the machine is wrong.
    """
    _check_until(manner)
    if not DEVICE.fullmatch(device):
        raise AugtuiError(f"--device {device}: there is no such device", "auto, cpu, cuda, cuda:N or mps")
    if plan_path.suffix != ".toml" and not plan_path.is_file() and is_dataset(str(plan_path), data_dir):
        raise AugtuiError(f"{plan_path} is a dataset, not a plan", f"`augtui init {plan_path}` writes a plan for it")
    planned = planned_dataset(plan_path, overrides, data_dir)
    for problem in planned.problems:
        if problem.level == "block":
            raise problem.error
    for warning in (*planned.plan_file.warnings, *planned.problems):
        _remark(manner, f"{warning.text}; {warning.hint}" if warning.hint else warning.text)
    try_policies(planned.plan_file)
    for _, error in study.look(manner.runs_dir).broken:
        _remark(manner, error.message)
    unfinished = study.unfinished_equal(manner.runs_dir, planned.plan_file.plan)
    if unfinished is not None:
        name = "attach" if study.supervised(unfinished) else "resume"
        _remark(manner, f"this is a new study; an unfinished one has the same plan: {unfinished.command(name)}")
    paths = study.create(
        planned.plan_file,
        dataset_root=planned.root,
        runs_dir=manner.runs_dir,
        cache_dir=cache_dir,
        device=device,
        slots=slots,
    )
    return _carry_out(paths, manner, new=True)


def resume(text: str, manner: Manner) -> int:
    """Carry out what is missing or failed in a study.

    Raises:
        AugtuiError: it is at work, its plan was edited, or its dataset is gone.
    """
    _check_until(manner)
    paths = study.find(manner.runs_dir, text)
    study.prepare_resume(paths)
    return _carry_out(paths, manner)


def extend(text: str, manner: Manner, *, seeds: int | None, arm_file: Path | None) -> int:
    """Add seeds or arms to a study, and carry them out."""
    if (seeds is None) == (arm_file is None):
        raise AugtuiError("say what to add, one of the two", "--seeds N for N seeds in all, or --arm FILE")
    paths = study.find(manner.runs_dir, text)
    study.extend(paths, seeds=seeds, arm_file=arm_file)
    return _carry_out(paths, manner)


def attach(text: str, manner: Manner) -> int:
    """Follow a study that is at work; one that is not is shown."""
    paths = study.find(manner.runs_dir, text)
    feed = StudyFeed(paths)
    feed.refresh()
    if feed.status != "running":
        return _conclude(paths, feed.status, manner)
    tell = narrator(feed, quiet=manner.quiet, hint="Ctrl-C leaves; the study goes on")
    with Interrupts() as interrupts:
        status = follow(feed, tell, interrupts)
        if status == "detached":
            if not interrupts.hangup:
                _remark(manner, f"{paths.name} goes on; follow it with: {paths.command('attach')}")
            return ExitCode.DONE
    return _conclude(paths, status, manner)


def stop(text: str, runs_dir: Path, *, now: bool, wait: bool) -> int:
    """Ask a study's supervisor to stop; with a checkpoint unless `now`."""
    paths = study.find(runs_dir, text)
    feed = StudyFeed(paths)
    feed.refresh()
    if feed.status != "running":
        raise AugtuiError(f"{paths.name} is not at work: {feed.status}", "`augtui studies` lists the studies")
    study.request(paths, "stop-now" if now else "stop")
    if not wait:
        narration().print(plain(f"{paths.name} was asked to stop"), soft_wrap=True)
        return ExitCode.DONE
    with Interrupts() as interrupts:
        status = follow(feed, narrator(feed, quiet=True, hint=""), interrupts)
    if status == "detached":
        return ExitCode.INTERRUPTED
    narration().print(plain(f"{paths.name}: {status}; go on with: {paths.command('resume')}"), soft_wrap=True)
    return ExitCode.DONE


def _check_until(manner: Manner) -> None:
    if manner.until is not None and manner.until not in STEPS:
        hint = did_you_mean(manner.until, STEPS) or f"the steps are {', '.join(STEPS)}"
        raise AugtuiError(f'--until: there is no step "{manner.until}"', hint)


def _carry_out(paths: StudyPaths, manner: Manner, *, new: bool = False) -> int:
    feed = StudyFeed(paths)
    feed.refresh()
    before = feed.state.attempt
    with Interrupts() as interrupts:  # from here on Ctrl-C is a request, not an end in the middle of a start
        on_finish = manner.on_finish or ""
        if new:
            supervisor = study.launch_new(paths, until=manner.until, on_finish=on_finish)
        else:
            supervisor = study.launch(paths, until=manner.until, force=manner.force, on_finish=on_finish)
        if manner.detach:
            _remark(manner, f"{paths.name} is at work; follow it with: {paths.command('attach')}")
            if manner.as_json:
                print_json(_started(paths, read_plan(paths.plan)))
            return ExitCode.DONE
        tell = narrator(feed, quiet=manner.quiet, hint="Ctrl-C stops with a checkpoint")
        status = follow(
            feed,
            tell,
            interrupts,
            after=before,
            supervisor=supervisor,
            request=lambda wish: study.request(paths, wish),
        )
        if status == "detached":
            if interrupts.hangup:
                return ExitCode.DONE
            _remark(manner, f"{paths.name} is still stopping; follow it with: {paths.command('attach')}")
            return ExitCode.INTERRUPTED
    return _conclude(paths, status, manner)


def _conclude(paths: StudyPaths, status: str, manner: Manner) -> int:
    """The table to standard output; what went wrong and what to do next to standard error."""
    log = read_study(paths.events)
    err = narration()
    if manner.as_json:
        print_json(results_object(results(paths)[0]))
    elif log.done and status in ("finished", "failed"):
        emit(output(), StudyPage(results(paths)[0], state_label(log)))
    if status == "blocked":
        _print_blocks(paths, log.message)
    elif status in ("failed", "lost") and log.message:
        err.print(plain_lines(log.message), style="red", soft_wrap=True)
    if status == "lost" and disk_is_full(paths.folder):
        # A supervisor that cannot write cannot say why it left.
        err.print(plain(f"the disk that holds {paths.folder} is full: make room first"), style="red", soft_wrap=True)
    if status == "finished":
        _remark(manner, f"everything is in {paths.folder}")
    if status in _NEXT:
        err.print(plain(f"{paths.name} {_NEXT[status]}; go on with: {paths.command('resume')}"), soft_wrap=True)
    return exit_code(status)


_NEXT = {
    "failed": "failed",
    "lost": "has lost its supervisor",
    "stopped": "is stopped",
    "waiting": "waits after the step asked for",
}


def _print_blocks(paths: StudyPaths, message: str) -> None:
    err = narration()
    try:
        blocks = read_check(paths.check).blocks
    except FileNotFoundError:
        blocks = []
    if not blocks:  # what blocks was found by a later step
        err.print(plain_lines(message), style="red", soft_wrap=True)
    for problem in blocks:
        err.print(plain(f"{problem.code}: {problem.message}"), style="red", soft_wrap=True)
        for line in file_lines(problem):
            err.print(f"  {line}", soft_wrap=True)
        err.print(plain(f"  {problem.mend}"), soft_wrap=True)
    told = f"the images mended, go on with: {paths.command('resume')}; the plan changed, with: augtui run"
    err.print(plain(told), soft_wrap=True)


def _started(paths: StudyPaths, plan_file: PlanFile) -> dict[str, Any]:
    """The object of a study that has only begun: the keys of every other, no numbers yet."""
    plan = plan_file.plan
    return {
        "study": paths.name,
        "state": "running",
        "baseline": plan.baseline.name,
        "primary": plan.primary,
        "arms": [],
    }


def _remark(manner: Manner, message: str) -> None:
    if not manner.quiet:
        narration().print(plain(message), soft_wrap=True)
