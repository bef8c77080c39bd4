"""Short ways to write the parameters that many policies have."""

from augtui.plan.catalog.declaration import Parameter
from augtui.plan.spec import Choice, ParamValue, Uniform

BORDERS = ("constant", "edge", "symmetric", "reflect", "wrap")
"""How pixels from outside the image are made when it is warped."""

PAD_BORDERS = (*BORDERS, "linear_ramp", "maximum", "mean", "median", "minimum")
"""How pixels from outside the image are made when it is padded."""

IMPLEMENTATION = Parameter(
    name="implementation",
    kind="name",
    default="tensor",
    names=("tensor", "imgaug"),
    help='"tensor" is batched on the device; "imgaug" is the slow reference',
)
RANDOM_ORDER = Parameter(name="random_order", kind="flag", default=True, help="in a new order for each image")


def probability(name: str, default: float, text: str) -> Parameter:
    """A number from 0 to 1 that is not itself drawn."""
    return Parameter(name=name, kind="number", default=default, low=0.0, high=1.0, help=text)


def acts(default: float = 1.0) -> Parameter:
    """`p`: how often a single operation acts."""
    return probability("p", default, "share of the images that it touches")


def drawn(
    name: str, default: ParamValue, text: str, *, low: float, high: float | None = None, unit: str = ""
) -> Parameter:
    """A number that may be a range or a choice."""
    return Parameter(name=name, kind="number", default=default, low=low, high=high, ranged=True, unit=unit, help=text)


def drawn_whole(
    name: str, default: ParamValue, text: str, *, low: float, high: float | None = None, unit: str = ""
) -> Parameter:
    """An integer that may be a range or a choice."""
    return Parameter(
        name=name, kind="integer", default=default, low=low, high=high, ranged=True, unit=unit, help=text
    )


def named(name: str, default: ParamValue, names: tuple[str, ...], text: str, *, ranged: bool = True) -> Parameter:
    """One of some names, or a choice of them."""
    return Parameter(name=name, kind="name", default=default, names=names, ranged=ranged, help=text)


def uniform(low: float, high: float) -> Uniform:
    """A range."""
    return Uniform(low=float(low), high=float(high))


def any_of(names: tuple[str, ...]) -> Choice:
    """Each of the names equally often."""
    return Choice(options=names)
