"""Plans for tests: the smallest one, and reading one from a string."""

from pathlib import Path

from augtui.errors import AugtuiError
from augtui.plan.kept import parse_plan
from augtui.plan.reader import read_plan
from augtui.plan.spec import ArmSpec, Plan, PolicySpec

TOP = 'name = "x"\ndataset = "demo"\n'
ARM = '[[arms]]\nname = "a"\n'


def plan_of(body: str, folder: Path = Path()) -> Plan:
    """The plan that a whole text states."""
    return parse_plan(body, "plan.toml", folder)


def online(policy: str) -> PolicySpec:
    """The policy that `online = { policy = ... }` states."""
    spec = arm_of(f"online = {{ policy = {policy} }}").online
    assert spec is not None
    return spec


def arm_of(body: str) -> ArmSpec:
    """The first arm of the smallest plan with more keys in it."""
    return plan_of(f"{TOP}{ARM}{body}\n").baseline


def refusal(path: Path, *overrides: str) -> AugtuiError:
    """The error that reading a plan's file ends with."""
    try:
        read_plan(path, overrides)
    except AugtuiError as error:
        return error
    raise AssertionError(f"{path} was accepted")
