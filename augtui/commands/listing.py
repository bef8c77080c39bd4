"""`augtui list`: what a plan may name."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec
from rich.table import Table
from rich.text import Text

from augtui.commands.finder import Found, found_datasets
from augtui.commands.terminal import emit, listing, narration, print_json
from augtui.errors import AugtuiError, ExitCode
from augtui.nearest import did_you_mean
from augtui.plan.catalog import CATALOG
from augtui.plan.catalog.declaration import Generator, Model, Parameter, Policy
from augtui.plan.spec import Choice
from augtui.plan.toml_text import toml_value
from augtui.plan.writer import param_value
from augtui.text import plain

THINGS = ("policies", "models", "generators", "datasets")


def list_things(what: str, *, data_dir: Path, as_json: bool) -> int:
    """Print the policies, models, generators or datasets.

    Raises:
        AugtuiError: there is nothing of that name to list.
    """
    match what:
        case "policies":
            objects, table = [_policy_object(item) for item in CATALOG.policies], _policies(CATALOG.policies)
        case "models":
            objects, table = [msgspec.structs.asdict(item) for item in CATALOG.models], _models(CATALOG.models)
        case "generators":
            objects, table = [_generator_object(item) for item in CATALOG.generators], _generators()
        case "datasets":
            datasets = found_datasets(data_dir)
            objects, table = [asdict(item) for item in datasets], _datasets(datasets)
        case _:
            hint = did_you_mean(what, THINGS) or f"one of {', '.join(THINGS)}"
            raise AugtuiError(f'there is nothing called "{what}" to list', hint)
    if as_json:
        print_json(objects)
    elif not objects:
        narration().print(f"no {what}")
    else:
        emit(listing(), table)
    return ExitCode.DONE


def _policies(policies: tuple[Policy, ...]) -> Table:
    table = _table()
    for policy in policies:
        notes = [
            text for text, holds in (("online only", not policy.offline), ("batch", policy.kind == "batch")) if holds
        ]
        told = f"{policy.help} ({', '.join(notes)})" if notes else policy.help
        table.add_row(Text(policy.name, style="bold"), Text(plain(told)))
        for parameter in policy.parameters:
            table.add_row(Text(f"  {parameter.name}"), Text(_parameter_line(parameter), style="dim"))
    return table


def _generators() -> Table:
    table = _table()
    for generator in CATALOG.generators:
        table.add_row(Text(generator.name, style="bold"), f"{generator.help} ({generator.image_size} px)")
        for parameter in generator.parameters:
            table.add_row(Text(f"  {parameter.name}"), Text(_parameter_line(parameter), style="dim"))
    return table


def _models(models: tuple[Model, ...]) -> Table:
    table = _table()
    for model in models:
        table.add_row(Text(model.name, style="bold"), f"{model.help}, from {model.smallest} px")
    return table


def _datasets(datasets: list[Found]) -> Table:
    table = _table()
    for item in datasets:
        table.add_row(Text(plain(item.name), style="bold"), Text(plain(item.text)))
    return table


def _parameter_line(parameter: Parameter) -> str:
    parts = [parameter.help]
    if parameter.default is None:
        parts.append("must be given")
    elif isinstance(parameter.default, Choice) and parameter.default.options == parameter.names:
        parts.append("default: any")
    else:
        parts.append(f"default {toml_value(param_value(parameter.default))}")
    if parameter.names:
        parts.append(f"one of {', '.join(parameter.names)}")
    elif parameter.low is not None or parameter.high is not None:
        low, high = ("" if end is None else f"{end:.9g}" for end in (parameter.low, parameter.high))
        parts.append(f"{low}..{high}{f' {parameter.unit}' if parameter.unit else ''}")
    return "; ".join(parts)


def _policy_object(policy: Policy) -> dict[str, Any]:
    return {
        "name": policy.name,
        "kind": policy.kind,
        "help": policy.help,
        "offline": policy.offline,
        "implementations": list(policy.implementations),
        "parameters": [_parameter_object(item) for item in policy.parameters],
    }


def _generator_object(generator: Generator) -> dict[str, Any]:
    return {
        "name": generator.name,
        "help": generator.help,
        "image_size": generator.image_size,
        "parameters": [_parameter_object(item) for item in generator.parameters],
    }


def _parameter_object(parameter: Parameter) -> dict[str, Any]:
    default = None if parameter.default is None else msgspec.to_builtins(param_value(parameter.default))
    return {
        "name": parameter.name,
        "kind": parameter.kind,
        "default": default,
        "help": parameter.help,
        "low": parameter.low,
        "high": parameter.high,
        "names": list(parameter.names),
        "ranged": parameter.ranged,
        "unit": parameter.unit,
    }


def _table() -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    return table
