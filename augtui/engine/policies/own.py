"""Policies of the user's own: `module:function`, a Python file beside the plan or a module on the path."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from augtui.engine.draws import Draws
from augtui.engine.policies.sources import Sources
from augtui.engine.policies.values import draw_name, draw_number
from augtui.errors import AugtuiError
from augtui.nearest import did_you_mean
from augtui.plan.own_sources import SOURCE, SOURCE_HASH
from augtui.plan.spec import Choice, ParamValue, Uniform

Function = Callable[..., Tensor]
"""f(batch: uint8 [N, 3, H, W], generators: list of N torch.Generator, **params) -> uint8 [N, 3, H, W]."""


@dataclass(frozen=True, slots=True)
class OwnPolicy:
    """A function of the user's as a policy.

    A plan's reader adds the parameters SOURCE and SOURCE_HASH: the file of the module, and what it contained then.
    Without ranges or choices among its parameters it gets whole batches; with them each image is a batch, since
    each has parameters of its own.
    """

    name: str
    function: Function
    params: Mapping[str, ParamValue]

    @classmethod
    def load(cls, name: str, params: Mapping[str, ParamValue]) -> OwnPolicy:
        """Import the function and compare the parameters with its signature.

        Raises:
            AugtuiError: the module or the function is not there or was edited since the plan was read, or it
                cannot be called with these parameters.
        """
        module_name, _, function_name = name.partition(":")
        module = _load_module(module_name, params.get(SOURCE), params.get(SOURCE_HASH))
        function = getattr(module, function_name, None)
        if not callable(function):
            names = [key for key, value in vars(module).items() if inspect.isfunction(value)]
            hint = did_you_mean(function_name, names) or f"it has: {', '.join(names) or 'no functions'}"
            raise AugtuiError(f"{name}: the module has no function {function_name!r}", hint)
        given = {key: value for key, value in params.items() if key not in (SOURCE, SOURCE_HASH)}
        _check_parameters(name, function, given)
        return cls(name, function, given)

    def apply(self, images: Tensor, draws: Draws, sources: Sources | None = None) -> Tensor:
        if not len(images):
            return images.clone()
        generators = draws.generators()
        values = self._draw(draws)
        if not any(isinstance(value, Uniform | Choice) for value in self.params.values()):
            return self._call(images, generators, {key: column[0] for key, column in values.items()})
        results = []
        for row, generator in enumerate(generators):
            own = {key: column[row] for key, column in values.items()}
            results.append(self._call(images[row : row + 1], [generator], own))
        return torch.cat(results)

    def describe(self, draws: Draws, size: tuple[int, int]) -> list[str]:
        values = self._draw(draws)
        called = self.name.partition(":")[2]
        lines = []
        for row in range(len(draws)):
            shown = [f"{key} {_short(column[row])}" for key, column in values.items()]
            lines.append(" ".join((called, ", ".join(shown))).strip())
        return lines

    def _draw(self, draws: Draws) -> dict[str, list[Any]]:
        """Each parameter's value for each image."""
        return {key: _column(value, draws, key) for key, value in self.params.items()}

    def _call(self, images: Tensor, generators: list[torch.Generator], params: dict[str, Any]) -> Tensor:
        given = images.clone()
        result = self.function(given, generators, **params)
        if not isinstance(result, Tensor) or result.shape != images.shape or result.dtype != torch.uint8:
            what = f"{result.dtype} {list(result.shape)}" if isinstance(result, Tensor) else type(result).__name__
            raise AugtuiError(
                f"{self.name} gave {what} for a batch of torch.uint8 {list(images.shape)}",
                "it must give a uint8 tensor of the same shape",
            )
        return result.to(images.device)


def _load_module(name: str, source: Any, wanted_hash: Any) -> ModuleType:
    if source is None:
        try:
            return importlib.import_module(name)
        except ImportError as error:
            raise AugtuiError(
                f"there is no module {name!r}: {error}", f"put {name}.py beside the plan, or on PYTHONPATH"
            ) from error
    path = Path(str(source))
    if not path.is_file():
        raise AugtuiError(f"{path} is gone: the plan's policy {name!r} was read from it", "put it back")
    if wanted_hash is not None and hash_of(path) != wanted_hash:
        raise AugtuiError(
            f"{path} was edited since the study began",
            "put the old file back to resume it, or start a new study with `augtui run`",
        )
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise AugtuiError(f"{path} is no Python file", "its name must end in .py")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever the user's code does wrong while it is imported
        raise AugtuiError(f"{path} cannot be imported: {type(error).__name__}: {error}", "mend it") from error
    return module


def hash_of(path: Path) -> str:
    """16 hexadecimal digits of a source file's content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _check_parameters(name: str, function: Function, params: Mapping[str, ParamValue]) -> None:
    parameters = inspect.signature(function).parameters
    known = [
        key
        for key, parameter in list(parameters.items())[2:]
        if parameter.kind in (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    ]
    if len(parameters) < 2:
        raise AugtuiError(
            f"{name} takes {len(parameters)} arguments", "it must take a batch and a list of torch.Generator"
        )
    for key in params:
        if key not in known:
            having = f"it has: {', '.join(known)}" if known else "it has none"
            hint = "; ".join(part for part in (did_you_mean(key, known), having) if part)
            raise AugtuiError(f"{name} has no parameter {key!r}", hint)
    for key in known:
        if parameters[key].default is inspect.Parameter.empty and key not in params:
            raise AugtuiError(f"{name}: {key} must be given", f"{name} has no default for it")


def _column(value: ParamValue, draws: Draws, name: str) -> list[Any]:
    match value:
        case Choice(options=options) if all(isinstance(option, str) for option in options):
            names = tuple(str(option) for option in options)
            return [names[index] for index in draw_name(value, draws, name, names).tolist()]
        case Uniform() | Choice():
            column: list[Any] = draw_number(value, draws, name).tolist()
            return column
        case _:
            return [value] * len(draws)


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
