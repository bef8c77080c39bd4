"""The augment step of one run: its made sets, in the cache and, where the plan keeps images, as files."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from augtui.engine.engine import Engine
from augtui.engine.run import read_run
from augtui.engine.sets import MadeSet, made_set
from augtui.jobs import Progress
from augtui.paths import RunPaths
from augtui.plan.grid import set_specs
from augtui.runlog.info import read_info


def make_sets(run_paths: RunPaths, engine: Engine, keep_images: bool, progress: Progress) -> int:
    """Make every set that the run reads and that is not in the cache; gives the number of images."""
    run = read_run(run_paths)
    info = read_info(run_paths.study)
    resident = engine.library.resident(info, run.data)
    split = engine.library.split(info, run.data, run.seed)
    count = 0
    for spec in set_specs(run):
        made = made_set(spec, resident.dataset, split, engine.library.device, Path(info.cache_dir), progress)
        if keep_images:
            _write_images(run_paths.folder / "images", made, resident.dataset.classes, resident.dataset.paths)
        count += len(made.images)
    return count


def _write_images(folder: Path, made: MadeSet, classes: tuple[str, ...], paths: tuple[str, ...]) -> None:
    for image, label, row, number in zip(made.images, made.labels, made.rows, made.passes, strict=True):
        target = folder / classes[label] / f"{row}-{number}-{Path(paths[row]).stem}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image.transpose(1, 2, 0)).save(target)
