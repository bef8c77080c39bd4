"""`augtui generate`: the front end of the engine's job that fits a generator and writes what it draws."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from augtui import study
from augtui.commands.finder import dataset_root
from augtui.commands.images import call_with_bar, read_changes
from augtui.commands.interrupts import left_to_the_job
from augtui.commands.terminal import interactive, narration
from augtui.commands.wording import many
from augtui.errors import AugtuiError, ExitCode
from augtui.jobs import call
from augtui.paths import cache_root
from augtui.plan.catalog import CATALOG
from augtui.plan.fitting import GeneratorCell, generator_cells, generator_name
from augtui.plan.kept import kept_plan
from augtui.plan.policy_reader import read_generator
from augtui.plan.problems import Place, Problems
from augtui.plan.spec import GeneratorSpec
from augtui.text import plain


@dataclass(frozen=True, slots=True)
class Asked:
    """Which generator: one for a dataset, or one of a study; exactly one of the two is not None."""

    dataset: str | None
    """A name, a path, or "demo"."""
    study: str | None
    generator: str | None
    """Its name; None: the study's only one."""
    changes: tuple[str, ...] = ()
    """`parameter=value` each, the value as TOML or as a bare word; of a study: `axis=value`."""
    seed: int | None = None
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which images of it."""

    out: Path
    count: int
    """Of each class."""
    size: int | None
    """Side of the square in pixels; None keeps the generator's own."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Where things lie."""

    data_dir: Path
    runs_dir: Path
    cache_dir: Path | None


class Lines:
    """Progress as plain lines on standard error, one each half minute: for logs, where a bar would be noise.

    Args:
        title: stands before each line.
        seconds: between two lines.
        clock: seconds that only grow.
    """

    def __init__(self, title: str, seconds: float = 30.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._title, self._seconds, self._clock = title, seconds, clock
        self._last = clock()

    def __call__(self, done: int, total: int, told: str) -> None:
        now = self._clock()
        if now - self._last >= self._seconds:
            self._last = now
            narration().print(plain(f"{self._title}: {done:,} of {total:,}, {told}"), soft_wrap=True)


def generate(asked: Asked, wanted: Wanted, folders: Folders, *, quiet: bool) -> int:
    """Write generated images under OUT/CLASS, with their lineage, what they are worth and the closest real images.

    Raises:
        AugtuiError: the generator, the dataset or the study is wrong, the folder holds something, or the fit failed.
    """
    out = wanted.out
    if out.exists() and not out.is_dir():
        raise AugtuiError(f"--out: {out} is a file", "choose a new folder")
    if out.exists() and any(out.iterdir()):
        raise AugtuiError(f"{out} is there already and not empty", "nothing is overwritten: choose a new folder")
    if (asked.dataset is None) == (asked.study is None):
        raise AugtuiError(
            "generate: from what?" if asked.dataset is None else "generate: a dataset and a study are two answers",
            "name a dataset (`augtui list datasets`), or a study with --study (`augtui studies`)",
        )
    name, arguments = _of_study(asked, folders) if asked.study is not None else _of_dataset(asked, folders)
    arguments += ["--out", str(out.absolute()), "--count", str(wanted.count)]
    arguments += ["--size", str(wanted.size)] if wanted.size is not None else []
    with left_to_the_job():
        if quiet:
            answer = call(arguments)
        elif not interactive(sys.stderr):
            answer = call(arguments, progress=Lines(name))
        else:
            answer = call_with_bar(arguments, f"{name}: {many(wanted.count, 'image')} of each class")
    if not quiet:
        told = f"{many(int(answer['images']), 'image')} in {out}, drawn at {answer['image_size']} px"
        narration().print(plain(told), soft_wrap=True)
    # What the gate says is no decoration: it is told even where progress is not.
    narration().print(plain(f"gate: {answer['verdict']}"), soft_wrap=True)
    if leaked := int(answer["leaked"]):
        narration().print(plain(_leak(leaked, asked.dataset or "")), soft_wrap=True)
    if copies := int(answer["copies"]):
        told = f"{many(copies, 'image')} as close to a training image as a duplicate: see lineage.csv, column copy"
        narration().print(plain(told), soft_wrap=True)
    told = (
        f"closest-*.png show REAL training images below those of the first {answer['compared']} of each class that "
        "come nearest to them: keep them back where the dataset must not be passed on. A pass is no guarantee of "
        "privacy"
    )
    narration().print(told, soft_wrap=True)
    return ExitCode.DONE


def _leak(count: int, dataset: str) -> str:
    lies = "lies" if count == 1 else "lie"
    return (
        f"leak: {many(count, 'image')} that it learned from {lies} in the test set too, or show a patient who is "
        f"there; what it draws must not train what is tested there. `augtui check {dataset}` names them; a study "
        'with leak = "drop-from-train" fits one without them, from which --study draws'
    )


def read_request_generator(name: str, changes: tuple[str, ...]) -> GeneratorSpec:
    """A generator with its parameters, as a plan's reader would give it.

    Raises:
        AugtuiError: there is no such generator or parameter, or a value is impossible.
    """
    problems = Problems("--generator", stop=True)
    name, *given = name.split(",")  # tables show parameters so: "dcgan64,epochs=20"
    changes = (*given, *changes)
    value = {"name": name} | read_changes(changes) if changes else name
    generator = read_generator(Place(problems), value, CATALOG)
    assert generator is not None, "the problem was raised"
    return generator


def _of_dataset(asked: Asked, folders: Folders) -> tuple[str, list[str]]:
    """The generator's name, and the job that fits it and draws."""
    assert asked.dataset is not None
    if asked.generator is None:
        raise AugtuiError("--generator: which one?", "`augtui list generators` lists all")
    generator = read_request_generator(asked.generator, asked.changes)
    root = dataset_root(asked.dataset, folders.data_dir)
    arguments = ["augtui.engine", "generate", "--dataset", str(root)]
    arguments += ["--generator", msgspec.json.encode(generator).decode()]
    arguments += ["--seed", str(asked.seed or 0), "--device", asked.device or "auto"]
    return generator_name(generator), [*arguments, "--cache-dir", str(cache_root(folders.cache_dir))]


def _of_study(asked: Asked, folders: Folders) -> tuple[str, list[str]]:
    """The generator's name, and the job that draws from what a study fitted."""
    assert asked.study is not None
    if asked.device is not None:
        raise AugtuiError("--device: a study's generator draws where it was fitted", "leave the option out")
    paths = study.find(folders.runs_dir, asked.study)
    plan = kept_plan(paths.plan)
    chosen = _named(paths.name, generator_cells(plan), asked.generator)
    seed = plan.seeds[0] if asked.seed is None else asked.seed
    if seed not in plan.seeds:
        raise AugtuiError(f"--seed {seed}: {paths.name} has the seeds {', '.join(map(str, plan.seeds))}")
    cell = _at(read_changes(asked.changes), [cell for cell in chosen if cell.seed == seed])
    return cell.name, ["augtui.engine", "draw", str(paths.run(cell.folder).folder.absolute())]


def _named(name: str, known: list[GeneratorCell], wanted: str | None) -> list[GeneratorCell]:
    """The cells of one generator of a study."""
    if not known:
        raise AugtuiError(f"no arm of {name} has a generator", "name a dataset instead of --study to fit one")
    chosen = [cell for cell in known if wanted in (None, cell.name, cell.generator.name)]
    names = list(dict.fromkeys(cell.name for cell in chosen or known))
    if not chosen:
        raise AugtuiError(f'--generator: {name} has no generator "{wanted}"', f"it has {', '.join(names)}")
    if len(names) > 1:
        raise AugtuiError(f"{name} has {len(names)} generators", f"name one with --generator: {', '.join(names)}")
    return chosen


def _at(axes: dict[str, Any], cells: list[GeneratorCell]) -> GeneratorCell:
    """The cell at the axis point that `--set` tells."""
    known = sorted({key for cell in cells for key, _ in cell.point})
    if unknown := sorted(axes.keys() - set(known)):
        raise AugtuiError(
            f"--set {unknown[0]}: no axis of the study that its generators depend on",
            f"it has {', '.join(known)}" if known else "the parameters of a study's generator are as its plan says",
        )
    chosen = [cell for cell in cells if axes.items() <= dict(cell.point).items()]
    points = "; ".join(" ".join(f"--set {key}={value}" for key, value in cell.point) for cell in cells)
    if not chosen:
        raise AugtuiError("--set: the study has no such axis point", f"it has {points}")
    if len(chosen) > 1:
        raise AugtuiError("the study fits it at several axis points", f"say at which: {points}")
    return chosen[0]
