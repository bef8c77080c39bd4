"""One text for NumPy and torch: coordinates are NumPy's on a CPU, where a call costs a fifth of torch's and small
images would otherwise wait for calls alone, and torch's on other devices."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Array = Any
"""A NumPy array or a tensor. Both have the same operators, slices and, in `namespace`, functions."""


def namespace(device: torch.device) -> Any:
    """The module whose functions work on arrays of the device."""
    return np if device.type == "cpu" else torch


def as_array(values: Tensor) -> Array:
    """The same numbers; on a CPU in the same memory."""
    return values.numpy() if values.device.type == "cpu" else values


def as_tensor(values: Array) -> Tensor:
    """The same numbers in the same memory."""
    return values if isinstance(values, Tensor) else torch.from_numpy(values)


def take(values: Array, rows: NDArray[np.int64]) -> Array:
    """values[rows], a copy."""
    return (
        values.index_select(0, torch.from_numpy(rows).to(values.device))
        if isinstance(values, Tensor)
        else values[rows]
    )


def as_float(values: Array) -> Array:
    """float32."""
    return values.float() if isinstance(values, Tensor) else values.astype(np.float32)


def as_whole(values: Array) -> Array:
    """int64 of whole numbers."""
    return values.long() if isinstance(values, Tensor) else values.astype(np.int64)
