"""The bootstrap over test images, shared by all arms of a study: the same draws for every one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from augtui.analysis.collect import RunRecord, StudyData
from augtui.analysis.statistics.resample import DRAWS, resample_weights, unit_count
from augtui.errors import AugtuiError, ExitCode
from augtui.metrics import Predictions
from augtui.metrics.weighted import weighted_scores
from augtui.streams import stream_seed

Floats = NDArray[np.float64]
TestKey = tuple[tuple[str, ...], tuple[str, ...], bytes]
"""Paths, groups and labels: what tells a test set from another."""


@dataclass(frozen=True, slots=True)
class TestSet:
    """The test images of some runs, with their resamples."""

    images: Predictions
    weights: Floats
    """float64[B, N]."""
    units: int
    """Images, or patients where those are known."""


class Resamples:
    """Means over runs of every metric, for each resample of the test images.

    Args:
        data: the study.
        rng: draws the resamples, once for each distinct test set.
        draws: resamples.
    """

    def __init__(self, data: StudyData, rng: np.random.Generator, draws: int = DRAWS) -> None:
        self._positive = data.plan.positive
        self._rng = rng
        self._draws = draws
        self._sets: dict[TestKey, TestSet] = {}
        self._set_of: dict[str, TestSet] = {}
        self._tests: dict[str, Predictions] = {}
        self._means: dict[tuple[str, ...], dict[str, Floats]] = {}

    def test_set(self, runs: Sequence[RunRecord]) -> TestSet:
        """The images that all of these runs were tested on.

        Raises:
            AugtuiError: they were tested on different images.
        """
        first, *others = (self._tested_on(run) for run in runs)
        for run, other in zip(runs[1:], others, strict=True):
            if other is not first:
                raise AugtuiError(
                    f"{run.cell.folder} was tested on other images, labels or patients than {runs[0].cell.folder}",
                    "their numbers cannot be compared; run the study again",
                    ExitCode.RUN_FAILED,
                )
        return first

    def _tested_on(self, run: RunRecord) -> TestSet:
        """The test set of one run, drawn at its first appearance."""
        known = self._set_of.get(run.cell.folder)
        if known is None:
            images = self.test(run)
            key = images.paths, images.groups, images.labels.tobytes()
            if key not in self._sets:
                weights = resample_weights(images.labels, images.groups, self._rng, self._draws)
                self._sets[key] = TestSet(images, weights, unit_count(images.groups))
            known = self._set_of[run.cell.folder] = self._sets[key]
        return known

    def means(self, runs: Sequence[RunRecord]) -> dict[str, Floats]:
        """float64[B] for each metric: its mean over these runs; NaN where a resample leaves it undefined."""
        key = tuple(run.cell.folder for run in runs)
        if key not in self._means:
            test = self.test_set(runs)
            positive = None if self._positive is None else test.images.classes.index(self._positive)
            probabilities = np.stack([self.test(run).probabilities for run in runs])
            thresholds = [run.metrics["threshold"] for run in runs]
            self._means[key] = weighted_scores(test.images.labels, probabilities, test.weights, positive, thresholds)
        return self._means[key]

    def test(self, run: RunRecord) -> Predictions:
        """The test part of a finished run's predictions."""
        if run.predictions is None:
            raise ValueError(f"{run.cell.folder} has no predictions")
        if run.cell.folder not in self._tests:
            self._tests[run.cell.folder] = run.predictions.part("test")
        return self._tests[run.cell.folder]


def study_resamples(data: StudyData) -> Resamples:
    """The resamples that a study's tables are made with: the same ones every time."""
    return Resamples(data, np.random.default_rng(stream_seed("compare")))
