"""The made sets of one run, in the cache and, where the plan keeps images, as files: in the augment step those of
policies, in the synthesize step those of generators."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Literal

import torch
from PIL import Image

from augtui.dataset.store import Dataset
from augtui.engine.engine import Engine
from augtui.engine.generators.fitted import fitted_quality, lineage
from augtui.engine.generators.sheets import save_image
from augtui.engine.run import read_run
from augtui.engine.sets import MadeSet, made_set
from augtui.errors import writing
from augtui.jobs import Progress
from augtui.paths import RunPaths, write_atomic
from augtui.plan.grid import SetSpec, set_specs
from augtui.runlog.info import read_info
from augtui.runlog.quality import GeneratorQuality

Maker = Literal["policy", "generator"]


def make_sets(run_paths: RunPaths, engine: Engine, maker: Maker, keep_images: bool, progress: Progress) -> int:
    """Make every set of that kind that the run reads and that is not in the cache; gives the number of images."""
    run = read_run(run_paths)
    info = read_info(run_paths.study)
    resident = engine.library.resident(info, run.data)
    split = engine.library.split(info, run.data, run.seed)
    count = 0
    for position, spec in enumerate(set_specs(run), start=1):
        if (spec.policy is None) == (maker == "policy"):
            continue
        made = made_set(spec, resident.dataset, split, engine.library.device, Path(info.cache_dir), progress)
        if keep_images:
            folder = run_paths.folder / "images" / f"{position}-{maker_name(spec)}"
            with writing(folder):
                quality = fitted_quality(spec, Path(info.cache_dir)) if spec.generator is not None else None
                _write_images(folder, spec, made, resident.dataset, quality)
        count += len(made.images)
    return count


def maker_name(spec: SetSpec) -> str:
    """Of the policy or the generator that makes a set."""
    if spec.policy is not None:
        return spec.policy.name
    assert spec.generator is not None
    return spec.generator.name


def _write_images(
    folder: Path, spec: SetSpec, made: MadeSet, dataset: Dataset, quality: GeneratorQuality | None
) -> None:
    """The images of a set as files, with lineage.csv, which says whence each is; `quality` of a generator's."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["path", "class", "parent", "pass", "maker", "seed"])
    for image, label, row, number in zip(made.images, made.labels, made.rows, made.passes, strict=True):
        name = dataset.classes[label]
        if quality is not None:
            path, parent = f"{name}/{quality.generator.name}-{number}.png", f"generator:{quality.identity}"
            save_image(folder / path, torch.tensor(image), lineage(quality, name, int(number)), quality.grey)
        else:
            parent = dataset.paths[row]
            path = f"{name}/{row}-{number}-{Path(parent).stem}.png"
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image.transpose(1, 2, 0)).save(folder / path)
        table.writerow([path, name, parent, number, maker_name(spec), spec.seed])
    write_atomic(folder / "lineage.csv", text.getvalue())
