"""Policies of the user's own: `module:function`, a Python file beside the plan or a module on the path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from augtui.engine.draws import Draws
from augtui.engine.policies.own_function import Function, find_function, fitted, kind_of, place_of
from augtui.engine.policies.sources import Sources
from augtui.engine.policies.values import draw_integer, draw_number
from augtui.errors import OwnCodeError
from augtui.plan.own_sources import SOURCE, SOURCE_HASH
from augtui.plan.spec import Choice, ParamValue, Uniform


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
        function = find_function(name, params)
        given = {key: value for key, value in params.items() if key not in (SOURCE, SOURCE_HASH)}
        return cls(name, function, fitted(name, function, given))

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
        return {key: self._column(key, value, draws) for key, value in self.params.items()}

    def _column(self, key: str, value: ParamValue, draws: Draws) -> list[Any]:
        match value:
            case Choice(options=options):
                return [options[index] for index in draws.integers(key, 0, len(options) - 1).tolist()]
            case Uniform():
                draw = draw_integer if kind_of(self.function, key) is int else draw_number
                column: list[Any] = draw(value, draws, key).tolist()
                return column
            case _:
                return [value] * len(draws)

    def _call(self, images: Tensor, generators: list[torch.Generator], params: dict[str, Any]) -> Tensor:
        """Call the user's function.

        Raises:
            OwnCodeError: it raised something, or what it gave is no batch of such images.
        """
        try:
            result = self.function(images.clone(), generators, **params)
        except (MemoryError, torch.OutOfMemoryError):
            raise  # the same for every policy: a smaller batch helps
        except (Exception, SystemExit) as error:  # whatever the user's code does wrong
            where = place_of(self.function, error)
            raise OwnCodeError(f"{self.name} raised {type(error).__name__}: {error} ({where})") from error
        if not isinstance(result, Tensor) or result.shape != images.shape or result.dtype != torch.uint8:
            what = f"{result.dtype} {list(result.shape)}" if isinstance(result, Tensor) else type(result).__name__
            raise OwnCodeError(
                f"{self.name} gave {what} for a batch of uint8 {list(images.shape)} ({place_of(self.function)})",
                "it must give a uint8 tensor of the same shape",
            )
        return result.to(images.device)


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
