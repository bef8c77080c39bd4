"""The words in which policies, generators and models are declared: data, read by everyone, run by no one."""

from __future__ import annotations

from typing import Literal

import msgspec

from augtui.plan.rules import Rule
from augtui.plan.spec import ParamValue

Danger = Literal["sides", "upside-down", "turned", "tones", "colours", "black"]
"""How an augmentation may change what a label means; `cautions.py` has the words for each."""
ParamKind = Literal["number", "integer", "flag", "name", "policies", "policy"]
PolicyKind = Literal["image", "batch"]


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """One parameter of a policy or generator."""

    name: str
    kind: ParamKind
    default: ParamValue | None
    """None: it must be given."""
    help: str
    low: float | None = None
    """The smallest value allowed; also for both ends of a range."""
    high: float | None = None
    names: tuple[str, ...] = ()
    """For kind "name": the values allowed."""
    ranged: bool = False
    """Whether a range (two numbers) or a choice may be given: the value is then drawn for each image."""
    unit: str = ""
    below: str = ""
    """Another plain integer or number parameter that this plain one must stay below."""

    @property
    def rule(self) -> Rule:
        """Of one plain value; parameters that are policies have none.

        Raises:
            ValueError: the kind is "policy" or "policies".
        """
        if self.kind == "policy" or self.kind == "policies":
            raise ValueError(f"{self.name} is a policy, not a scalar")
        return Rule(kind=self.kind, low=self.low, high=self.high, names=self.names)


class Caution(msgspec.Struct, frozen=True, kw_only=True):
    """A danger of a policy, and the parameter that brings it."""

    danger: Danger
    parameter: str = ""
    """It is there when this number, or flag, can be larger than `beyond`; without one, always."""
    beyond: float = 0.0
    drawn: bool = False
    """It is there when the parameter is drawn from several values; `beyond` is not asked then."""
    needs: str = ""
    """Another parameter that it takes: a number that can be above 0, or a name that can be "constant"."""


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A named random transform."""

    name: str
    kind: PolicyKind
    """batch: mixes the images of a batch (online only)."""
    help: str
    """One line."""
    parameters: tuple[Parameter, ...] = ()
    offline: bool = True
    """Whether `add` and `replace` may use it."""
    cautions: tuple[Caution, ...] = ()
    """Where it may change what a label means."""

    @property
    def implementations(self) -> tuple[str, ...]:
        """Where there are several, the policy declares a parameter `implementation` that names them."""
        choice = self.parameter("implementation")
        return choice.names if choice else ("tensor",)

    def parameter(self, name: str) -> Parameter | None:
        return next((item for item in self.parameters if item.name == name), None)


class Generator(msgspec.Struct, frozen=True, kw_only=True):
    """A model that is fitted on training images and draws new ones."""

    name: str
    help: str
    image_size: int
    """Side of the images that it draws, in pixels."""
    parameters: tuple[Parameter, ...] = ()

    def parameter(self, name: str) -> Parameter | None:
        return next((item for item in self.parameters if item.name == name), None)


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """A classifier. Declared here only where it is ours; torchvision's are asked by name in the engine."""

    name: str
    help: str
    smallest: int = 8
    """The smallest image side that it accepts, in pixels."""
    multiple: int = 1
    """The image side must be a multiple of this, in pixels."""
    tags: tuple[str, ...] = ()
