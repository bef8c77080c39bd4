"""The filter of lists: words and conditions, such as `recall>0.8 dataset:skin arm~gan -state:failed`.

A bare word is looked for in all text of a row. `key:text` and `key=text` ask whether the key's text holds (is) it,
`key~regex` searches it, `key>number` and the like compare, `-` in front turns a condition round, "…" keeps spaces.
All conditions must hold; `or` between them starts an alternative.
"""

from __future__ import annotations

import difflib
import operator
import re
from collections.abc import Callable, Mapping

import msgspec

Value = str | float | tuple[str, ...] | None
Fields = Mapping[str, Value]
"""What a row is to the filter; texts in their own case, None for what it does not have."""

_TOKEN = r'-?(?:[^\s"]|"[^"]*"?)+'
_CONDITION = r"(?s)(?P<key>[A-Za-z_][\w-]*)(?P<op>>=|<=|!=|[:=~<>])(?P<value>.*)\Z"
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip


class QueryError(ValueError):
    """The filter cannot be understood; the text says what is wrong with it."""


class _Condition(msgspec.Struct, frozen=True):
    """One word or comparison."""

    negated: bool
    key: str
    """Empty for a bare word."""
    op: str
    text: str
    number: float | None
    pattern: re.Pattern[str] | None

    def holds(self, fields: Fields) -> bool:
        return self._matches(fields) != self.negated

    def _matches(self, fields: Fields) -> bool:
        if not self.key:
            return any(self.text in text.lower() for value in fields.values() for text in _texts(value))
        value = fields.get(self.key)
        if self.pattern is not None:
            return any(self.pattern.search(text) for text in _texts(value))
        if self.number is not None and isinstance(value, float):
            return _COMPARE[self.op if self.op != ":" else "="](value, self.number)
        texts = [text.lower() for text in _texts(value)]
        if self.op == ":":
            return any(self.text in text for text in texts)
        if self.op == "=":
            return self.text in texts
        return self.op == "!=" and self.text not in texts


class Query(msgspec.Struct, frozen=True):
    """A filter that has been understood. The empty one lets everything pass."""

    alternatives: tuple[tuple[_Condition, ...], ...] = ()

    def matches(self, fields: Fields) -> bool:
        """Whether a row passes."""
        return not self.alternatives or any(
            all(condition.holds(fields) for condition in conditions) for conditions in self.alternatives
        )


def parse(text: str, keys: tuple[str, ...]) -> Query:
    """Understand a filter.

    Args:
        text: what a person typed, perhaps not to its end.
        keys: the keys that conditions may name.

    Raises:
        QueryError: a key does not exist, a number or pattern is wrong.
    """
    alternatives: list[tuple[_Condition, ...]] = []
    conditions: list[_Condition] = []
    for token in re.findall(_TOKEN, text):
        if token.lower() == "or":
            if conditions:
                alternatives.append(tuple(conditions))
            conditions = []
        elif token != "-":
            conditions.append(_condition(token, keys))
    if conditions:
        alternatives.append(tuple(conditions))
    return Query(tuple(alternatives))


def unfinished(text: str, keys: tuple[str, ...]) -> bool:
    """Whether the last word may become the key of a condition: "rec" on the way to "recall>0.8"."""
    last = text.rpartition(" ")[2].lstrip("-").lower()
    return bool(last) and any(key.startswith(last) for key in keys)


def _condition(token: str, keys: tuple[str, ...]) -> _Condition:
    negated = token.startswith("-")
    body = token[1:] if negated else token
    found = re.match(_CONDITION, body)
    if found is None:
        return _Condition(negated, "", "", body.replace('"', "").lower(), None, None)
    key, op, value = found["key"].lower().replace("-", "_"), found["op"], found["value"].replace('"', "")
    if key not in keys:
        near = difflib.get_close_matches(key, keys, 1)
        raise QueryError(f'there is no "{key}"' + (f', did you mean "{near[0]}"?' if near else ""))
    pattern = None
    if op == "~":
        try:
            pattern = re.compile(value, re.IGNORECASE)
        except re.error as error:
            raise QueryError(f"{value}: {error}") from error
    number = _number(value)
    if op in (">", ">=", "<", "<=") and number is None:
        raise QueryError(f"{key}{op} needs a number" + (f', not "{value}"' if value else ""))
    return _Condition(negated, key, op, value.lower(), number, pattern)


def _number(text: str) -> float | None:
    scale = 0.01 if text.endswith("%") else 1.0
    try:
        return float(text.removesuffix("%")) * scale
    except ValueError:
        return None


def _texts(value: Value) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, str) else (f"{value:g}",)
