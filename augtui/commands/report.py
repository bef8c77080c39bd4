"""`augtui report` and `augtui export`: a study's numbers in files."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from augtui import study
from augtui.commands.terminal import interactive, narration, output
from augtui.errors import AugtuiError, ExitCode
from augtui.jobs import call
from augtui.nearest import did_you_mean
from augtui.paths import StudyPaths
from augtui.plan.grid import Point
from augtui.plan.kept import kept_plan
from augtui.plan.spec import ArmSpec, Plan, PolicySpec
from augtui.runlog.generators import drawn_by, generator_records
from augtui.runlog.info import read_info
from augtui.runlog.quality import SHEETS, newest_sheets
from augtui.text import plain

FORMATS = ("md", "html", "latex", "csv", "json")
TARGETS = ("tensorboard", "csv", "parquet")
TEXTS = frozenset({"md", "html", "latex"})
VERSIONS = 4
"""Of each sample image."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture of samples, figures/NAME.png."""

    name: str
    policy: PolicySpec
    arms: tuple[str, ...]
    """That use it."""


def report(text: str, runs_dir: Path, *, formats: list[str], out: Path | None, samples: bool) -> int:
    """Write a study's report, and print the path of each file.

    Args:
        text: the study.
        runs_dir: where studies live.
        formats: of `FORMATS`.
        out: a folder; the study's report/ without.
        samples: whether to draw samples of each arm's images; it takes the dataset and some seconds.

    Raises:
        AugtuiError: there is no such study or format, or the folder cannot be written.
    """
    for form in formats:
        if form not in FORMATS:
            near = did_you_mean(form, FORMATS) or f"there are {', '.join(FORMATS)}"
            raise AugtuiError(f"--format: there is no format {form}", near)
    paths = study.find(runs_dir, text)
    folder = out or paths.report
    arguments = ["augtui.analysis", "report", str(paths.folder), "--out", str(folder)]
    arguments += [word for form in dict.fromkeys(formats) for word in ("--format", form)]
    try:
        (folder / "figures").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AugtuiError(f"cannot write to {folder}: {error.strerror}", "--out names another folder") from error
    if samples and TEXTS & set(formats):
        for name, caption in _samples(paths, folder / "figures"):
            arguments += ["--sample", name, caption]
    answer = call(arguments)
    for path in answer["files"]:
        output().print(plain(path), soft_wrap=True)
    return ExitCode.DONE


def export(text: str, runs_dir: Path, *, to: str, out: Path | None) -> int:
    """Write a study's numbers for another program, and print the path of each file.

    Raises:
        AugtuiError: there is no such study or format, or what the format needs is not installed.
    """
    if to not in TARGETS:
        near = did_you_mean(to, TARGETS) or f"there are {', '.join(TARGETS)}"
        raise AugtuiError(f"--to: there is no format {to}", near)
    paths = study.find(runs_dir, text)
    folder = out or paths.folder / "export" / to
    answer = call(["augtui.analysis", "export", str(paths.folder), "--to", to, "--out", str(folder)])
    for path in answer["files"] if len(answer["files"]) <= len(FORMATS) else [str(folder)]:
        output().print(plain(path), soft_wrap=True)
    return ExitCode.DONE


def _samples(paths: StudyPaths, figures: Path) -> list[tuple[str, str]]:
    """Name and caption of each picture of samples that could be put into `figures`."""
    plan = kept_plan(paths.plan)
    sheets = _sheets(plan)
    failed = _draw(paths, sheets, figures)
    found = []
    for sheet in sheets:
        if sheet.name in failed:
            narration().print(plain(f"no samples of {', '.join(sheet.arms)}: {failed[sheet.name]}"), style="yellow")
            continue
        caption = f"{', '.join(sheet.arms)}: originals on the left, then {VERSIONS} versions by {sheet.policy.name}."
        found.append((sheet.name, caption))
    for drawn, name, caption in generator_sheets(paths, plan):
        shutil.copyfile(drawn, figures / f"{name}.png")
        found.append((name, caption))
    return found


def _sheets(plan: Plan) -> list[Sheet]:
    """One for each distinct policy, in the order of the arms that use it."""
    users: dict[bytes, list[str]] = {}
    policies: dict[bytes, PolicySpec] = {}
    for arm in plan.arms:
        for policy in _policies(arm):
            key = msgspec.json.encode(policy, order="deterministic")
            policies[key] = policy
            users.setdefault(key, []).append(arm.name)
    found: list[Sheet] = []
    for key, policy in policies.items():
        arms = tuple(dict.fromkeys(users[key]))
        found.append(Sheet(f"samples-{len(found) + 1}-{policy.name}", policy, arms))
    return found


def _draw(paths: StudyPaths, sheets: list[Sheet], figures: Path) -> dict[str, str]:
    """Draw all sheets in one process of the engine; gives why some could not be, by name."""
    if not sheets:
        return {}
    plan, info = kept_plan(paths.plan), read_info(paths)
    if not Path(info.dataset_root).is_dir():
        return {sheet.name: f"{info.dataset_root} is not there any more" for sheet in sheets}
    arguments = ["augtui.engine", "sheets", "--dataset", info.dataset_root, "--cache-dir", info.cache_dir]
    arguments += ["--size", str(plan.data.stored), "--count", str(VERSIONS)]
    for sheet in sheets:
        arguments += ["--sheet", msgspec.json.encode(sheet.policy).decode(), str(figures / f"{sheet.name}.png")]
    try:
        if not interactive(sys.stderr):
            answer = call(arguments)
        else:
            with narration().status("samples") as status:
                answer = call(arguments, progress=lambda _done, _all, told: status.update(plain(f"samples: {told}")))
    except AugtuiError as error:
        return {sheet.name: error.message for sheet in sheets}
    return {Path(path).stem: why for path, why in answer["failed"].items()}


def generator_sheets(paths: StudyPaths, plan: Plan) -> Iterator[tuple[Path, str, str]]:
    """The newest sheet of each class of each generator, and its closest pairs, of the first seed that was fitted:
    file, name in the report, caption."""
    done: set[tuple[str, Point]] = set()
    for record in generator_records(paths, plan):
        cell, quality = record.cell, record.quality
        if quality is None or (cell.name, cell.point) in done:
            continue
        done.add((cell.name, cell.point))
        who = f"{drawn_by(cell.generator)}, seed {cell.seed}"
        sheets = newest_sheets(paths.run(cell.folder))
        for number, item in enumerate(quality.classes):
            name = _file_name(f"{'-'.join(cell.folder.split('/')[1:])}-{number}-{item.name}")
            if item.name in sheets:
                yield sheets[item.name], f"samples-{name}", f"{who}: generated images of {item.name}."
            closest = paths.run(cell.folder).folder / SHEETS / f"closest-{item.name}.png"
            if closest.is_file():
                told = f"{who}: the images of {item.name} that come closest to training images, those below them."
                yield closest, f"closest-{name}", told


def _file_name(text: str) -> str:
    return "".join(c if c.isalnum() and c.isascii() else "-" for c in text.lower())


def _policies(arm: ArmSpec) -> list[PolicySpec]:
    found = [addition.policy for addition in arm.add if addition.policy is not None]
    found += [arm.replace.policy] if arm.replace is not None else []
    return found + ([arm.online] if arm.online is not None else [])
