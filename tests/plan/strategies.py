"""Hypothesis strategies: whole valid plans from the catalog, and tables of any content."""

from typing import Any, get_args

from hypothesis import strategies as st

from augtui.plan.catalog import CATALOG
from augtui.plan.catalog.declaration import Generator, Parameter, Policy
from augtui.plan.codes import CheckCode
from augtui.plan.keys import SECTIONS, TOP, Key, axis_keys
from augtui.plan.rules import Rule
from augtui.plan.spec import (
    Addition,
    ArmSpec,
    Axis,
    Choice,
    DataSpec,
    GeneratorSpec,
    KeepSpec,
    ModelSpec,
    Plan,
    PolicySpec,
    Replacement,
    TrainSpec,
    Uniform,
)

NAMES = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,11}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20).filter(str.strip)


def scalars(rule: Rule) -> st.SearchStrategy[Any]:
    """Values that keep a rule."""
    match rule.kind:
        case "number":
            return st.floats(
                rule.low if rule.low is not None else -1e9,
                rule.high if rule.high is not None else 1e9,
                exclude_min=rule.above,
                exclude_max=rule.below,
            ).map(lambda value: value + 0.0)
        case "integer":
            low = -(10**6) if rule.low is None else int(rule.low)
            return st.integers(low, 10**6 if rule.high is None else int(rule.high))
        case "flag":
            return st.booleans()
        case "name":
            return st.sampled_from(rule.names)
        case "text":
            return TEXTS


def ranges(parameter: Parameter) -> st.SearchStrategy[Uniform]:
    ends = st.tuples(scalars(parameter.rule), scalars(parameter.rule)).map(sorted)
    return ends.map(lambda both: Uniform(low=float(both[0]), high=float(both[1])))


def values(parameter: Parameter, depth: int) -> st.SearchStrategy[Any]:
    """Values that a plan may give to a parameter."""
    if parameter.kind == "policy":
        return policies(depth - 1, part=True)
    if parameter.kind == "policies":
        return st.lists(policies(depth - 1, part=True), min_size=1, max_size=2).map(tuple)
    plain = scalars(parameter.rule)
    if not parameter.ranged:
        return plain
    choices = st.lists(plain, min_size=1, max_size=3).map(lambda options: Choice(options=tuple(options)))
    return plain | choices | (ranges(parameter) if parameter.kind in ("number", "integer") else choices)


@st.composite
def params(draw: st.DrawFn, declared: Policy | Generator, depth: int) -> dict[str, Any]:
    """All parameters, some at their defaults."""
    drawn = {}
    for parameter in declared.parameters:
        default = parameter.default
        own = default is None or (depth > 0 and draw(st.booleans()))
        drawn[parameter.name] = draw(values(parameter, depth)) if own else default
    for parameter in declared.parameters:
        value, bound = drawn[parameter.name], drawn.get(parameter.below)
        if isinstance(bound, int | float) and isinstance(value, int | float) and value >= bound:
            drawn[parameter.name] = parameter.default
            drawn[parameter.below] = next(p.default for p in declared.parameters if p.name == parameter.below)
    if drawn.get("implementation") == "imgaug" and "slic" in drawn:
        drawn["slic"] = "skimage"
    return drawn


@st.composite
def policies(draw: st.DrawFn, depth: int = 2, *, part: bool = False, offline: bool = False) -> PolicySpec:
    """Policies, those of the user's own too."""
    fitting = [
        policy
        for policy in CATALOG.policies
        if not (part and policy.kind == "batch") and not (offline and not policy.offline)
        if depth > 0 or not any(parameter.kind in ("policy", "policies") for parameter in policy.parameters)
    ]
    policy = draw(st.sampled_from(fitting) | st.none())
    if policy is None:
        free = st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9).map(lambda x: x + 0.0) | TEXTS
        keys = st.from_regex(r"[a-z]{1,6}", fullmatch=True).filter(lambda key: key != "name")
        return PolicySpec(name="own.module:f", params=draw(st.dictionaries(keys, free, max_size=3)))
    return PolicySpec(name=policy.name, params=draw(params(policy, depth)))


@st.composite
def generators(draw: st.DrawFn) -> GeneratorSpec:
    generator = draw(st.sampled_from(CATALOG.generators))
    return GeneratorSpec(name=generator.name, params=draw(params(generator, 1)))


@st.composite
def arms(draw: st.DrawFn) -> ArmSpec:
    amounts = st.floats(0, 10, exclude_min=True)
    by_policy = st.builds(Addition, policy=policies(offline=True), amount=amounts)
    by_generator = st.builds(Addition, generator=generators(), amount=amounts)
    made = draw(st.sampled_from(["nothing", "add", "replace"]))
    return ArmSpec(
        name=draw(NAMES),
        add=tuple(draw(st.lists(by_policy | by_generator, min_size=1, max_size=2))) if made == "add" else (),
        replace=Replacement(policy=draw(policies(offline=True)), copies=draw(st.integers(1, 100)))
        if made == "replace"
        else None,
        online=draw(st.none() | policies()),
    )


SETTINGS: dict[str, st.SearchStrategy[Any]] = {
    # Sizes, models and weights have to agree; these always do.
    "data.image_size": st.integers(64, 128),
    "data.store_size": st.none() | st.integers(128, 1024),
    "data.validation": st.floats(0.01, 0.99),
    "data.group": st.sampled_from([None, r"patient_(\d+)", "it's (.)", "column name"]),
    "model.name": st.sampled_from(["cnn", "resnet18"]),
    "model.weights": st.just("none"),
}


def setting(name: str, key: Key) -> st.SearchStrategy[Any]:
    if name in SETTINGS:
        return SETTINGS[name]
    return st.none() | scalars(key.rule) if key.optional else scalars(key.rule)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Plans that the reader accepts."""
    known = {key.name: key for key in TOP}
    sections = {
        name: {key.name: draw(setting(f"{name}.{key.name}", key)) for key in keys} for name, keys in SECTIONS.items()
    }
    keys = draw(st.lists(st.sampled_from(sorted(axis_keys())), max_size=2, unique=True))
    axes = []
    for key in keys:
        options = setting(key, axis_keys()[key]).filter(lambda value: value is not None)
        axes.append(Axis(key=key, values=tuple(draw(st.lists(options, min_size=1, max_size=2, unique=True)))))
    seeds = st.lists(scalars(known["seeds"].rule), min_size=1, max_size=5, unique=True).map(tuple)
    chosen = draw(st.lists(arms(), min_size=1, max_size=3, unique_by=(lambda arm: arm.name, _content)))
    # The gate may not leave out what all others are compared with.
    generated = any(addition.generator for addition in chosen[0].add)
    return Plan(
        name=draw(NAMES),
        dataset=draw(TEXTS),
        positive=draw(st.none() | TEXTS),
        seeds=draw(seeds),
        primary=draw(scalars(known["primary"].rule)),
        margin=draw(scalars(known["margin"].rule)),
        accept=tuple(draw(st.lists(st.sampled_from(get_args(CheckCode)), max_size=2, unique=True))),
        on_gate_failure="use" if generated else draw(scalars(known["on_gate_failure"].rule)),
        data=DataSpec(**sections["data"]),
        model=ModelSpec(**sections["model"]),
        train=TrainSpec(**sections["train"]),
        keep=KeepSpec(**sections["keep"]),
        axes=tuple(axes),
        arms=tuple(chosen),
    )


def _content(arm: ArmSpec) -> str:
    return repr((arm.add, arm.replace, arm.online))


_WORDS = st.sampled_from(
    ["geometric", "mixup", "name", "policy", "policies", "choice", "none", "imagenet", "a:b", "("]
)
_LEAVES = (
    st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    | _WORDS
    | st.dates()
    | st.times()
    | st.datetimes()
)
_KEYS = st.text(max_size=4) | st.sampled_from(
    [
        *(key.name for key in TOP),
        *(key.name for keys in SECTIONS.values() for key in keys),
        *SECTIONS,
        *("axes", "arms", "add", "replace", "online", "policy", "generator", "amount", "copies", "choice", "rotate"),
    ]
)

ANYTHING: st.SearchStrategy[Any] = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=6,
)
"""Any value that a TOML file can hold."""

TABLES = st.dictionaries(_KEYS, ANYTHING, max_size=4)
"""Tables with keys that a plan has, and some that it has not."""
