"""Policies that may change what a label means."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from augtui.analysis.checks.subject import Subject, problem
from augtui.plan.catalog import CATALOG
from augtui.plan.catalog.cautions import Warned, dangers
from augtui.plan.spec import ArmSpec, PolicySpec
from augtui.runlog.checks import Problem

GREY_SHARE = 0.95
"""Share of grey pictures from which a dataset counts as one of grey pictures: X-ray, ultrasound, CT."""


def unsafe_policies(subject: Subject) -> list[Problem]:
    """What the plan's policies do that pictures of this kind may not survive, as the catalog declares it."""
    if subject.plan is None:
        return []
    grey = _is_grey(subject)
    found: dict[Warned, list[str]] = {}
    for arm in subject.plan.arms:
        for policy in _policies(arm):
            for warned in dangers(policy, CATALOG):
                if grey or not warned.explanation.grey_only:
                    found.setdefault(warned, []).append(arm.name)
    return [
        problem("warn", "label-unsafe-policy", f"{', '.join(dict.fromkeys(arms))}: {_told(warned)}")
        for warned, arms in found.items()
    ]


def _told(warned: Warned) -> str:
    return f"{warned.explanation.text} ({warned.remedy})" if warned.remedy else warned.explanation.text


def _policies(arm: ArmSpec) -> Iterator[PolicySpec]:
    """The policies of an arm, without those inside them."""
    yield from (addition.policy for addition in arm.add if addition.policy is not None)
    if arm.replace is not None:
        yield arm.replace.policy
    if arm.online is not None:
        yield arm.online


def _is_grey(subject: Subject) -> bool:
    red, green, blue = (subject.pixels[:, channel].astype(np.int16) for channel in range(3))
    colour = np.maximum(abs(red - green), abs(green - blue)).reshape(len(red), -1)
    return bool((np.quantile(colour, 0.99, axis=1) <= 4).mean() >= GREY_SHARE)
