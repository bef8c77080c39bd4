"""What the generators draw after equal training time: `gan128` against `dcgan64`, both reduced to 64 px.

    python -m tests.benchmarks.generator_quality DATASET --out DIR [--seconds 300] [--seeds 0 1 2] [--width 32]

Each model of each generator gets `seconds` of this process's CPU time for its training steps (the time of the judging
is not counted), one thread, the precision that augtui chooses here. Judged once at the end, against the same
validation images, by the same probe; the weights kept are the last ones of `dcgan64` (the study's way) and the moving
average of `gan128`. Writes a sheet of 64 images of each class and prints the marks beside those of real images.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from augtui.dataset.layout import read_layout
from augtui.dataset.splits import split
from augtui.dataset.store import open_dataset
from augtui.engine.device import choose_environment
from augtui.engine.generators.drawing import Artist, resized
from augtui.engine.generators.gate import judge
from augtui.engine.generators.parts import Part
from augtui.engine.generators.probe import train_probe
from augtui.engine.generators.quality import Yardstick
from augtui.engine.generators.recipes import DcganRecipe, Recipe, SkipRecipe
from augtui.engine.generators.sheets import save_sheet
from augtui.engine.generators.training import make_parts
from augtui.paths import cache_root
from augtui.plan.spec import DataSpec
from augtui.runlog.quality import ClassQuality

ENDLESS = 10**9
MARKS = ("kid", "density", "coverage", "agreement")


def recipes(width: int, models: str, batch: int) -> dict[str, Recipe]:
    """Both generators with more steps than anybody has time for."""
    return {
        "dcgan64": DcganRecipe(image_size=64, batch_size=16, select="last", looks=1, epochs=ENDLESS),
        "gan128": SkipRecipe(
            image_size=128,
            batch_size=batch,
            select="last",
            looks=1,
            steps=ENDLESS,
            width=width,
            models=models,  # type: ignore[arg-type]
        ),
    }


def train_for(part: Part, seconds: float) -> float:
    """Train for so many seconds of CPU time; gives the images per second."""
    begin = time.process_time()
    while time.process_time() - begin < seconds:
        part.one_step()
    return part.step * part.batch_size / (time.process_time() - begin)


def judged(name: str, part: Part, artist: Artist, place: int, yardstick: Yardstick) -> ClassQuality:
    images = resized(artist.draw("gate", place, yardstick.drawn), 64)
    measured = yardstick.measure(images)
    return ClassQuality(
        name=name,
        training=len(part.images),
        validation=yardstick.validation,
        drawn=len(images),
        step=part.step,
        marks=measured.marks,
        ceiling=measured.ceiling,
        spread=measured.spread,
        copy_z=measured.copy_z,
        copy_ratio=measured.copy_ratio,
        copied=measured.copied,
        flat_steps=part.flat_steps,
        pairs=(),
    )


def row(generator: str, seed: int, part: Part, rate: float, item: ClassQuality) -> dict[str, Any]:
    """One class of one fit, flat."""
    passed, reasons = judge([item])
    head = {"generator": generator, "seed": seed, "class": item.name, "steps": part.step, "rate": rate}
    marks = {name: getattr(item.marks, name) for name in MARKS}
    ceiling = {f"ceiling_{name}": getattr(item.ceiling, name) for name in MARKS}
    more = {"spread": item.spread, "copy_z": item.copy_z, "copied": item.copied}
    return head | marks | ceiling | more | {"passed": passed, "reasons": reasons}


def line(found: dict[str, Any]) -> str:
    """A row for people."""
    marks = "  ".join(f"{name} {found[name]:.2f} ({found[f'ceiling_{name}']:.2f})" for name in MARKS)
    return (
        f"{found['generator']:8} seed {found['seed']} {found['class']:10} {found['steps']:6} steps "
        f"{found['rate']:6.1f} images/s  {marks}  {found['reasons'] or 'passed'}"
    )


def one_seed(options: argparse.Namespace, seed: int) -> list[dict[str, Any]]:
    layout, data = read_layout(options.dataset), DataSpec(image_size=64)
    sizes = {
        size: open_dataset(layout, size, cache=cache_root(options.cache_dir), on_corrupt="skip") for size in (64, 128)
    }
    parts_of = split(sizes[64], data, seed)
    pixels = {size: torch.tensor(dataset.pixels) for size, dataset in sizes.items()}
    labels, classes = torch.tensor(sizes[64].labels), sizes[64].classes
    train, validation = (torch.from_numpy(rows) for rows in (parts_of.train, parts_of.validation))
    probe = train_probe(pixels[64][train], labels[train], len(classes), seed)

    def of_class(rows: Tensor, label: int) -> Tensor:
        return pixels[64][rows[labels[rows] == label]]

    yardsticks = [
        Yardstick(probe, label, of_class(train, label), of_class(validation, label), seed)
        for label in range(len(classes))
    ]
    precision = choose_environment("cpu", "auto").precision
    autocast = torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16")
    rows: list[dict[str, Any]] = []
    for name, recipe in recipes(options.width, options.models, options.batch).items():
        if name not in options.generators:
            continue
        images = pixels[recipe.image_size][train]
        for part in make_parts(recipe, images, labels[train], len(classes), seed, autocast):
            rate = train_for(part, options.seconds * len(part.classes))
            artist = Artist(part.drawing_network(), part.stream, grey=False)
            for place, label in enumerate(part.classes):
                save_sheet(options.out / f"{name}-{classes[label]}-{seed}.png", artist.draw("sheet", place, 64))
                item = judged(classes[label], part, artist, place, yardsticks[label])
                rows.append(row(name, seed, part, rate, item))
                print(line(rows[-1]), flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--generators", nargs="+", default=["dcgan64", "gan128"])
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--batch", type=int, default=16, help="of gan128")
    parser.add_argument("--models", default="auto", help="of gan128: auto, per-class or conditional")
    parser.add_argument("--cache-dir", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    rows = [row for seed in options.seeds for row in one_seed(options, seed)]
    (options.out / "marks.json").write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
