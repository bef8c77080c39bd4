"""A process that works on pixels, as one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from augtui.engine.data import Library


@dataclass(frozen=True, slots=True)
class Engine:
    """What every job of this process shares.

    Attributes:
        library: the datasets that it keeps on its device.
        device: of its slot, for example "cuda:1".
        stop: whether somebody asked for a checkpoint and an end.
        checkpoint_seconds: time between checkpoints.
    """

    library: Library
    device: str
    stop: Callable[[], bool]
    checkpoint_seconds: float = 30.0
