"""The gate: GANs fail silently, so somebody has to look. It reads numbers and gives reasons."""

from __future__ import annotations

import math

from augtui.runlog.quality import ClassQuality

TRUSTED = 50
"""Validation images of a class below which no number made with them is trusted."""
DUPLICATES = 0.01
"""The closest share of the training images' own nearest neighbours counts as the distance of duplicates."""
COVERAGE_SHARE = 0.5
"""Coverage below this share of the real images' is a failure."""
AGREEMENT = 0.70
"""Share of images that the probe must take for their class ..."""
AGREEMENT_SHARE = 0.85
"""... or this share of what it achieves on real images, where that is less."""
SPREAD = 0.3
"""Drawn images closer together than this share of the training images' distance are a collapse."""
FLAT_STEPS = 500
COPY_Z = -3.0
COPY_RATIO = 0.9
"""With many images the smallest difference is beyond chance: a copier's is also at least as large as this."""


def judge(classes: list[ClassQuality]) -> tuple[bool | None, tuple[str, ...]]:
    """Whether the images may be trusted, and if not, why. None: too few validation images to say so."""
    failures = tuple(f"{item.name}: {reason}" for item in classes for reason in _failures(item))
    few: dict[int, list[str]] = {}
    for item in classes:
        if item.validation < TRUSTED:
            few.setdefault(item.validation, []).append(item.name)
    blind = tuple(f"{', '.join(names)}: {n} validation images, {TRUSTED} are needed" for n, names in few.items())
    if failures:
        return False, failures + blind
    return (None, blind) if blind else (True, ())


def _failures(item: ClassQuality) -> list[str]:
    found = []
    if item.spread < SPREAD:
        found.append(f"collapsed, its images differ {item.spread:.0%} as much as real ones")
    if item.flat_steps > FLAT_STEPS:
        found.append(f"the discriminator's loss was next to nothing for {item.flat_steps} steps")
    if item.marks.agreement is not None and item.marks.agreement < _expected_agreement(item):
        found.append(f"only {item.marks.agreement:.0%} of its images are taken for {item.name}")
    if item.copied > _expected_copies(item):
        found.append(f"copies training images, {item.copied:.0%} are as close as duplicates")
    elif item.spread >= SPREAD and _copies_as_a_whole(item):
        # Images that hardly differ are all near the same few training images; that is no copying.
        found.append(
            f"copies training images, from which they are {item.copy_ratio:.2f} times as far as new ones are"
        )
    coverage, ceiling = item.marks.coverage, item.ceiling.coverage
    if _is_trusted(item) and coverage is not None and ceiling is not None and coverage < COVERAGE_SHARE * ceiling:
        found.append(f"covers {coverage:.0%} of the real images, real ones {ceiling:.0%}")
    return found


def _is_trusted(item: ClassQuality) -> bool:
    return item.validation >= TRUSTED


def _copies_as_a_whole(item: ClassQuality) -> bool:
    if item.copy_z is None or item.copy_ratio is None or not _is_trusted(item):
        return False
    return item.copy_z < COPY_Z and item.copy_ratio < COPY_RATIO


def _expected_copies(item: ClassQuality) -> float:
    """The largest share of new images that chance makes as close to a training image as a duplicate: the share by
    which that distance is defined, and four standard errors each of its estimate (two images that are each other's
    nearest count as one) and of the share itself."""
    errors = math.sqrt(2 * DUPLICATES / item.training) + math.sqrt(DUPLICATES / item.drawn)
    return DUPLICATES + 4 * errors


def _expected_agreement(item: ClassQuality) -> float:
    real = item.ceiling.agreement
    if _is_trusted(item):
        return min(AGREEMENT, AGREEMENT_SHARE * real) if real is not None else AGREEMENT
    # What the probe says about a few images is no measure of it: only a clear disagreement counts then, and only of a
    # probe that knows the real ones.
    return AGREEMENT / 2 if real is not None and real >= AGREEMENT else 0.0
