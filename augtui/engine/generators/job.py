"""One generator run: from its spec to a trainer, and from the trained models to a judged result."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor

from augtui.engine.data import Resident
from augtui.engine.engine import Engine
from augtui.engine.generators.drawing import Artist, DrawingNetwork
from augtui.engine.generators.fitted import is_cached, publish, take_from_cache, write_model
from augtui.engine.generators.parts import Part
from augtui.engine.generators.probe import Probe, train_probe
from augtui.engine.generators.quality import Yardstick
from augtui.engine.generators.recipes import Recipe, generator_stream, recipe
from augtui.engine.generators.sheets import save_pairs, save_sheet
from augtui.engine.generators.training import GeneratorTrainer, make_parts
from augtui.errors import AugtuiError
from augtui.metrics.gate import judge
from augtui.paths import RunPaths
from augtui.plan.fitting import FittedKey
from augtui.plan.grid import RunSpec
from augtui.runlog.info import StudyInfo
from augtui.runlog.quality import SHEETS, ClassQuality, GeneratorQuality, Pair, read_quality, write_quality


@dataclass(frozen=True, slots=True)
class _Images:
    """The images of one generator run; `training` and `validation` are rows of the dataset."""

    resident: Resident
    training: Tensor
    validation: Tensor

    def of_class(self, rows: Tensor, label: int) -> Tensor:
        """uint8 (n, 3, s, s): the images of a class among the rows."""
        return self.resident.images[rows[self.resident.labels[rows] == label]]


class GeneratorJob:
    """A generator run that is ready to go.

    Attributes:
        trainer: fits the models.
    """

    def __init__(self, run_paths: RunPaths, run: RunSpec, info: StudyInfo, engine: Engine) -> None:
        assert run.generator is not None
        self._paths, self._run, self._cache = run_paths, run, Path(info.cache_dir)
        self._key = FittedKey.of(run)
        self._recipe: Recipe = recipe(run.generator)
        resident = engine.library.resident(info, run.data)
        split = engine.library.split(info, run.data, run.seed)
        device = resident.images.device
        # Only these two parts of the split are ever looked at here.
        training, validation = (torch.from_numpy(rows).to(device) for rows in (split.train, split.validation))
        self._images = _Images(resident, training, validation)
        self._classes = resident.dataset.classes
        images, labels = resident.images[training], resident.labels[training]
        self._refuse_empty_classes(labels)
        self._grey = bool((images[:, :1] == images).all())
        stream = generator_stream(run.generator, run.seed)
        autocast = torch.autocast(device.type, torch.bfloat16, enabled=run.environment.precision == "bf16")
        self.trainer = GeneratorTrainer(
            recipe=self._recipe,
            parts=make_parts(self._recipe, images, labels, len(self._classes), stream, autocast),
            yardsticks=lambda: self._yardsticks,
            classes=self._classes,
            grey=self._grey,
            identity=self._key.identity,
            show=self._show,
            checkpoint_seconds=engine.checkpoint_seconds,
        )

    @cached_property
    def _probe(self) -> Probe:
        rows = self._images.training
        resident = self._images.resident
        return train_probe(resident.images[rows], resident.labels[rows], len(self._classes), self._run.seed)

    @cached_property
    def _yardsticks(self) -> list[Yardstick]:
        of_class, training, validation = self._images.of_class, self._images.training, self._images.validation
        return [
            Yardstick(self._probe, label, of_class(training, label), of_class(validation, label), self._run.seed)
            for label in range(len(self._classes))
        ]

    def finish(self) -> dict[str, float | None]:
        """Judge what was fitted, write the result and publish it in the cache; gives its numbers."""
        chosen = [part.chosen_network() for part in self.trainer.parts]
        qualities = [
            quality
            for part, (network, step) in zip(self.trainer.parts, chosen, strict=True)
            for quality in self._judge(part, network, step)
        ]
        passed, reasons = judge(qualities)
        quality = GeneratorQuality(
            generator=self._key.generator,
            identity=self._key.identity,
            recipes=self._key.version,
            model_hash=write_model(self._paths, [network for network, _ in chosen]),
            seed=self._run.seed,
            image_size=self._recipe.image_size,
            grey=self._grey,
            probe_accuracy=self._probe_accuracy(),
            validation_read=any(part.best is not None for part in self.trainer.parts),
            classes=tuple(qualities),
            passed=passed,
            reasons=reasons,
        )
        write_quality(self._paths, quality)
        publish(self._paths, self._key, self._cache)
        if not self._run.keep_model:
            self._paths.model.unlink()
        return quality.numbers()

    def _judge(self, part: Part, network: DrawingNetwork, step: int) -> list[ClassQuality]:
        artist = Artist(network, part.stream, self._grey)
        return [self._judge_class(part, artist, place, step) for place in range(len(part.classes))]

    def _judge_class(self, part: Part, artist: Artist, place: int, step: int) -> ClassQuality:
        label = part.classes[place]
        yardstick, name = self._yardsticks[label], self._classes[label]
        # The very images that arms get: those of the series "made".
        drawn = artist.draw("made", place, yardstick.drawn)
        measured = yardstick.measure(drawn)
        training = self._images.training
        rows = training[self._images.resident.labels[training] == label].cpu()
        pairs = tuple(
            Pair(
                drawn=pair.drawn,
                training=self._images.resident.dataset.paths[int(rows[pair.training])],
                mirrored=pair.mirrored,
                distance=pair.distance,
            )
            for pair in measured.closest
        )
        originals = self._images.resident.images[rows[[pair.training for pair in measured.closest]]].cpu()
        folder = self._paths.folder / SHEETS
        save_pairs(folder / f"closest-{name}.png", drawn[[pair.drawn for pair in pairs]], originals)
        return ClassQuality(
            name=name,
            training=len(rows),
            validation=yardstick.validation,
            drawn=len(drawn),
            step=step,
            marks=measured.marks,
            ceiling=measured.ceiling,
            spread=measured.spread,
            copy_z=measured.copy_z,
            copy_ratio=measured.copy_ratio,
            copied=measured.copied,
            copied_usual=measured.copied_usual,
            copies=measured.copies,
            flat_steps=part.flat_steps,
            pairs=pairs,
        )

    def _probe_accuracy(self) -> float | None:
        rows = self._images.validation
        if not len(rows):
            return None
        judged = self._probe.judge(self._images.resident.images[rows])
        return float((judged.labels == self._images.resident.labels[rows].cpu()).double().mean())

    def _show(self, epoch: int, label: int, images: Tensor) -> None:
        save_sheet(self._paths.folder / SHEETS / f"{epoch:05d}-{self._classes[label]}.png", images)

    def _refuse_empty_classes(self, labels: Tensor) -> None:
        counts = torch.bincount(labels, minlength=len(self._classes)).tolist()
        for name, count in zip(self._classes, counts, strict=True):
            if count < 2:
                raise AugtuiError(
                    f"the class {name} has {count} training images: no generator can learn from that",
                    "take its generator arms out of the plan",
                )


def earlier_result(run_paths: RunPaths, run: RunSpec, cache: Path) -> dict[str, float | None] | None:
    """The numbers of the same generator fitted before, by this run or by another study; its files are then in the
    run's folder and in the cache. None: it has to be fitted."""
    key = FittedKey.of(run)
    quality = read_quality(run_paths)
    if quality is not None and quality.identity != key.identity:
        quality = None  # by the recipes of another release
    if quality is not None and run_paths.model.is_file():
        publish(run_paths, key, cache)
    if not is_cached(key, cache):
        return None
    if quality is None:
        take_from_cache(run_paths, key, cache, run.keep_model)
        quality = read_quality(run_paths)
    assert quality is not None
    return quality.numbers()
