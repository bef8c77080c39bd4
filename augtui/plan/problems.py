"""What is wrong with a plan: one located message each. The same checks either stop at the first or collect all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from augtui.errors import AugtuiError
from augtui.nearest import did_you_mean
from augtui.plan.toml_text import shown, shown_key


class PlanProblem(msgspec.Struct, frozen=True):
    """One thing that is wrong with a plan."""

    where: str
    """The file, or "--set" for an override."""
    key: str
    """Dotted, as in `train.epochs` or `arms."gan-10".add[2].amount`; items count from 1. Empty: the whole file."""
    message: str
    hint: str = ""
    level: Literal["block", "warn"] = "block"

    @property
    def text(self) -> str:
        """Where and what, on one line."""
        if self.where == "--set":
            return f"--set {self.key}: {self.message}"
        return f"{self.where}: {self.key}: {self.message}" if self.key else f"{self.where}: {self.message}"

    @property
    def error(self) -> AugtuiError:
        return AugtuiError(self.text, self.hint)


class Problems:
    """Takes problems in.

    Args:
        where: the file that is read.
        stop: raise at the first that blocks.
    """

    def __init__(self, where: str, *, stop: bool) -> None:
        self.where = where
        self.found: list[PlanProblem] = []
        self.overridden: set[str] = set()
        """Dotted keys whose values came from `--set`: their problems name it instead of the file."""
        self._stop = stop

    @property
    def blocked(self) -> bool:
        return any(problem.level == "block" for problem in self.found)

    @property
    def warnings(self) -> tuple[PlanProblem, ...]:
        return tuple(problem for problem in self.found if problem.level == "warn")

    def add(self, key: str, message: str, hint: str = "", level: Literal["block", "warn"] = "block") -> None:
        """Keep a problem.

        Raises:
            AugtuiError: it blocks and the reader stops at the first.
        """
        from_override = any(key == name or key.startswith((f"{name}.", f"{name}[")) for name in self.overridden)
        problem = PlanProblem("--set" if from_override else self.where, key, message, hint, level)
        if self._stop and level == "block":
            raise problem.error
        if problem not in self.found:
            self.found.append(problem)


class Place(msgspec.Struct, frozen=True):
    """A key of the plan, where its problems are put."""

    problems: Problems
    key: str = ""

    def at(self, name: str) -> Place:
        """The place of a key of this table."""
        return Place(self.problems, f"{self.key}.{shown_key(name)}" if self.key else shown_key(name))

    def named(self, name: str) -> Place:
        """The place of an item that is known by its name rather than by its number."""
        return Place(self.problems, f"{self.key}.{shown(name)}")

    def item(self, index: int) -> Place:
        """The place of an item of this array, the first is 1."""
        return Place(self.problems, f"{self.key}[{index}]")

    def block(self, message: str, hint: str = "") -> None:
        self.problems.add(self.key, message, hint)

    def warn(self, message: str, hint: str = "") -> None:
        self.problems.add(self.key, message, hint, "warn")


def help_with(name: str, names: Iterable[str], listing: str) -> str:
    """The nearest valid name, if there is one, and how to see all."""
    return joined(did_you_mean(name, names), listing)


def joined(hint: str, listing: str) -> str:
    """A hint and a list of what there is, in brackets; either may be empty."""
    return f"{hint} ({listing})" if hint and listing else hint or listing
