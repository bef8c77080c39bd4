"""The user's own functions: finding them, what they take, and where in their file something went wrong."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from torch import Tensor

from augtui.errors import AugtuiError, OwnCodeError
from augtui.nearest import did_you_mean
from augtui.plan.own_sources import SOURCE, SOURCE_HASH, hash_of
from augtui.plan.rules import Scalar
from augtui.plan.spec import Choice, ParamValue, Uniform

Function = Callable[..., Tensor]
"""f(batch: uint8 [N, 3, H, W], generators: list of N torch.Generator, **params) -> uint8 [N, 3, H, W]."""

_WORDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a string"}


def find_function(name: str, params: Mapping[str, ParamValue]) -> Function:
    """The function that "module:function" names; a plan's reader has put the module's file among the parameters.

    Raises:
        AugtuiError: the module or the function is not there, or the file was edited since the plan was read.
        OwnCodeError: the module cannot be imported.
    """
    module_name, _, function_name = name.partition(":")
    module = _load_module(module_name, params.get(SOURCE), params.get(SOURCE_HASH))
    function = getattr(module, function_name, None)
    if not callable(function):
        names = [key for key, value in vars(module).items() if inspect.isfunction(value)]
        hint = did_you_mean(function_name, names) or f"it has: {', '.join(names) or 'no functions'}"
        raise AugtuiError(f"{name}: the module has no function {function_name!r}", hint)
    found: Function = function
    return found


def fitted(name: str, function: Function, params: Mapping[str, ParamValue]) -> dict[str, ParamValue]:
    """The parameters, each of the type that its default has: what is whole there stays whole.

    A range of a whole number keeps its ends; `kind_of` says how it is drawn.

    Raises:
        AugtuiError: the function cannot be called with these parameters.
    """
    known = _keywords(name, function)
    for key in params:
        if key not in known:
            having = f"it has: {', '.join(known)}" if known else "it has none"
            hint = "; ".join(part for part in (did_you_mean(key, list(known)), having) if part)
            raise AugtuiError(f"{name} has no parameter {key!r}", hint)
    for key, parameter in known.items():
        if parameter.default is inspect.Parameter.empty and key not in params:
            raise AugtuiError(f"{name}: {key} must be given", f"{name} has no default for it")
    return {key: _fitted(f"{name}: {key}", value, known[key]) for key, value in params.items()}


def kind_of(function: Function, key: str) -> type | None:
    """bool, int, float or str: the type of a parameter's default, else its annotation; None where neither says."""
    return _kind(inspect.signature(function).parameters[key])


def place_of(function: Function, error: BaseException | None = None) -> str:
    """Where an error arose in the function's file, "FILE, line N"; without an error, where the function begins."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    if error is not None:
        frames = traceback.extract_tb(error.__traceback__)[1:]  # the first one is the caller's
        own = [frame for frame in frames if code is not None and frame.filename == code.co_filename]
        if at := (own or frames)[-1:]:
            return f"{at[0].filename}, line {at[0].lineno}"
    return repr(function) if code is None else f"{code.co_filename}, line {code.co_firstlineno}"


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
            f"{path}, or what it imports from its folder, was edited since the study began",
            "put the old file back to resume it, or start a new study with `augtui run`",
        )
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise AugtuiError(f"{path} is no Python file", "its name must end in .py")
    module = importlib.util.module_from_spec(spec)
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))  # last, so that a file of the user's never takes a library's place
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # whatever the user's code does wrong while it is imported
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        at = f", line {lines[-1]}" if lines else ""  # a SyntaxError's own text says where
        raise OwnCodeError(f"{path}{at}: it cannot be imported: {type(error).__name__}: {error}") from error
    return module


def _keywords(name: str, function: Function) -> dict[str, inspect.Parameter]:
    """What it takes after the batch and the generators."""
    parameters = inspect.signature(function).parameters
    if len(parameters) < 2:
        raise AugtuiError(
            f"{name} takes {len(parameters)} arguments", "it must take a batch and a list of torch.Generator"
        )
    return {
        key: parameter
        for key, parameter in list(parameters.items())[2:]
        if parameter.kind in (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    }


def _kind(parameter: inspect.Parameter) -> type | None:
    if parameter.default is not inspect.Parameter.empty:
        return type(parameter.default) if type(parameter.default) in _WORDS else None
    names = {kind.__name__: kind for kind in _WORDS}
    return next((kind for name, kind in names.items() if parameter.annotation in (kind, name)), None)


def _fitted(where: str, value: ParamValue, parameter: inspect.Parameter) -> ParamValue:
    kind = _kind(parameter)
    if kind is None:
        return value
    match value:
        case Uniform(low=low, high=high):
            if kind not in (int, float) or (kind is int and not (low.is_integer() and high.is_integer())):
                raise _unfit(where, f"a range from {low:g} to {high:g}", kind, parameter)
            return value
        case Choice(options=options):
            return Choice(options=tuple(_scalar(where, option, kind, parameter) for option in options))
        case bool() | int() | float() | str():
            return _scalar(where, value, kind, parameter)
        case _:
            return value


def _scalar(where: str, value: Scalar, kind: type, parameter: inspect.Parameter) -> Scalar:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise _unfit(where, repr(value), kind, parameter)
    return value


def _unfit(where: str, given: str, kind: type, parameter: inspect.Parameter) -> AugtuiError:
    default = parameter.default
    like = "" if default is inspect.Parameter.empty else f", as its default {default!r} is"
    return AugtuiError(f"{where}: {_WORDS[kind]} is needed{like}, not {given}")
