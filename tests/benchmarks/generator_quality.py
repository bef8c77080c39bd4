"""What the generators draw after equal training time: `gan128` against `dcgan64`, both reduced to 64 px.

    python -m tests.benchmarks.generator_quality DATASET --out DIR [--seconds 60 120 240] [--seeds 0 1 2]
        [--fits dcgan64 gan128 gan128,width=16]

Each class of each fit gets `seconds` of this process's CPU time for its training steps (the time of the judging is
not counted), on one thread and in the precision that augtui chooses here; a model of several classes gets their
times together. At each of the given times all fits are judged against the same validation images by the same probe,
with the weights of that step: the moving average of `gan128`, the plain ones of `dcgan64`. Two rows of real training
images stand beside them: at 64 px, which is the ceiling, and at 128 px reduced the way that `gan128` is.

Prints the marks as they come, then means over the seeds, and writes all of them and a sheet of each class.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from augtui.commands.generate import read_request_generator
from augtui.dataset.layout import read_layout
from augtui.dataset.splits import split
from augtui.dataset.store import open_dataset
from augtui.engine.device import choose_environment, use
from augtui.engine.generators.drawing import Artist, resized
from augtui.engine.generators.parts import Part
from augtui.engine.generators.probe import Probe, train_probe
from augtui.engine.generators.quality import Measured, Yardstick
from augtui.engine.generators.recipes import Recipe, recipe
from augtui.engine.generators.sheets import save_sheet
from augtui.engine.generators.training import make_parts
from augtui.metrics.gate import judge
from augtui.paths import cache_root
from augtui.plan.spec import DataSpec
from augtui.runlog.quality import ClassQuality

ENDLESS = 10**9
MARKS = ("kid", "density", "coverage", "agreement")
SIZE = 64
Row = dict[str, Any]


def endless(text: str) -> Recipe:
    """The recipe that `NAME[,KEY=VALUE...]` names, with more steps than anybody has time for."""
    name, *changes = text.split(",")
    known = recipe(read_request_generator(name, tuple(changes)))
    length = "epochs" if hasattr(known, "epochs") else "steps"
    return dataclasses.replace(known, select="last", **{length: ENDLESS})


class Seed:
    """The images of one seed, and all fits to them."""

    def __init__(self, options: argparse.Namespace, number: int) -> None:
        self.number, self.out = number, options.out
        recipes = {text: endless(text) for text in options.fits}
        layout, data = read_layout(options.dataset), DataSpec(image_size=SIZE)
        sizes = {SIZE, 128, *(found.image_size for found in recipes.values())}
        cache = cache_root(options.cache_dir)
        sets = {size: open_dataset(layout, size, cache=cache, on_corrupt="skip") for size in sizes}
        rows = split(sets[SIZE], data, number)
        train, validation = (torch.from_numpy(part) for part in (rows.train, rows.validation))
        self.classes, labels = sets[SIZE].classes, torch.tensor(sets[SIZE].labels)
        pixels = {size: torch.tensor(found.pixels) for size, found in sets.items()}
        self.probe: Probe = train_probe(pixels[SIZE][train], labels[train], len(self.classes), number)

        def of_class(rows: Tensor, label: int, size: int = SIZE) -> Tensor:
            return pixels[size][rows[labels[rows] == label]]

        every = range(len(self.classes))
        self.yardsticks = [
            Yardstick(self.probe, label, of_class(train, label), of_class(validation, label), number)
            for label in every
        ]
        self.real = {size: [of_class(train, label, size) for label in every] for size in (SIZE, 128)}
        environment = choose_environment("cpu", "auto")
        autocast = torch.autocast("cpu", torch.bfloat16, enabled=environment.precision == "bf16")
        self.fits = [
            (text, part)
            for text, found in recipes.items()
            for part in make_parts(
                found, pixels[found.image_size][train], labels[train], len(self.classes), number, autocast
            )
        ]
        self.spent = dict.fromkeys(range(len(self.fits)), 0.0)

    def real_rows(self) -> Iterator[Row]:
        """Real training images in the place of drawn ones."""
        for size, by_class in self.real.items():
            for label, images in enumerate(by_class):
                yardstick = self.yardsticks[label]
                chosen = torch.randperm(len(images), generator=torch.Generator().manual_seed(self.number))
                measured = yardstick.measure(resized(images[chosen[: yardstick.drawn]], SIZE))
                yield self._row(f"real {size} px", label, measured, {})

    def rows_at(self, seconds: float) -> Iterator[Row]:
        """Train every fit until it has had so much time for each class, and judge it."""
        for number, (text, part) in enumerate(self.fits):
            while self.spent[number] < seconds * len(part.classes):
                begin = time.process_time()
                part.one_step()
                self.spent[number] += time.process_time() - begin
            rate = part.step * part.batch_size / self.spent[number]
            artist = Artist(part.drawing_network(), part.stream, grey=False)
            for place, label in enumerate(part.classes):
                name = f"{text}-{self.classes[label]}-{self.number}-{seconds:.0f}s.png"
                save_sheet(self.out / name, artist.draw("sheet", place, 64))
                yardstick = self.yardsticks[label]
                measured = yardstick.measure(resized(artist.draw("gate", place, yardstick.drawn), SIZE))
                _, reasons = judge([self._quality(label, part, measured)])
                more = {"seconds": seconds, "steps": part.step, "rate": rate, "reasons": reasons}
                yield self._row(text, label, measured, more)

    def _row(self, fit: str, label: int, measured: Measured, more: Row) -> Row:
        marks = {name: getattr(measured.marks, name) for name in MARKS}
        ceiling = {f"ceiling_{name}": getattr(measured.ceiling, name) for name in MARKS}
        copies = {"spread": measured.spread, "copy_z": measured.copy_z, "copied": measured.copied}
        head = {"fit": fit, "seed": self.number, "class": self.classes[label]}
        training = {"seconds": 0.0, "steps": 0, "rate": 0.0, "reasons": ()}
        return head | training | marks | ceiling | copies | more

    def _quality(self, label: int, part: Part, measured: Measured) -> ClassQuality:
        return ClassQuality(
            name=self.classes[label],
            training=len(part.images),
            validation=self.yardsticks[label].validation,
            drawn=self.yardsticks[label].drawn,
            step=part.step,
            marks=measured.marks,
            ceiling=measured.ceiling,
            spread=measured.spread,
            copy_z=measured.copy_z,
            copy_ratio=measured.copy_ratio,
            copied=measured.copied,
            copied_usual=measured.copied_usual,
            copies=measured.copies,
            flat_steps=part.flat_steps,
            pairs=(),
        )


def line(row: Row) -> str:
    """A row for people; what real images reach in brackets."""
    marks = "  ".join(f"{name} {row[name]:.2f} ({row[f'ceiling_{name}']:.2f})" for name in MARKS)
    return (
        f"{row['fit']:24} {row['seconds']:4.0f} s  seed {row['seed']} {row['class']:10} {row['steps']:5} steps "
        f"{row['rate']:5.1f} images/s  {marks}  {'; '.join(row['reasons'])}"
    )


def means(rows: list[Row]) -> Iterator[str]:
    """Mean and standard deviation over the seeds, for each fit, time and class."""
    groups: dict[tuple[str, float, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["fit"], row["seconds"], row["class"]), []).append(row)
    for (fit, seconds, name), found in groups.items():
        marks = []
        for mark in MARKS:
            values = [row[mark] for row in found]
            deviation = statistics.stdev(values) if len(values) > 1 else 0.0
            marks.append(f"{mark} {statistics.mean(values):6.3f} +- {deviation:.3f}")
        yield f"{fit:24} {seconds:4.0f} s  {name:10} n={len(found)}  " + "  ".join(marks)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seconds", type=float, nargs="+", default=[60, 120, 240], help="CPU time for each class")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--fits", nargs="+", default=["dcgan64", "gan128"], help="NAME[,KEY=VALUE...]")
    parser.add_argument("--cache-dir", type=Path)
    options = parser.parse_args()
    use(choose_environment("cpu", "auto"))
    options.out.mkdir(parents=True, exist_ok=True)
    seeds = [Seed(options, number) for number in options.seeds]
    rows = [row for seed in seeds for row in seed.real_rows()]
    print(*map(line, rows), sep="\n", flush=True)
    # All seeds reach a time before any goes on to the next, so that a run that is stopped early can be compared too.
    for seconds in sorted(options.seconds):
        for seed in seeds:
            for row in seed.rows_at(seconds):
                rows.append(row)
                print(line(row), flush=True)
                (options.out / "marks.json").write_text(json.dumps(rows, indent=1))
    print(*means(rows), sep="\n")


if __name__ == "__main__":
    main()
