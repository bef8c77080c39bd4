"""Generated images outside any study: a generator fitted on a dataset's training images, and what it draws as files.

The fit is a run like any other, in a folder of its own in the cache: what was interrupted goes on, and what a study
has fitted already is found, where it learnt from the same images: those of a plan whose [data] says nothing else.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import torch

from augtui.dataset.layout import read_layout
from augtui.dataset.store import Dataset, open_dataset
from augtui.engine.data import Library
from augtui.engine.device import choose_environment, slot_devices, use
from augtui.engine.engine import Engine
from augtui.engine.generators.drawing import resized
from augtui.engine.generators.fitted import Fitted, lineage, load_fitted
from augtui.engine.generators.sheets import save_image
from augtui.engine.run import carry_out
from augtui.errors import AugtuiError, ExitCode
from augtui.jobs import Progress
from augtui.paths import RunPaths, StudyPaths, write_atomic
from augtui.plan.fitting import FittedKey, lone_generator_run
from augtui.plan.grid import Environment, RunSpec
from augtui.plan.spec import GeneratorSpec, canonical
from augtui.runlog import events as ev
from augtui.runlog.info import StudyInfo, write_info
from augtui.runlog.liveness import host_name
from augtui.runlog.quality import QUALITY, SHEETS

CHUNK = 256
"""Images that are drawn and written at a time."""


@dataclass(frozen=True, slots=True)
class Request:
    """Which images, drawn by what, to where.

    Attributes:
        dataset: its folder.
        generator: what is fitted, all parameters given.
        out: a new or empty folder.
        count: images of each class.
        size: side of the images in pixels; None keeps the generator's own.
        seed: of the split, the fit and the drawing.
        cache: root of the cache.
        device: "auto", "cpu", "cuda", "cuda:1" or "mps".
    """

    dataset: Path
    generator: GeneratorSpec
    out: Path
    count: int
    size: int | None
    seed: int
    cache: Path
    device: str

    @classmethod
    def of(cls, options: argparse.Namespace) -> Request:
        """From the command line of the job."""
        generator = msgspec.json.decode(options.generator, type=GeneratorSpec)
        return cls(
            dataset=options.dataset,
            generator=generator,
            out=options.out,
            count=options.count,
            size=options.size,
            seed=options.seed,
            cache=options.cache_dir,
            device=options.device,
        )


def generate(request: Request, progress: Progress) -> dict[str, Any]:
    """Fit the generator where nobody has, and write `count` images of each class under OUT/CLASS, with
    OUT/lineage.csv, OUT/quality.json and the closest pairs. OUT appears when it is complete.

    Returns:
        {"images", "verdict", "passed", "image_size"}

    Raises:
        AugtuiError: the folder holds something, the dataset is wrong, or the fit failed.
    """
    if request.out.exists() and (not request.out.is_dir() or any(request.out.iterdir())):
        raise AugtuiError(f"{request.out} exists and is not empty", "nothing is overwritten: choose a new folder")
    # Before minutes are spent on a fit.
    _new_folder(request.out).rmdir()
    environment = choose_environment(request.device, "auto")
    use(environment)
    spec, dataset = _spec(request, environment, progress)
    device = slot_devices(request.device, 1)[0]
    run = _fit(request, spec, dataset, device, progress)
    fitted = load_fitted(spec, request.cache, torch.device(device))
    _write(request, spec, fitted, run, progress)
    # The result lies in the cache; the folder of the fit has done its work.
    shutil.rmtree(run.study.folder)
    quality = fitted.quality
    return {
        "images": request.count * len(quality.classes),
        "verdict": quality.verdict(),
        "passed": quality.passed,
        "image_size": quality.image_size,
    }


def _spec(request: Request, environment: Environment, progress: Progress) -> tuple[RunSpec, Dataset]:
    spec = lone_generator_run(request.generator, request.seed, "", environment)
    dataset = open_dataset(
        read_layout(request.dataset), spec.data.stored, cache=request.cache, on_corrupt="stop", progress=progress
    )
    return msgspec.structs.replace(spec, fingerprint=dataset.fingerprint), dataset


def _fit(request: Request, spec: RunSpec, dataset: Dataset, device: str, progress: Progress) -> RunPaths:
    study = StudyPaths(request.cache / "fits" / FittedKey.of(spec).identity)
    run = study.run(f"generators/{request.generator.name}/seed-{request.seed}")
    run.folder.mkdir(parents=True, exist_ok=True)
    info = StudyInfo(
        id=study.name,
        created=time.time(),
        plan_hash="",
        dataset_name=request.dataset.name,
        dataset_root=str(request.dataset.resolve()),
        cache_dir=str(request.cache),
        host=host_name(),
        fingerprint=dataset.fingerprint,
        environment=spec.environment,
    )
    write_info(study, info)
    write_atomic(run.run, canonical(spec) + b"\n")
    engine = Engine(Library(torch.device(device)), device, stop=lambda: False)
    outcome = carry_out(run, engine, progress)
    if not isinstance(outcome, ev.RunFinished):
        message = outcome.message if isinstance(outcome, ev.RunFailed) else "interrupted"
        raise AugtuiError(f"fitting {request.generator.name}: {message}", f"see {run.log}", ExitCode.RUN_FAILED)
    return run


def _write(request: Request, spec: RunSpec, fitted: Fitted, run: RunPaths, progress: Progress) -> None:
    temporary = _new_folder(request.out)
    try:
        (temporary / "lineage.csv").write_text(_images(request, spec, fitted, temporary, progress), encoding="utf-8")
        shutil.copyfile(run.folder / QUALITY, temporary / QUALITY)
        for sheet in (run.folder / SHEETS).glob("closest-*.png"):
            shutil.copyfile(sheet, temporary / sheet.name)
        temporary.chmod(0o755)
        if request.out.is_dir():
            request.out.rmdir()
        temporary.rename(request.out)
    except OSError as error:
        raise _unwritable(request.out, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _new_folder(out: Path) -> Path:
    """An empty folder beside `out`, from which it is renamed when it is complete."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise _unwritable(out, error) from error


def _unwritable(out: Path, error: OSError) -> AugtuiError:
    return AugtuiError(f"cannot write {out}: {os.strerror(error.errno or 0)}", "--out names another folder")


def _images(request: Request, spec: RunSpec, fitted: Fitted, folder: Path, progress: Progress) -> str:
    """Write the images; gives lineage.csv."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["path", "class", "generator", "identity", "number", "seed", "drawn_at", "gate"])
    quality, size = fitted.quality, request.size or fitted.quality.image_size
    total = request.count * len(quality.classes)
    for label, item in enumerate(quality.classes):
        for first in range(0, request.count, CHUNK):
            count = min(CHUNK, request.count - first)
            for number, image in enumerate(resized(fitted.draw(label, count, first), size), start=first):
                name = f"{item.name}/{request.generator.name}-{number:05d}.png"
                told = {**lineage(spec, item.name, number), "gate": quality.verdict()}
                save_image(folder / name, image, told)
                row = [name, item.name, request.generator.name, quality.identity, number, request.seed]
                table.writerow([*row, told["drawn_at"], told["gate"]])
            progress(label * request.count + first + count, total, f"{item.name}")
    return text.getvalue()
