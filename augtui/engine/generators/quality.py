"""What a generator's images are worth, measured against validation images and beside real training images."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
import torch
from torch import Tensor

from augtui.engine.generators.drawing import resized
from augtui.engine.generators.measures import (
    NEIGHBOURS,
    Neighbours,
    Vectors,
    density_and_coverage,
    kid,
    kid_error,
    mann_whitney_z,
    neighbours,
    spread,
)
from augtui.engine.generators.probe import Judged, Probe
from augtui.metrics.gate import DUPLICATES, TRUSTED
from augtui.runlog.quality import Marks
from augtui.streams import stream_seed

DRAWN = 1000
"""Most images of a class that are drawn for one comparison."""
DRAWN_BLIND = 200
"""Images that are drawn where there are too few validation images to match."""
_SMALL = 16
"""Side at which pixels are compared: a copy stays close to its original under noise and small shifts."""
_CROWD = 10
"""A copy is much closer to its original than to the tenth nearest image; a merely smooth image is not."""
_CROWDED = 0.10
"""... where the training images' own share of these relations is the measure."""
_QUERIES = 2000
"""Training images that this distance is estimated with."""
PAIRS = 8
"""Closest pairs that are shown."""


@dataclass(frozen=True, slots=True)
class Closest:
    """A drawn image (by its place) and the training image nearest to it (by its place in the class)."""

    drawn: int
    training: int
    mirrored: bool
    distance: float
    """In units of the distance of duplicates."""


@dataclass(frozen=True, slots=True)
class Measured:
    """All numbers of one class's drawn images; fields as in `ClassQuality`."""

    marks: Marks
    ceiling: Marks
    spread: float
    copy_z: float | None
    copy_ratio: float | None
    copied: float
    closest: tuple[Closest, ...]


class Yardstick:
    """The real images of one class, ready to be compared with.

    Args:
        probe: gives the features.
        label: the class.
        training, validation: uint8 (n, 3, s, s) and (m, 3, s, s); m may be 0.
        seed: of the run, for the choice of training images for the ceiling.
    """

    def __init__(self, probe: Probe, label: int, training: Tensor, validation: Tensor, seed: int) -> None:
        self._probe, self.label = probe, label
        self.validation = len(validation)
        self.drawn = min(self.validation, DRAWN) if self.trusted else min(len(training), DRAWN_BLIND)
        chosen = np.random.default_rng(stream_seed(seed, "ceiling", label)).permutation(len(training))[: self.drawn]
        self._real = probe.judge(validation) if self.validation else None
        real_training = probe.judge(training[torch.from_numpy(chosen).to(training.device)])
        self._training_spread = spread(_small(training))
        self._pool = np.concatenate([_small(training), _small(training.flip(-1))])
        self._near_validation = neighbours(_small(validation), self._pool, _CROWD) if self.validation else None
        self._duplicate = self._duplicates(len(training), seed)
        marks = self._marks(real_training)
        agreement = _share(self._real.labels == label) if self._real is not None else None
        self.ceiling = msgspec.structs.replace(marks, agreement=agreement)

    @property
    def trusted(self) -> bool:
        """Whether there are enough validation images to choose and judge by."""
        return self.validation >= TRUSTED

    def measure(self, images: Tensor) -> Measured:
        """All numbers of drawn images uint8 (n, 3, s, s)."""
        small = _small(images)
        near = neighbours(small, self._pool, _CROWD)
        copy_z, copy_ratio = None, None
        if self._near_validation is not None and self.validation > NEIGHBOURS:
            usual = self._near_validation.relative
            copy_z = mann_whitney_z(near.relative, usual)
            copy_ratio = float(np.median(near.relative)) / max(float(np.median(usual)), 1e-12)
        return Measured(
            marks=self._marks(self._probe.judge(images)),
            ceiling=self.ceiling,
            spread=spread(small) / max(self._training_spread, 1e-12),
            copy_z=copy_z,
            copy_ratio=copy_ratio,
            copied=float(((near.distance < self._duplicate[0]) & (near.relative < self._duplicate[1])).mean()),
            closest=self._closest(near),
        )

    def _marks(self, judged: Judged) -> Marks:
        agreement = _share(judged.labels == self.label)
        if self._real is None or self.validation <= NEIGHBOURS:
            return Marks(agreement=agreement)
        density, coverage = density_and_coverage(self._real.features, judged.features)
        distance, error = (measured(judged.features, self._real.features) for measured in (kid, kid_error))
        return Marks(kid=distance, kid_error=error, density=density, coverage=coverage, agreement=agreement)

    def _duplicates(self, training: int, seed: int) -> tuple[float, float]:
        """The distance to the nearest other image, and that relative to the tenth nearest, below which a training
        image counts as having a duplicate."""
        queries = np.random.default_rng(stream_seed(seed, "duplicates", self.label)).permutation(training)[:_QUERIES]
        near = neighbours(self._pool[queries], self._pool, _CROWD, own=queries, versions=2)
        distance = float(np.quantile(near.distance, DUPLICATES, method="lower"))
        return distance, float(np.quantile(near.relative, _CROWDED))

    def _closest(self, near: Neighbours) -> tuple[Closest, ...]:
        originals = len(self._pool) // 2
        order = np.argsort(near.relative, kind="stable")[:PAIRS].tolist()
        unit = max(self._duplicate[0], 1e-12)
        return tuple(
            Closest(
                drawn=place,
                training=int(near.row[place]) % originals,
                mirrored=bool(near.row[place] >= originals),
                distance=float(near.distance[place]) / unit,
            )
            for place in order
        )


def _small(images: Tensor) -> Vectors:
    """uint8 (n, 3, s, s) as float64 (n, 768) in [0, 1]."""
    vectors: Vectors = resized(images, _SMALL).flatten(1).cpu().numpy().astype(np.float64) / 255
    return vectors


def _share(hits: Tensor) -> float:
    return float(hits.double().mean())
