"""Policies that may change what a label means."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from augtui.analysis.checks.subject import Subject, problem
from augtui.plan.spec import ArmSpec, Choice, ParamValue, PolicySpec, Uniform
from augtui.runlog.checks import Problem

GREY_SHARE = 0.95
"""Share of grey pictures from which a dataset counts as one of grey pictures: X-ray, ultrasound, CT."""

TONE_POLICIES = frozenset({"trivialaugment", "randaugment", "autoaugment", "augmix"})
"""They solarise, posterise, invert or equalise: in a radiograph the grey level is the finding."""
TURNED = 90.0
"""Degrees from which a turn may put a picture on its side."""


def unsafe_policies(subject: Subject) -> list[Problem]:
    """What the plan's policies do that pictures of this kind may not survive; only grey ones are judged."""
    if subject.plan is None or not _is_grey(subject):
        return []
    found: dict[str, list[str]] = {}
    for arm in subject.plan.arms:
        for policy in _policies(arm):
            for danger in _dangers(policy):
                found.setdefault(danger, []).append(arm.name)
    return [
        problem("warn", "label-unsafe-policy", f"{', '.join(dict.fromkeys(arms))}: {danger}")
        for danger, arms in found.items()
    ]


def _dangers(policy: PolicySpec) -> Iterator[str]:
    if _largest(policy.params.get("flip_horizontal")) > 0:
        yield (
            "left-right flips put the heart on the other side; where sides matter, as in chest X-rays, such pictures "
            "do not exist (flip_horizontal = 0 leaves them out)"
        )
    if _largest(policy.params.get("flip_vertical")) > 0:
        yield (
            "pictures turned upside down do not occur where all are taken upright (flip_vertical = 0 leaves them out)"
        )
    if _largest(policy.params.get("rotate")) >= TURNED:
        yield "turns by 90 degrees and more do not occur where all pictures are taken upright (rotate narrows them)"
    if policy.name in TONE_POLICIES or _largest(policy.params.get("invert")) > 0:
        yield (
            "some operations invert, solarise or posterise; in grey pictures the grey level itself may be the finding"
        )


def _policies(arm: ArmSpec) -> Iterator[PolicySpec]:
    """Every policy of an arm, those inside others too."""
    outer = [addition.policy for addition in arm.add if addition.policy is not None]
    outer += [arm.replace.policy] if arm.replace is not None else []
    outer += [arm.online] if arm.online is not None else []
    while outer:
        policy = outer.pop(0)
        yield policy
        for value in policy.params.values():
            if isinstance(value, PolicySpec):
                outer.append(value)
            elif isinstance(value, tuple):
                outer.extend(value)


def _largest(value: ParamValue | None) -> float:
    """The largest magnitude that a numeric parameter can take; 0 for others."""
    match value:
        case Uniform(low=low, high=high):
            return max(abs(low), abs(high))
        case Choice(options=options):
            return max((_largest(option) for option in options), default=0.0)
        case bool() | int() | float():
            return abs(float(value))
        case _:
            return 0.0


def _is_grey(subject: Subject) -> bool:
    red, green, blue = (subject.pixels[:, channel].astype(np.int16) for channel in range(3))
    colour = np.maximum(abs(red - green), abs(green - blue)).reshape(len(red), -1)
    return bool((np.quantile(colour, 0.99, axis=1) <= 4).mean() >= GREY_SHARE)
