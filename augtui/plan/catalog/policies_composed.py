"""Policies made of policies."""

from augtui.plan.catalog.declaration import Parameter, Policy
from augtui.plan.catalog.shorthand import probability

_POLICIES = Parameter(name="policies", kind="policies", default=None, help="an array of names or tables")

POLICIES: tuple[Policy, ...] = (
    Policy(
        name="sequence",
        kind="image",
        help="Several policies one after the other",
        parameters=(
            _POLICIES,
            Parameter(name="random_order", kind="flag", default=False, help="in a new order for each image"),
        ),
    ),
    Policy(name="one_of", kind="image", help="One of several policies for each image", parameters=(_POLICIES,)),
    Policy(
        name="sometimes",
        kind="image",
        help="A policy for some of the images",
        parameters=(
            Parameter(name="policy", kind="policy", default=None, help="a name or a table"),
            probability("p", 0.5, "share of the images that it touches"),
        ),
    ),
)
