"""All checks of a subject, one after the other, and what the plan makes of their findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from augtui.analysis.checks.balance import class_balance
from augtui.analysis.checks.budget import few_seeds, unequal_budgets
from augtui.analysis.checks.duplicates import exact_duplicates
from augtui.analysis.checks.files import CORRUPT, constant_images, corrupt_images, odd_modes, tiny_images
from augtui.analysis.checks.generators import generator_images
from augtui.analysis.checks.groups import group_leaks
from augtui.analysis.checks.near import near_duplicates
from augtui.analysis.checks.policies import unsafe_policies
from augtui.analysis.checks.power import ASSUMPTIONS, power_table
from augtui.analysis.checks.shortcut import shortcut_probe
from augtui.analysis.checks.subject import Subject, problem
from augtui.dataset.splits import leaked_rows
from augtui.errors import AugtuiError
from augtui.jobs import Progress
from augtui.runlog.checks import CheckReport, Pair, Problem

LOST_CLASS: Final = "class-without-images"
NEVER_ACCEPTED = (CORRUPT, LOST_CLASS)
"""What cannot be decoded, or is not there, cannot be trained on, whoever accepts it."""

QUICK = (
    corrupt_images,
    constant_images,
    exact_duplicates,
    group_leaks,
    class_balance,
    tiny_images,
    odd_modes,
    unsafe_policies,
    unequal_budgets,
    few_seeds,
)
"""Checks that need no progress of their own, in the order in which their findings are told."""


def check_subject(subject: Subject, fingerprint: str, progress: Progress) -> CheckReport:
    """The report on a subject; what the plan accepts warns instead of blocking."""
    problems = [found for check in QUICK for found in check(subject)]
    near, pairs = near_duplicates(subject, progress)
    progress(0, 1, "shortcuts")
    shortcuts, probes, skipped = shortcut_probe(subject)
    power, rows = power_table(subject)
    drop = _drop(subject, pairs)
    counts, lost = _counts(subject, drop)
    accepted = frozenset(subject.plan.accept) if subject.plan is not None else frozenset[str]()
    problems = [
        _with_mend(_accepted(found, accepted), accepted)
        for found in (*problems, *near, *shortcuts, *power, *generator_images(subject.plan, counts), *lost)
    ]
    return CheckReport(
        problems=sorted(problems, key=lambda found: found.level != "block"),
        counts=counts,
        fingerprint=fingerprint,
        skipped=skipped,
        pairs=pairs,
        drop=drop,
        probes=probes,
        power=rows,
        assumptions=ASSUMPTIONS if rows else "",
    )


def _counts(subject: Subject, drop: Sequence[str]) -> tuple[dict[str, dict[str, int]], list[Problem]]:
    """What the first seed trains, validates and tests on, after the plan's way with leaks; what stands against it."""
    left_out = frozenset(drop) if subject.data.leak == "drop-from-train" else frozenset[str]()
    try:
        return subject.counts_without(left_out), []
    except AugtuiError as error:
        lost = problem("block", LOST_CLASS, error.message)
        return subject.counts(), [msgspec.structs.replace(lost, mend=error.hint)]


def _accepted(found: Problem, accepted: frozenset[str]) -> Problem:
    if found.handled or found.code not in accepted or found.code in NEVER_ACCEPTED:
        return found
    return msgspec.structs.replace(found, level="warn", handled=f'accept = ["{found.code}"]')


def _with_mend(found: Problem, accepted: frozenset[str]) -> Problem:
    if found.level != "block":
        return found
    if found.code in NEVER_ACCEPTED:
        mend = found.mend or 'mend or remove the files, or leave them out with [data] on_corrupt = "skip"'
        if found.code in accepted:
            mend += "; accept cannot let it through"
    else:
        mend = f'accept = ["{found.code}"] in the plan goes on knowingly'
        if found.code.endswith("-across-splits"):
            mend = f'[data] leak = "drop-from-train" leaves them out of training; {mend}'
    return msgspec.structs.replace(found, mend=mend)


def _drop(subject: Subject, pairs: Sequence[Pair]) -> list[str]:
    """What equals or resembles a test image, or shares a patient with one, and lies outside the test set; and what
    resembles an image of the dataset's own validation folder and lies in its training folder."""
    near = {pair.second for pair in pairs}
    return sorted(near | {subject.paths[row] for row in leaked_rows(subject, subject.data)})
