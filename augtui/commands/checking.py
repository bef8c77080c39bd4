"""`augtui check`: everything that is wrong with a plan or a dataset, at once."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from rich.table import Table
from rich.text import Text

from augtui.commands.finder import WrongDatasetError, dataset_root, planned_dataset
from augtui.commands.outlook import outlook
from augtui.commands.terminal import Glyphs, emit, glyphs, interactive, narration, output, print_json
from augtui.commands.trial import try_policies
from augtui.commands.wording import many
from augtui.errors import AugtuiError, ExitCode
from augtui.jobs import call
from augtui.paths import cache_root
from augtui.plan.problems import PlanProblem
from augtui.plan.reader import problems as plan_problems
from augtui.runlog.checks import CheckReport, Pair, Problem
from augtui.text import plain

NEAR = "near-duplicate-across-splits"
SHOWN_FILES, SHOWN_REASONS = 5, 20
"""Files of a problem that are listed: all have the same, or each has its own reason."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that a check found."""

    plan: list[PlanProblem]
    data: CheckReport | None
    """None where the plan is too wrong to look at its dataset."""

    @property
    def exit_code(self) -> ExitCode:
        if any(problem.level == "block" for problem in self.plan):
            return ExitCode.WRONG_INPUT
        return ExitCode.CHECK_BLOCKS if self.data is not None and self.data.blocks else ExitCode.DONE


def check(
    what: str,
    overrides: list[str],
    *,
    data_dir: Path,
    cache_dir: Path | None,
    as_json: bool,
    pairs: Path | None = None,
) -> int:
    """Print every problem; gives 0, 2 for a wrong plan or a dataset that is none, 3 where a check blocks.

    Args:
        what: a plan's file, or a dataset by name or path.
        overrides: `key=value` each, for a plan.
        data_dir: where datasets are looked for by name.
        cache_dir: None for the usual one.
        as_json: one object on standard output.
        pairs: a PNG to draw near duplicates side by side into; it is written only where there are any.

    Raises:
        AugtuiError: there is neither such a plan nor such a dataset, or its layout is wrong; with `as_json` that is
            a problem like any other.
    """
    cache = cache_root(cache_dir)
    try:
        if what.endswith(".toml") or Path(what).is_file():
            outcome = check_plan(Path(what), overrides, data_dir, cache, pairs)
        else:
            outcome = Outcome([], check_data(dataset_root(what, data_dir), None, cache, pairs))
    except AugtuiError as error:
        if not as_json or error.exit_code != ExitCode.WRONG_INPUT:
            raise
        wrong = Problem(level="block", code="dataset", message=error.message, mend=error.hint)
        print_json(outcome_object(Outcome([], CheckReport(problems=[wrong]))))
        return error.exit_code
    if as_json:
        print_json(outcome_object(outcome))
    else:
        _print(outcome)
    return outcome.exit_code


def check_plan(path: Path, overrides: list[str], data_dir: Path, cache: Path, pairs: Path | None = None) -> Outcome:
    """All problems of a plan's file; its dataset is looked at where the plan can be read."""
    found = plan_problems(path, overrides)
    if any(problem.level == "block" for problem in found):
        return Outcome(found, None)
    try:
        planned = planned_dataset(path, overrides, data_dir)
    except WrongDatasetError as error:
        return Outcome([*found, error.problem], None)
    found = [*found, *planned.problems]
    if any(problem.level == "block" for problem in found):
        return Outcome(found, None)
    try:
        try_policies(planned.plan_file)
    except AugtuiError as error:
        return Outcome([*found, PlanProblem(str(path), "arms", error.message, error.hint)], None)
    with tempfile.TemporaryDirectory(prefix="augtui-") as folder:  # the plan as changed by --set
        changed = Path(folder) / "plan.toml"
        changed.write_text(planned.plan_file.text, encoding="utf-8")
        return Outcome(found, check_data(planned.root, changed, cache, pairs))


def check_data(root: Path, plan: Path | None, cache: Path, pairs: Path | None = None) -> CheckReport:
    """The analysis' report on a dataset, as a plan uses it."""
    arguments = ["augtui.analysis", "check", "--dataset", str(root), "--cache-dir", str(cache)]
    if plan is not None:
        arguments += ["--plan", str(plan)]
    if pairs is not None:
        arguments += ["--pairs", str(pairs.absolute())]
    if not interactive(sys.stderr):
        return msgspec.convert(call(arguments), CheckReport)
    with narration().status("looking at every image") as status:
        answer = call(arguments, progress=lambda done, total, told: status.update(f"{plain(told)} {done}/{total}"))
    return msgspec.convert(answer, CheckReport)


def outcome_object(outcome: Outcome) -> dict[str, Any]:
    """What `--json` prints: check.json, with the problems of the plan before those of the data."""
    body: dict[str, Any] = msgspec.to_builtins(outcome.data or CheckReport())
    return {"problems": [*map(_plan_problem, outcome.plan), *body.pop("problems")], **body}


def _plan_problem(item: PlanProblem) -> dict[str, Any]:
    """With the keys of a dataset's problem, and `hint`, which says the same as `mend`."""
    problem = Problem(level=item.level, code="plan", message=item.text, mend=item.hint)
    return {**msgspec.to_builtins(problem), "hint": item.hint}


def _print(outcome: Outcome) -> None:
    console = output()
    signs = glyphs(console)
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for item in outcome.plan:
        grid.add_row(_mark(item.level, signs), _told(item.text, item.hint))
    report = outcome.data
    for problem in report.problems if report else ():
        pairs = report.pairs if report is not None and problem.code == NEAR else []
        grid.add_row(_mark(problem.level, signs), _data_problem(problem, pairs))
    for reason in report.skipped if report else ():
        grid.add_row(Text(signs.skipped, style="dim"), Text(plain(f"not checked: {reason}"), style="dim"))
    if grid.row_count:
        emit(console, grid)
    if report is not None:
        for split, counts in report.counts.items():
            told = ", ".join(f"{plain(name)} {count:,}" for name, count in counts.items())
            console.print(Text(f"{plain(split)}: {told}", style="dim"))
        for part in outlook(report):
            emit(console, part)
    blocks = sum(item.level == "block" for item in outcome.plan) + (len(report.blocks) if report else 0)
    warnings = len(outcome.plan) + (len(report.problems) if report else 0) - blocks
    console.print(f"{many(blocks, 'problem')} that must be mended, {many(warnings, 'warning')}")


def _data_problem(problem: Problem, pairs: list[Pair]) -> Text:
    text = _told(f"{problem.code}: {problem.message}", problem.answer)
    for line in pair_lines(pairs) if pairs else file_lines(problem):
        text.append(f"\n  {line}", style="dim")
    return text.append(f"\n{plain(problem.mend)}") if problem.mend else text


def file_lines(problem: Problem) -> list[str]:
    """The files of a problem for people, one a line, each with its reason where it has one of its own; the first of
    many."""
    if len(problem.files) == 1 and problem.reasons:
        return []  # the message has said it
    shown = SHOWN_REASONS if problem.reasons else SHOWN_FILES
    reasons = problem.reasons or [""] * len(problem.files)
    lines = [plain(f"{name} {reason}".rstrip()) for name, reason in zip(problem.files, reasons, strict=True)][:shown]
    more = len(problem.files) - len(lines)
    return [*lines, f"and {many(more, 'file')} more"] if more else lines


def pair_lines(pairs: list[Pair]) -> list[str]:
    """Near copies for people, a pair a line, the most alike first; the first of many."""
    ranked = sorted(pairs, key=lambda pair: -pair.agreement)
    lines = [
        plain(f"{pair.first} = {pair.second} ({'mirrored, ' if pair.mirrored else ''}agreement {pair.agreement:.2f}")
        + (")" if pair.same_label else ", another label)")
        for pair in ranked[:SHOWN_FILES]
    ]
    more = len(pairs) - len(lines)
    return [*lines, f"and {many(more, 'pair')} more; --pairs FILE.png shows them side by side"] if more else lines


def _told(message: str, hint: str) -> Text:
    text = Text(plain(message))
    return text.append(f"\n{plain(hint)}", style="dim") if hint else text


def _mark(level: str, signs: Glyphs) -> Text:
    return Text(signs.failed, style="red") if level == "block" else Text(signs.warning, style="yellow")
