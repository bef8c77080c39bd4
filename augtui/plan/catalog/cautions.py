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
            "left-right flips put the heart on the other side; where sides matter, as in chest X-rays, such pictures "
            "do not exist",
            grey_only=True,
        ),
        "upside-down": Explanation(
            "pictures turned upside down do not occur where all are taken upright", grey_only=True
        ),
        "turned": Explanation(
            "turns by 90 degrees and more do not occur where all pictures are taken upright", grey_only=True
        ),
        "tones": Explanation(
            "some operations invert, solarise, posterise or equalise; in grey pictures the grey level itself may be "
            "the finding",
            grey_only=True,
        ),
        "colours": Explanation("it puts colours into grey pictures; the test images never have any", grey_only=True),
        "black": Explanation("it turns some copies fully black and keeps their labels", grey_only=False),
    }
)


@dataclass(frozen=True, slots=True)
class Warned:
    """A danger found in a plan."""

    danger: Danger
    remedy: str
    """What leaves it out, in a few words; empty where only another policy does."""

    @property
    def explanation(self) -> Explanation:
        return EXPLANATIONS[self.danger]


def dangers(spec: PolicySpec, catalog: Catalog) -> Iterator[Warned]:
    """The dangers of a policy and of those inside it; nothing is known about functions of the user's own."""
    declared = catalog.policy(spec.name)
    for caution in () if declared is None else declared.cautions:
        if _there(caution, spec):
            yield Warned(caution.danger, _remedy(caution, spec))
    for value in spec.params.values():
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, PolicySpec):
                yield from dangers(part, catalog)


def _remedy(caution: Caution, spec: PolicySpec) -> str:
    if not caution.parameter:
        return ""
    if caution.beyond:
        return f"{caution.parameter} narrows them"
    nothing = "false" if isinstance(spec.params[caution.parameter], bool) else "0"
    return f"{caution.parameter} = {nothing} leaves them out"


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
