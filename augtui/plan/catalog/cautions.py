"""What the policies of a plan may do to the meaning of labels, in words. Judging whether it matters is the user's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from augtui.plan.catalog.declaration import Caution, Danger
from augtui.plan.catalog.lookup import Catalog
from augtui.plan.spec import Choice, ParamValue, PolicySpec, Uniform


@dataclass(frozen=True, slots=True)
class Explanation:
    """A danger, explained."""

    text: str
    grey_only: bool
    """Whether it matters only where the pictures hold no colour (X-ray, ultrasound, CT)."""


EXPLANATIONS: MappingProxyType[Danger, Explanation] = MappingProxyType(
    {
        "sides": Explanation(
            "swaps left and right: where sides matter, as in chest X-rays, such pictures do not exist", True
        ),
        "upside-down": Explanation("turns pictures upside down: not where all are taken upright", True),
        "turned": Explanation("turns pictures by 90 degrees or more: not where all are taken upright", True),
        "tones": Explanation(
            "inverts, solarises, posterises or equalises: in grey pictures the grey level may be the finding", True
        ),
        "colours": Explanation("puts colours into grey pictures, which the test images never have", True),
        "black": Explanation("turns some copies fully black and keeps their labels", False),
    }
)


@dataclass(frozen=True, slots=True)
class Warned:
    """A danger found in a plan."""

    policy: str
    danger: Danger
    parameter: str
    """What to change to be rid of it; empty where only another policy helps."""


def dangers(spec: PolicySpec, catalog: Catalog) -> Iterator[Warned]:
    """The dangers of a policy and of those inside it; nothing is known about functions of the user's own."""
    declared = catalog.policy(spec.name)
    for caution in () if declared is None else declared.cautions:
        if _there(caution, spec):
            yield Warned(spec.name, caution.danger, caution.parameter)
    for value in spec.params.values():
        parts = value if isinstance(value, tuple) else (value,)
        for part in parts:
            if isinstance(part, PolicySpec):
                yield from dangers(part, catalog)


def _there(caution: Caution, spec: PolicySpec) -> bool:
    return not caution.parameter or _largest(spec.params.get(caution.parameter)) > caution.beyond


def _largest(value: ParamValue | None) -> float:
    """The largest magnitude that a parameter can take; 0 for what is no number."""
    match value:
        case Uniform(low=low, high=high):
            return max(abs(low), abs(high))
        case Choice(options=options):
            return max((_largest(option) for option in options), default=0.0)
        case bool() | int() | float():
            return abs(float(value))
        case _:
            return 0.0
