"""Label maps of a dataset's images, made when first asked for and kept in the cache.

`<cache>/segments/<key>/` holds, for each number of segments that was ever asked for, labels-<n>.npy (int16
[M, h, w], memory-mapped) and done-<n>.npy (uint8 [M]). The key is made of everything that decides a label. Several
processes may fill the same files: they write the same bytes, and a row counts only once it is complete.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from augtui.dataset.decode import DECODE_VERSION
from augtui.engine.policies.kernels.resize import resize_linear
from augtui.engine.policies.slic import SlicSettings, slic_all
from augtui.engine.policies.sources import Decoded, Sources
from augtui.errors import writing

LEVELS = 8
"""A range of segment counts is drawn from so many values, so that label maps can be kept."""


def levels(low: int, high: int) -> tuple[int, ...]:
    """At most LEVELS whole numbers from low to high, both included, evenly spaced."""
    return tuple(sorted({round(low + (high - low) * step / (LEVELS - 1)) for step in range(LEVELS)}))


def reduced_size(height: int, width: int, max_size: int) -> tuple[int, int]:
    """The size at which segments are found: sides of at most `max_size`, as imgaug computes it."""
    largest = max(height, width)
    if largest <= max_size:
        return height, width
    factor = max_size / largest
    return max(1, int(height * factor)), max(1, int(width * factor))


def find_labels(images: Tensor, segments: Tensor, settings: SlicSettings) -> Tensor:
    """int64 [N, H, W] on the device of the images: label maps made now, of uint8 [N, 3, H, W]."""
    pixels = images.permute(0, 2, 3, 1).contiguous().cpu().numpy()
    found = slic_all(pixels, segments.numpy(), settings)
    return torch.from_numpy(np.stack(found)).to(images.device) if found else images[:, 0].long()


def source_labels(sources: Sources, segments: Tensor, settings: SlicSettings, max_size: int) -> Tensor:
    """int64 [N, h, w] on the CPU: label maps of the images that a batch was made from, kept in the cache.

    Args:
        sources: of the N images.
        segments: int64 [N], how many are asked for.
        settings: of SLIC.
        max_size: largest side at which segments are found, in pixels.
    """
    maps = _open(sources.cache, sources.dataset.fingerprint, sources.dataset.pixels.shape, settings, max_size)
    return maps.read(sources.dataset, sources.rows.numpy(), segments.numpy())


@lru_cache(maxsize=16)
def _open(cache: Path, fingerprint: str, shape: tuple[int, ...], settings: SlicSettings, max_size: int) -> LabelMaps:
    """The maps of one dataset and one way to make them. The fingerprint and the decoder decide every pixel."""
    identity = f"{fingerprint} decode={DECODE_VERSION} shape={shape} max_size={max_size} {settings.identity}"
    key = hashlib.sha256(identity.encode()).hexdigest()[:24]
    size = reduced_size(shape[2], shape[3], max_size)
    return LabelMaps(cache / "segments" / key, shape[0], size, settings)


class LabelMaps:
    """The label maps of M images at one size."""

    def __init__(self, folder: Path, count: int, size: tuple[int, int], settings: SlicSettings) -> None:
        self.folder, self.count, self.size, self.settings = folder, count, size, settings
        self._open: dict[int, _Level] = {}

    def read(self, dataset: Decoded, rows: NDArray[np.int64], segments: NDArray[np.int64]) -> Tensor:
        """int64 [N, h, w]; what is missing is made, in parallel, and kept.

        Raises:
            OSError: the cache cannot be written.
        """
        result = np.empty((len(rows), *self.size), dtype=np.int64)
        todo = self._missing(rows, segments)
        if len(todo):
            self._make(dataset, *todo.T)
        for wanted in np.unique(segments):
            chosen = segments == wanted
            result[chosen] = self._level(int(wanted)).labels.read(rows[chosen])
        return torch.from_numpy(result)

    def _missing(self, rows: NDArray[np.int64], segments: NDArray[np.int64]) -> NDArray[np.int64]:
        """Distinct pairs (row, segments), int64 [m, 2]."""
        parts = []
        for wanted in np.unique(segments):
            asked = np.unique(rows[segments == wanted])
            without = asked[self._level(int(wanted)).done.read(asked) == 0]
            parts.append(np.stack((without, np.full_like(without, wanted)), axis=1))
        return np.concatenate(parts) if parts else np.empty((0, 2), dtype=np.int64)

    def _make(self, dataset: Decoded, rows: NDArray[np.int64], segments: NDArray[np.int64]) -> None:
        pixels = torch.from_numpy(np.ascontiguousarray(dataset.pixels[rows]))
        if tuple(pixels.shape[2:]) != self.size:
            pixels = resize_linear(pixels, self.size)
        found = slic_all(pixels.permute(0, 2, 3, 1).contiguous().numpy(), segments, self.settings)
        for row, wanted, labels in zip(rows, segments, found, strict=True):
            level = self._level(int(wanted))
            level.labels.write(int(row), labels)
            level.done.write(int(row), np.array(1))

    def _level(self, segments: int) -> _Level:
        if segments not in self._open:
            self._open[segments] = _Level(
                labels=RowFile(self.folder / f"labels-{segments}.npy", np.int16, (self.count, *self.size)),
                done=RowFile(self.folder / f"done-{segments}.npy", np.uint8, (self.count,)),
            )
        return self._open[segments]


@dataclass(frozen=True, slots=True)
class _Level:
    """The maps of one number of segments."""

    labels: RowFile
    """int16 [M, h, w]."""
    done: RowFile
    """uint8 [M]: 1 for a row that is complete."""


class RowFile:
    """An array in a .npy file of zeros (which take no room on the disk) that is filled row by row, by any number of
    processes that write the same.

    Rows are written, not mapped: on a full disk a write fails with a reason, a mapped page kills the process.
    """

    def __init__(self, path: Path, dtype: type[np.generic], shape: tuple[int, ...]) -> None:
        self.path = path
        with writing(path):
            if not path.exists():
                _make_zeros(path, dtype, shape)
            self._rows = np.load(path, mmap_mode="r")

    def read(self, rows: NDArray[np.int64]) -> NDArray[Any]:
        """The rows, in that order."""
        found: NDArray[Any] = self._rows[rows]
        return found

    def write(self, row: int, values: NDArray[Any]) -> None:
        """Fill a row.

        Raises:
            OSError: the disk is full; the exception names the file.
        """
        data = np.ascontiguousarray(values, dtype=self._rows.dtype).tobytes()
        with writing(self.path), self.path.open("r+b") as file:
            file.seek(self._rows.offset + row * len(data))
            file.write(data)


def _make_zeros(path: Path, dtype: type[np.generic], shape: tuple[int, ...]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", suffix=".npy", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            descr = np.lib.format.dtype_to_descr(np.dtype(dtype))
            header = {"descr": descr, "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(file, header)
            file.truncate(file.tell() + int(np.prod(shape)) * np.dtype(dtype).itemsize)
        # A hard link never replaces what another process has put there and may have begun to fill.
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)
