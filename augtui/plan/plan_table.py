"""The raw table of a plan's file, read into a `Plan`."""

from __future__ import annotations

from typing import Any

from augtui.plan.agreement import check_agreement
from augtui.plan.arm_reader import read_arms, read_name
from augtui.plan.keys import SECTIONS, SEED, TOP, Key
from augtui.plan.problems import Place, Problems
from augtui.plan.rules import Rule, read_scalar
from augtui.plan.settings_reader import Context, read_axes, read_section
from augtui.plan.spec import DataSpec, KeepSpec, ModelSpec, Plan, TrainSpec
from augtui.plan.table_reader import read_keys, read_several, refuse_unknown
from augtui.plan.toml_text import described

_SEEDS = Key(name="seeds", rule=SEED, several=True, help="")
_SEED_COUNT = Rule(kind="integer", low=1, high=1000)


def read_plan_table(found: Problems, table: dict[str, Any], context: Context) -> Plan | None:
    """The plan, or None with at least one problem that blocks."""
    place = Place(found)
    sections = [*SECTIONS, "axes", "arms"]
    plain = {name: value for name, value in table.items() if name != "arms"}
    refuse_unknown(place, table, [*(key.name for key in TOP), *sections])
    top = _read_top(place, plain)
    values = {
        name: read_section(place.at(name), name, table[name], context) if name in table else {} for name in SECTIONS
    }
    axes = read_axes(place.at("axes"), table["axes"], context) if "axes" in table else ()
    arms = None
    if "arms" in table:
        arms = read_arms(place.at("arms"), table["arms"], context.catalog)
    else:
        place.block("the plan has no arms", '[[arms]] and name = "original" are the smallest arm')
    if found.blocked or arms is None:
        return None
    plan = Plan(
        **top,
        data=DataSpec(**values["data"]),
        model=ModelSpec(**values["model"]),
        train=TrainSpec(**values["train"]),
        keep=KeepSpec(**values["keep"]),
        axes=axes,
        arms=arms,
    )
    check_agreement(found, plan, context.catalog)
    return None if found.blocked else plan


def _read_top(place: Place, table: dict[str, Any]) -> dict[str, Any]:
    for name, example in (("name", 'name = "my-study"'), ("dataset", 'dataset = "demo"')):
        if name not in table:
            place.block(f"{name} is missing", example)
    values = read_keys(place, table, [key for key in TOP if key.name not in ("name", "seeds")])
    if "name" in table:
        values["name"] = read_name(place.at("name"), table["name"])
    if "seeds" in table:
        values["seeds"] = _read_seeds(place.at("seeds"), table["seeds"])
    return values


def _read_seeds(place: Place, value: Any) -> tuple[int, ...] | None:
    """A number of seeds, or a list of them."""
    if not isinstance(value, list):
        if isinstance(value, bool) or not isinstance(value, int):
            place.block(
                f"an integer or an array of integers is needed, not {described(value)}", "for example seeds = 5"
            )
            return None
        count = read_scalar(place, value, _SEED_COUNT)
        return None if count is None else tuple(range(int(count)))
    if not 1 <= len(value) <= 1000:
        place.block(f"from 1 to 1000 seeds are needed, not {len(value)}")
        return None
    return read_several(place, value, _SEEDS)
