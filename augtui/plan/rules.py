"""What a scalar of a plan may be, as data, and the reading of one by its rule."""

from __future__ import annotations

import math
import unicodedata
from typing import Any, Literal

import msgspec

from augtui.nearest import did_you_mean
from augtui.plan.problems import Place
from augtui.plan.toml_text import described, quoted, shown

RuleKind = Literal["number", "integer", "flag", "name", "text"]
Scalar = bool | int | float | str

_WORDS: dict[RuleKind, str] = {
    "number": "a number",
    "integer": "an integer",
    "flag": "a boolean (true or false)",
    "name": "a string",
    "text": "a string",
}
_TEXT_LIMIT = 1000
_EXACT = 2**53
"""Integers beyond it have no exact float."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What a scalar may be."""

    kind: RuleKind
    low: float | None = None
    high: float | None = None
    above: bool = False
    """The value must be above `low`, not equal to it."""
    below: bool = False
    """The value must be below `high`, not equal to it."""
    names: tuple[str, ...] = ()
    """For kind "name"."""
    hint: str = ""
    """What to say beside a number that is outside the limits."""

    @property
    def word(self) -> str:
        """What is needed, in TOML's words."""
        return _WORDS[self.kind]

    @property
    def limits(self) -> str:
        """The range in words: `from 0 to 1`, `above 0 and at most 10`; empty without one."""
        if self.low is not None and self.high is not None and not self.above and not self.below:
            return f"from {_digits(self.low)} to {_digits(self.high)}"
        low = "" if self.low is None else f"{'above' if self.above else 'at least'} {_digits(self.low)}"
        high = "" if self.high is None else f"{'below' if self.below else 'at most'} {_digits(self.high)}"
        return " and ".join(part for part in (low, high) if part)

    def allows(self, value: float) -> bool:
        """Whether a number is within the limits."""
        if self.low is not None and (value <= self.low if self.above else value < self.low):
            return False
        return not (self.high is not None and (value >= self.high if self.below else value > self.high))


def read_scalar(place: Place, value: Any, rule: Rule) -> Scalar | None:
    """The value by its rule (numbers as float), or None with a problem at `place`."""
    match rule.kind:
        case "number":
            return _number(place, value, rule)
        case "integer":
            return _integer(place, value, rule)
        case "flag":
            return _flag(place, value, rule)
        case "name":
            return _name(place, value, rule)
        case "text":
            return _text(place, value, rule)


def _flag(place: Place, value: Any, rule: Rule) -> bool | None:
    if isinstance(value, bool):
        return value
    _refuse_type(place, value, rule)
    return None


def _number(place: Place, value: Any, rule: Rule) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        _refuse_type(place, value, rule)
        return None
    if isinstance(value, float) and not math.isfinite(value):
        place.block(f"a finite number is needed, not {shown(value)}")
    elif not rule.allows(value):
        place.block(f"must be {rule.limits}, not {shown(value)}", rule.hint)
    elif isinstance(value, int) and abs(value) > _EXACT:
        place.block(f"the number is too large: {shown(value)}")
    else:
        return float(value) + 0.0  # -0.0 and 0.0 are one number and must be one text
    return None


def _integer(place: Place, value: Any, rule: Rule) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        _refuse_type(place, value, rule)
        return None
    if not rule.allows(value):
        place.block(f"must be {rule.limits}, not {shown(value)}", rule.hint)
    elif abs(value) > _EXACT:
        place.block(f"the number is too large: {shown(value)}")
    else:
        return value
    return None


def _name(place: Place, value: Any, rule: Rule) -> str | None:
    if not isinstance(value, str):
        _refuse_type(place, value, rule)
        return None
    if value not in rule.names:
        place.block(f"must be one of {quoted(rule.names)}, not {shown(value)}", did_you_mean(value, rule.names))
        return None
    return value


def _text(place: Place, value: Any, rule: Rule) -> str | None:
    if not isinstance(value, str):
        _refuse_type(place, value, rule)
        return None
    if not value.strip():
        place.block("must not be empty")
    elif len(value) > _TEXT_LIMIT:
        place.block(f"must be at most {_TEXT_LIMIT} characters long, not {len(value)}")
    elif any(unicodedata.category(character) == "Cc" for character in value):
        place.block(f"must not hold control characters: {shown(value)}")
    else:
        return value
    return None


def _digits(number: float) -> str:
    return f"{number:.12g}"


def _refuse_type(place: Place, value: Any, rule: Rule) -> None:
    hint = f"one of {quoted(rule.names)}" if rule.names else ""
    place.block(f"{rule.word} is needed, not {described(value)}", hint)
