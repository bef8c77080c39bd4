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
            "left-right flips make pictures that do not exist where sides matter, as in chest X-rays, whose "
            "heart they put on the other side",
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
    found: dict[Danger, list[Caution]] = {}
    for caution in () if declared is None else declared.cautions:
        if _there(caution, spec):
            found.setdefault(caution.danger, []).append(caution)
    for danger, cautions in found.items():
        yield Warned(danger, _remedy(cautions, spec))
    for value in spec.params.values():
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, PolicySpec):
                yield from dangers(part, catalog)


def _remedy(cautions: list[Caution], spec: PolicySpec) -> str:
    """What leaves a danger out: all parameters that bring it."""
    if not all(caution.parameter for caution in cautions):
        return ""
    if any(caution.beyond for caution in cautions):
        return f"{_listed([caution.parameter for caution in cautions])} narrows them"
    changes = [_without(caution, spec) for caution in cautions]
    return f"{_listed(changes)} {'leaves' if len(changes) == 1 else 'leave'} them out"


def _listed(words: list[str]) -> str:
    """One, two and three."""
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def _without(caution: Caution, spec: PolicySpec) -> str:
    if caution.drawn:
        return f"one value for {caution.parameter}"
    return f"{caution.parameter} = {'false' if isinstance(spec.params[caution.parameter], bool) else '0'}"


def _there(caution: Caution, spec: PolicySpec) -> bool:
    value = spec.params.get(caution.parameter)
    if caution.needs and not _has_effect(spec.params.get(caution.needs)):
        return False
    if caution.drawn:
        return isinstance(value, Uniform | Choice)
    return not caution.parameter or _largest(value) > caution.beyond


def _has_effect(value: ParamValue | None) -> bool:
    names = value.options if isinstance(value, Choice) else (value,)
    return "constant" in names or _largest(value) > 0


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
