"""The smallest difference that a study could show, before any of it is trained.

Two arms disagree on some share of the test images (the discordance); a mean of paired differences over N images then
has a variance of discordance / N that no number of seeds can lower. Seeds add their own variance divided by their
number. Both are guesses before a study, taken from published ones, and are said.
"""

from __future__ import annotations

import math

import numpy as np

from augtui.analysis.checks.subject import Subject, problem
from augtui.analysis.statistics.paired import satterthwaite, visible_difference
from augtui.runlog.checks import PowerRow, Problem

DISCORDANCE = 0.10
"""Share of the test images on which two arms disagree."""
SEED_SD = 0.015
"""Standard deviation of the paired difference over seeds."""
SEEDS = (3, 5, 10, 20)
LARGE = 0.05
"""A smallest visible difference worth a warning: few augmentations give more."""

ASSUMPTIONS = (
    f"two arms disagree on {100 * DISCORDANCE:.0f} % of the test images, and their difference varies by "
    f"{100 * SEED_SD:.1f} points (SD) from seed to seed"
)


def power_table(subject: Subject) -> tuple[list[Problem], list[PowerRow]]:
    """What this test set and so many seeds could show."""
    labels = subject.labels[subject.rows("test")]
    counts = np.bincount(labels, minlength=len(subject.classes))
    if not len(labels) or counts.min() == 0:
        return [], []
    plan = subject.plan
    planned = len(plan.seeds) if plan is not None and len(plan.seeds) > 1 else None
    positive = None
    if plan is not None and plan.positive in subject.classes:
        positive = int(counts[subject.classes.index(plan.positive)])
    numbers = sorted({*SEEDS, *([planned] if planned else [])})
    rows = [_row(seeds, counts, positive) for seeds in [*numbers, None]]
    if planned is None:
        return [], rows
    now, ever = rows[numbers.index(planned)], rows[-1]
    if now.balanced_accuracy < LARGE:
        return [], rows
    points = [f"{100 * row.balanced_accuracy:.1f}" for row in (now, ever)]
    message = (
        f"with {planned} seeds and {len(labels)} test images only differences of about {points[0]} points of "
        f"balanced accuracy would show (if {ASSUMPTIONS}); with any number of seeds not below {points[1]}"
    )
    return [problem("warn", "low-power", message)], rows


def _row(seeds: int | None, counts: np.ndarray[tuple[int], np.dtype[np.int64]], positive: int | None) -> PowerRow:
    images = int(counts.sum())
    balanced = float((1 / counts).sum()) / len(counts) ** 2
    return PowerRow(
        seeds=seeds,
        accuracy=_visible(seeds, 1 / images, images),
        balanced_accuracy=_visible(seeds, balanced, images),
        recall=None if positive is None else _visible(seeds, 1 / positive, positive),
    )


def _visible(seeds: int | None, per_image: float, images: int) -> float:
    """Of a mean whose variance over images is discordance x `per_image`."""
    of_images = DISCORDANCE * per_image
    if seeds is None:  # what `satterthwaite` tends to: never below the seeds' degrees of freedom, which have no end
        return visible_difference(math.sqrt(of_images), math.inf)
    of_seeds = SEED_SD**2 / seeds
    df = satterthwaite(of_seeds, seeds - 1, of_images, max(images - 1, 1))
    return visible_difference(math.sqrt(of_seeds + of_images), df)
