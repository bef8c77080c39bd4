"""`augtui report` and `augtui export`: a study's numbers in files."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from augtui import study
from augtui.commands.terminal import interactive, narration, output
from augtui.errors import AugtuiError, ExitCode
from augtui.jobs import call
from augtui.nearest import did_you_mean
from augtui.paths import StudyPaths
from augtui.plan.grid import Point
from augtui.plan.reader import read_plan
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


def report(text: str, runs_dir: Path, *, formats: list[str], out: Path | None, samples: bool) -> int:
    """Write a study's report, and print the path of each file.

    Args:
        text: the study.
        runs_dir: where studies live.
        formats: of `FORMATS`.
        out: a folder; the study's report/ without.
        samples: whether to draw samples of each arm's images; it takes the dataset and a few seconds.

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
    plan, info = read_plan(paths.plan).plan, read_info(paths)
    found = []
    for arm in plan.arms:
        for number, policy in enumerate(_policies(arm)):
            name = f"samples-{arm.name}" + (f"-{number + 1}" if number else "")
            try:
                _sheet(policy, info.dataset_root, info.cache_dir, plan.data.stored, figures / f"{name}.png")
            except AugtuiError as error:
                narration().print(plain(f"no samples of {arm.name}: {error.message}"), style="yellow")
                continue
            found.append((name, f"{arm.name}: originals on the left, then {VERSIONS} versions by {policy.name}."))
    for sheet, name, caption in generator_sheets(paths, plan):
        shutil.copyfile(sheet, figures / f"{name}.png")
        found.append((name, caption))
    return found


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


def _sheet(policy: PolicySpec, root: str, cache: str, size: int, path: Path) -> None:
    if interactive(sys.stderr):
        narration().print(plain(f"samples: {policy.name}"), style="dim")
    arguments = ["augtui.engine", "preview", "--dataset", root, "--cache-dir", cache, "--size", str(size)]
    arguments += ["--policy", msgspec.json.encode(policy).decode(), "--count", str(VERSIONS), "--out", str(path)]
    call(arguments)


def _policies(arm: ArmSpec) -> list[PolicySpec]:
    found = [addition.policy for addition in arm.add if addition.policy is not None]
    found += [arm.replace.policy] if arm.replace is not None else []
    return found + ([arm.online] if arm.online is not None else [])
