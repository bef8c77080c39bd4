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
KNOWN = 0.5
"""Share of a class's real images that the probe must take for it, to say anything about drawn ones ..."""
INFORMED = 0.3
"""... and of the way from guessing to no mistake that it must have come, over all classes."""
SPREAD = 0.3
"""Drawn images closer together than this share of the training images' distance are a collapse."""
FLAT_STEPS = 500
COPY_Z = -3.0
COPY_RATIO = 0.9
"""With many images the smallest difference is beyond chance: a copier's is also at least as large as this."""


def judge(classes: list[ClassQuality]) -> tuple[bool | None, tuple[str, ...]]:
    """Whether the images may be trusted, and if not, why. None: too few validation images to say so."""
    informed = _informed(classes)
    failures = tuple(f"{item.name}: {reason}" for item in classes for reason in _failures(item, informed))
    few: dict[int, list[str]] = {}
    for item in classes:
        if item.validation < TRUSTED:
            few.setdefault(item.validation, []).append(item.name)
    blind = tuple(f"{', '.join(names)}: {n} validation images, {TRUSTED} are needed" for n, names in few.items())
    blind += tuple(
        f"{item.name}: the probe takes {_percent(item.ceiling.agreement)} of the real images for it, too few to say "
        "what drawn ones show"
        for item in classes
        if _is_trusted(item) and not _is_known(item, informed)
    )
    if failures:
        return False, failures + blind
    return (None, blind) if blind else (True, ())


def _informed(classes: list[ClassQuality]) -> bool:
    """Whether the probe tells the classes of real images apart: its balanced accuracy lies well above guessing."""
    shares = [item.ceiling.agreement or 0.0 for item in classes]
    guessing = 1 / max(len(classes), 2)
    return sum(shares) / len(shares) >= guessing + INFORMED * (1 - guessing)


def _is_known(item: ClassQuality, informed: bool) -> bool:
    """Whether the probe can say what a class's drawn images show."""
    return informed and (item.ceiling.agreement or 0.0) >= KNOWN


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{share:.0%}"


def _failures(item: ClassQuality, informed: bool) -> list[str]:
    found = []
    if item.spread < SPREAD:
        found.append(f"collapsed, its images differ {item.spread:.0%} as much as real ones")
    if item.flat_steps > FLAT_STEPS:
        found.append(f"the discriminator's loss was next to nothing for {item.flat_steps} steps")
    agreement = item.marks.agreement
    if agreement is not None and agreement < _expected_agreement(item, informed):
        found.append(f"only {agreement:.0%} of its images are taken for {item.name}")
    if item.copied > _expected_copies(item):
        found.append(f"copies training images, {item.copied:.0%} are as close as duplicates")
    elif item.spread >= SPREAD and _copies_as_a_whole(item):
        # Images that hardly differ are all near the same few training images; that is no copying.
        found.append(
            f"copies training images, from which they are {item.copy_ratio:.2f} times as far as new ones are"
        )
    coverage, ceiling = item.marks.coverage, item.ceiling.coverage
    # Written so that what is not a number does not pass.
    if _is_trusted(item) and not (coverage is not None and coverage >= COVERAGE_SHARE * (ceiling or 0.0)):
        found.append(f"covers {_percent(coverage)} of the real images, real ones {_percent(ceiling)}")
    return found


def _is_trusted(item: ClassQuality) -> bool:
    return item.validation >= TRUSTED


def _copies_as_a_whole(item: ClassQuality) -> bool:
    if item.copy_z is None or item.copy_ratio is None or not _is_trusted(item):
        return False
    return item.copy_z < COPY_Z and item.copy_ratio < COPY_RATIO


def _expected_copies(item: ClassQuality) -> float:
    """The largest share of new images that chance makes as close to a training image as a duplicate: the usual share,
    and four standard errors each of its estimate (two images that are each other's nearest count as one) and of the
    share itself."""
    usual = item.copied_usual
    return usual + 4 * (math.sqrt(2 * usual / item.training) + math.sqrt(usual / item.drawn))


def _expected_agreement(item: ClassQuality, informed: bool) -> float:
    real = item.ceiling.agreement
    if _is_trusted(item):
        return min(AGREEMENT, AGREEMENT_SHARE * (real or 0.0)) if _is_known(item, informed) else 0.0
    # What the probe says about a few images is no measure of it: only a clear disagreement counts then, and only of a
    # probe that knows the real ones.
    return AGREEMENT / 2 if real is not None and real >= AGREEMENT else 0.0
