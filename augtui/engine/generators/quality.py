"""What a generator's images are worth, measured against validation images and beside real training images."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
import torch
from torch import Tensor

from augtui.engine.generators.copies import CopyTest, small_pixels
from augtui.engine.generators.measures import (
    NEIGHBOURS,
    Neighbours,
    density_and_coverage,
    kid,
    kid_error,
    mann_whitney_z,
    spread,
)
from augtui.engine.generators.probe import Judged, Probe
from augtui.metrics.gate import TRUSTED
from augtui.runlog.quality import Marks
from augtui.streams import stream_seed

DRAWN = 1000
"""Most images of a class that are drawn for one comparison."""
DRAWN_BLIND = 200
"""Images that are drawn where there are too few validation images to match."""
PAIRS = 8
"""Closest pairs that are shown."""


@dataclass(frozen=True, slots=True)
class Closest:
    """A drawn image (by its place) and the training image nearest to it (by its place in the class)."""

    drawn: int
    training: int
    mirrored: bool
    distance: float
    """Relative to `CopyTest.distance`."""


@dataclass(frozen=True, slots=True)
class Measured:
    """All numbers of one class's drawn images; fields as in `ClassQuality`."""

    marks: Marks
    ceiling: Marks
    spread: float
    copy_z: float | None
    copy_ratio: float | None
    copied: float
    copied_usual: float
    copies: tuple[int, ...]
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
        self._count = len(training)
        self._training_spread = spread(small_pixels(training))
        self._copies = CopyTest(training, stream_seed(seed, "copies", label))
        self._near_validation = self._copies.compare(validation).near if self.validation else None
        marks = self._marks(real_training)
        agreement = _share(self._real.labels == label) if self._real is not None else None
        self.ceiling = msgspec.structs.replace(marks, agreement=agreement)

    @property
    def trusted(self) -> bool:
        """Whether there are enough validation images to choose and judge by."""
        return self.validation >= TRUSTED

    def measure(self, images: Tensor) -> Measured:
        """All numbers of drawn images uint8 (n, 3, s, s)."""
        compared = self._copies.compare(images)
        near = compared.near
        copy_z, copy_ratio = None, None
        if self._near_validation is not None and self.validation > NEIGHBOURS:
            usual = self._near_validation.relative
            copy_z = mann_whitney_z(near.relative, usual)
            copy_ratio = float(np.median(near.relative)) / max(float(np.median(usual)), 1e-12)
        return Measured(
            marks=self._marks(self._probe.judge(images)),
            ceiling=self.ceiling,
            spread=spread(small_pixels(images)) / max(self._training_spread, 1e-12),
            copy_z=copy_z,
            copy_ratio=copy_ratio,
            copied=float(compared.copied.mean()),
            copied_usual=self._copies.usual,
            copies=tuple(np.flatnonzero(compared.copied).tolist()),
            closest=self._closest(near),
        )

    def _marks(self, judged: Judged) -> Marks:
        agreement = _share(judged.labels == self.label)
        if self._real is None or self.validation <= NEIGHBOURS:
            return Marks(agreement=agreement)
        density, coverage = density_and_coverage(self._real.features, judged.features)
        distance, error = kid(judged.features, self._real.features), kid_error(judged.features, self._real.features)
        return Marks(kid=distance, kid_error=error, density=density, coverage=coverage, agreement=agreement)

    def _closest(self, near: Neighbours) -> tuple[Closest, ...]:
        order = np.argsort(near.distance, kind="stable")[:PAIRS].tolist()
        return tuple(
            Closest(
                drawn=place,
                training=int(near.row[place]) % self._count,
                mirrored=bool(near.row[place] >= self._count),
                distance=float(near.distance[place]) / self._copies.distance,
            )
            for place in order
        )


def _share(hits: Tensor) -> float:
    return float(hits.double().mean())
