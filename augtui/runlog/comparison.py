"""Two studies of the same images side by side: what the analysis answers, and the commands render."""

from __future__ import annotations

import msgspec

from augtui.plan.spec import AxisValue
from augtui.runlog.summary import Difference, Spread


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """The base of everything in a comparison."""


class Setting(Record, frozen=True, kw_only=True):
    """A key of the plan in which the two differ."""

    key: str
    first: str
    second: str


class ComparedArm(Record, frozen=True, kw_only=True):
    """An arm that both studies have, at one axis point."""

    name: str
    axes: dict[str, AxisValue]
    paired: bool
    """Whether runs of equal seeds had the same split and the same initial weights."""
    same_runs: int
    """Pairs of runs that are one and the same by content."""
    first: dict[str, Spread]
    second: dict[str, Spread]
    difference: dict[str, Difference]
    """Second minus first. Exploratory: no correction, no verdict."""


class Comparison(Record, frozen=True, kw_only=True):
    """The whole answer."""

    first: str
    second: str
    primary: str
    """Of the first study."""
    arms: list[ComparedArm]
    only_first: list[str]
    """Arms (with their axis points) that the other study lacks."""
    only_second: list[str]
    settings: list[Setting]
    notes: list[str]
