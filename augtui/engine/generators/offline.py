"""Generated images outside any study, as files that say what they are."""

from __future__ import annotations

import argparse
import csv
import io
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import torch

from augtui.engine.generators.drawing import resized
from augtui.engine.generators.fitted import Fitted, lineage, load_fitted
from augtui.engine.generators.sheets import save_image
from augtui.engine.generators.source import Source, fit, of_dataset, of_study, stopped
from augtui.engine.offline import refuse_inside
from augtui.errors import AugtuiError
from augtui.jobs import Progress
from augtui.paths import RunPaths
from augtui.plan.spec import GeneratorSpec
from augtui.runlog.quality import QUALITY, SHEETS

CHUNK = 256
"""Images that are drawn and written at a time."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many images, and where to.

    Attributes:
        out: a new or empty folder.
        count: images of each class.
        size: side of the images in pixels; None keeps the generator's own.
    """

    out: Path
    count: int
    size: int | None = None


def generate(options: argparse.Namespace, progress: Progress, stop: Callable[[], bool]) -> dict[str, Any]:
    """Fit a generator on a dataset and write what it draws; gives what `write` gives.

    Raises:
        AugtuiError: the dataset or the folder is wrong, or the fit failed.
    """
    refuse_inside(options.dataset, options.out)
    refuse_out(options.out)  # before minutes are spent on a fit
    generator = msgspec.json.decode(options.generator, type=GeneratorSpec)
    source = of_dataset(
        options.dataset, generator, options.seed, options.device, options.cache_dir.resolve(), progress
    )
    return write(source, Wanted(options.out, options.count, options.size), progress, stop)


def draw(options: argparse.Namespace, progress: Progress, stop: Callable[[], bool]) -> dict[str, Any]:
    """Write what a study's generator draws; gives what `write` gives.

    Raises:
        AugtuiError: it is not fitted, its weights are gone, or the folder is wrong.
    """
    refuse_out(options.out)
    return write(of_study(RunPaths(options.run)), Wanted(options.out, options.count, options.size), progress, stop)


def write(
    source: Source, wanted: Wanted, progress: Progress, stop: Callable[[], bool] = lambda: False
) -> dict[str, Any]:
    """Fit the generator where nobody has, and write `count` images of each class under OUT/CLASS, with
    OUT/lineage.csv, OUT/quality.json and the closest pairs. OUT appears when it is complete.

    Returns:
        {"images", "verdict", "passed", "image_size", "leaked", "compared": images of each class that were compared
        with training images, "copies": those among them that are written and count as copies}

    Raises:
        AugtuiError: the folder holds something, the fit failed, or somebody asked for an end (`stop`).
    """
    refuse_out(wanted.out)
    folder = fit(source, progress, stop)
    fitted = load_fitted(source.run, source.cache, torch.device(source.device))
    _write(wanted, fitted, folder, progress, stop)
    quality = fitted.quality
    return {
        "images": wanted.count * len(quality.classes),
        "verdict": quality.verdict(),
        "passed": quality.passed,
        "image_size": quality.image_size,
        "leaked": source.leaked,
        "compared": min(item.drawn for item in quality.classes),
        "copies": sum(number < wanted.count for item in quality.classes for number in item.copies),
    }


def refuse_out(out: Path) -> None:
    """Refuse a folder that holds something, or that cannot be written.

    Raises:
        AugtuiError: it is one.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise AugtuiError(f"{out} exists and is not empty", "nothing is overwritten: choose a new folder")
    _new_folder(out).rmdir()


def _write(wanted: Wanted, fitted: Fitted, run: RunPaths, progress: Progress, stop: Callable[[], bool]) -> None:
    temporary = _new_folder(wanted.out)
    try:
        lines = _images(wanted, fitted, temporary, progress, stop)
        (temporary / "lineage.csv").write_text(lines, encoding="utf-8")
        shutil.copyfile(run.folder / QUALITY, temporary / QUALITY)
        for sheet in (run.folder / SHEETS).glob("closest-*.png"):
            shutil.copyfile(sheet, temporary / sheet.name)
        temporary.chmod(0o755)
        if wanted.out.is_dir():
            wanted.out.rmdir()
        temporary.rename(wanted.out)
    except OSError as error:
        raise _unwritable(wanted.out, error) from error
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


def _images(wanted: Wanted, fitted: Fitted, folder: Path, progress: Progress, stop: Callable[[], bool]) -> str:
    """Write the images; gives lineage.csv."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["path", "class", "generator", "identity", "number", "seed", "drawn_at", "copy", "gate"])
    quality, size = fitted.quality, wanted.size or fitted.quality.image_size
    total, maker = wanted.count * len(quality.classes), quality.generator.name
    for label, item in enumerate(quality.classes):
        for first in range(0, wanted.count, CHUNK):
            if stop():
                raise stopped(f"stopped before image {first} of {item.name}; nothing is written")
            count = min(CHUNK, wanted.count - first)
            for number, image in enumerate(resized(fitted.draw(label, count, first), size), start=first):
                name = f"{item.name}/{maker}-{number:05d}.png"
                told = lineage(quality, item.name, number)
                save_image(folder / name, image, told, quality.grey)
                row = [name, item.name, maker, quality.identity, number, quality.seed]
                table.writerow([*row, told["drawn_at"], told["copy"], told["gate"]])
            progress(label * wanted.count + first + count, total, f"{item.name}")
    return text.getvalue()
