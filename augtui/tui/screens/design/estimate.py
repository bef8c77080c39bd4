"""What a plan will cost, and what it could show, before anything runs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

from augtui.plan.agreement import count_runs
from augtui.plan.fitting import generator_cells
from augtui.plan.grid import SizeRule, points, settings_at
from augtui.plan.spec import Plan

if TYPE_CHECKING:
    from augtui.tui.screens.design.datasets import DatasetInfo
    from augtui.tui.screens.design.draft import Draft
    from augtui.tui.screens.design.speed import Speed

DISCORDANCE = 0.10
"""Share of the test images on which two arms disagree: the assumption of `augtui check`."""
SEED_SD = 0.015
"""Standard deviation of a paired difference over seeds, likewise."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What can be said before a study."""

    runs: int
    generators: int
    """Generators that are fitted, beside the runs."""
    train_images: int
    """Originals in the training part."""
    test_images: int
    images: int
    """Images that pass through the model while training, in all runs."""
    disk: int
    """Bytes of decoded and made images and of predictions; models come on top."""
    visible: float | None
    """The smallest difference of the primary metric that would show in 80 % of such studies; None below two seeds."""

    def seconds(self, speed: Speed | None) -> float | None:
        """How long the trainings will take; None where the speed is not known."""
        if speed is None or speed.rate <= 0:
            return None
        return self.images / speed.rate / min(max(1, speed.slots), max(1, self.runs))


def estimate(plan: Plan, train: Mapping[str, int], test: Mapping[str, int], flat: bool) -> Estimate:
    """Count what a plan asks for.

    Args:
        plan: already read.
        train: training images of each class; all images of a flat dataset.
        test: test images of each class; empty for a flat dataset.
        flat: whether the test set is carved from `train`.
    """
    classes = dict(train)
    tested = dict(test)
    if flat:
        tested = {name: round(count * plan.data.test) for name, count in classes.items()}
        classes = {name: count - tested[name] for name, count in classes.items()}
    images = disk = 0
    originals = 0
    for point in points(plan):
        settings = settings_at(plan, point)
        share = (1 - settings.data.validation) * settings.data.fraction
        counts = [round(count * share) for count in classes.values()]
        originals = max(originals, sum(counts))
        for arm in plan.arms:
            budget = plan.baseline if settings.train.budget == "steps" else arm
            steps = math.ceil(SizeRule.of(budget).size(counts) / settings.train.batch_size)
            images += steps * settings.train.batch_size * settings.train.epochs * len(plan.seeds)
            made = SizeRule.of(arm).size(counts) - (0 if arm.replace else sum(counts))
            disk += made * settings.data.stored**2 * 3 * len(plan.seeds)
    stored = settings_at(plan, points(plan)[0]).data.stored
    disk += (sum(classes.values()) + sum(tested.values())) * stored**2 * 3
    disk += count_runs(plan) * sum(tested.values()) * (60 + 12 * len(classes))
    return Estimate(
        count_runs(plan),
        len(generator_cells(plan)),
        originals,
        sum(tested.values()),
        images,
        disk,
        visible(plan, list(tested.values())),
    )


def visible(plan: Plan, test: list[int]) -> float | None:
    """The smallest difference that this test set and these seeds would show in 80 % of studies.

    The standard error joins the test images' share (discordance over images, per class for balanced metrics) and
    the seeds'; the quantiles are those of Student's t with Satterthwaite's degrees of freedom.
    """
    seeds = len(plan.seeds)
    if seeds < 2 or not test or min(test) == 0:
        return None
    if plan.primary in ("balanced_accuracy", "macro_recall"):
        per_image = sum(1 / count for count in test) / len(test) ** 2
    elif plan.primary in ("recall", "specificity") and len(test) == 2:
        per_image = 1 / min(test)
    else:
        per_image = 1 / sum(test)
    of_images, of_seeds = DISCORDANCE * per_image, SEED_SD**2 / seeds
    df = (of_images + of_seeds) ** 2 / (of_seeds**2 / (seeds - 1) + of_images**2 / max(1, sum(test) - 1))
    df = max(seeds - 1, df)
    return (student(0.975, df) + student(0.8, df)) * math.sqrt(of_images + of_seeds)


def student(probability: float, df: float) -> float:
    """A quantile of Student's t by the expansion of Cornish and Fisher (within 1 % from 4 degrees of freedom on)."""
    z = NormalDist().inv_cdf(probability)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + sum(term / df**power for power, term in enumerate(terms, 1))


def set_sizes(draft: Draft, info: DatasetInfo | None) -> dict[int, int]:
    """Images in the training set of each arm, at the first axis point."""
    if draft.plan is None or info is None:
        return {}
    share = (1 - draft.plan.data.validation) * draft.plan.data.fraction
    if info.flat:
        share *= 1 - draft.plan.data.test
    counts = [round(count * share) for _, count in info.train]
    return {index: SizeRule.of(arm).size(counts) for index, arm in enumerate(draft.plan.arms)}
