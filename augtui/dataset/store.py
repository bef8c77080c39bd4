"""The decoded images of a dataset: decoded once, in parallel, into a cache entry that is named by its content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import PIL
from numpy.typing import NDArray

from augtui.dataset.about import About
from augtui.dataset.build import build
from augtui.dataset.decode import DECODE_VERSION, Corrupt
from augtui.dataset.entry import Index, read_entry
from augtui.dataset.fingerprint import fingerprint as fingerprint_of
from augtui.dataset.groups import group_of
from augtui.dataset.layout import Layout
from augtui.errors import AugtuiError, ExitCode
from augtui.jobs import Progress
from augtui.text import plain

_NAMED = 3
"""Corrupt images that a refusal names."""


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """The good images of a dataset, as rows 0..N-1 in the order of their paths.

    Attributes:
        classes: class names; `labels` are indices into them.
        labels: int64 [N].
        splits: train, val, test or "" (flat), for each row.
        paths: relative to the dataset's folder, with "/".
        groups: of each row; "" for none.
        pixel_ids: equal for equal pictures.
        sizes: native (width, height).
        modes, formats: as in the files.
        pixels: uint8 [N, 3, S, S], read-only, memory-mapped.
        fingerprint: of all files, the corrupt ones included.
        corrupt: the files that were left out.
        about: what dataset.toml says.
    """

    classes: tuple[str, ...]
    labels: NDArray[np.int64]
    splits: tuple[str, ...]
    paths: tuple[str, ...]
    groups: tuple[str, ...]
    pixel_ids: tuple[str, ...]
    sizes: tuple[tuple[int, int], ...]
    modes: tuple[str, ...]
    formats: tuple[str, ...]
    pixels: NDArray[np.uint8]
    fingerprint: str
    corrupt: tuple[Corrupt, ...]
    about: About

    @property
    def size(self) -> int:
        """Side of the stored square, in pixels."""
        return int(self.pixels.shape[-1])

    def __len__(self) -> int:
        return len(self.paths)


def open_dataset(
    layout: Layout,
    size: int,
    *,
    cache: Path,
    on_corrupt: Literal["stop", "skip"] = "stop",
    group: str | None = None,
    fingerprint: str | None = None,
    progress: Progress | None = None,
    workers: int | None = None,
) -> Dataset:
    """The dataset, decoded at `size` pixels a side; from the cache where its content is there.

    Args:
        layout: the dataset's folder, read.
        size: side of the stored square, in pixels.
        cache: root of the cache.
        on_corrupt: "stop" refuses a dataset with corrupt images, "skip" leaves them out.
        group: see `group_of`.
        fingerprint: of the layout, where it is known already.
        progress: told about reading and decoding.
        workers: threads; all cores by default.

    Raises:
        AugtuiError: there are corrupt images, all of a class perhaps; the groups are wrong; the images change while
            they are decoded; or the cache cannot be used.
    """
    groups = group_of(layout, group)
    identity = fingerprint or fingerprint_of(layout, cache, progress)
    index, pixels = _decoded(layout, size, identity, cache, progress, workers)
    corrupt = tuple(Corrupt(layout.files[item.file].path, item.reason) for item in index.corrupt)
    if corrupt and on_corrupt == "stop":
        raise corrupt_error(layout.root, corrupt)
    _refuse_lost_classes(layout, index)
    files = [layout.files[image.file] for image in index.good]
    return Dataset(
        classes=layout.classes,
        labels=np.array([file.label for file in files], dtype=np.int64),
        splits=tuple(file.split for file in files),
        paths=tuple(file.path for file in files),
        groups=tuple(groups[image.file] for image in index.good),
        pixel_ids=tuple(image.pixel_id for image in index.good),
        sizes=tuple(image.size for image in index.good),
        modes=tuple(image.mode for image in index.good),
        formats=tuple(image.format for image in index.good),
        pixels=pixels,
        fingerprint=identity,
        corrupt=corrupt,
        about=layout.about,
    )


def corrupt_error(root: Path, corrupt: tuple[Corrupt, ...]) -> AugtuiError:
    """The refusal of a dataset with corrupt images: each of the first ones by name, with its reason."""
    named = "; ".join(f"{plain(item.path)} {item.reason}" for item in corrupt[:_NAMED])
    more = f"; and {len(corrupt) - _NAMED:,} more" if len(corrupt) > _NAMED else ""
    return AugtuiError(
        f"{root}: {len(corrupt):,} corrupt image{'s' * (len(corrupt) != 1)}: {named}{more}",
        'mend or remove them, or leave them out with [data] on_corrupt = "skip"',
        ExitCode.CHECK_BLOCKS,
    )


def duplicates(dataset: Dataset) -> list[list[int]]:
    """Groups of at least two rows that hold the same picture, in row order."""
    rows: dict[str, list[int]] = {}
    for row, pixel_id in enumerate(dataset.pixel_ids):
        rows.setdefault(pixel_id, []).append(row)
    return [group for group in rows.values() if len(group) > 1]


def _decoded(
    layout: Layout, size: int, identity: str, cache: Path, progress: Progress | None, workers: int | None
) -> tuple[Index, NDArray[np.uint8]]:
    # A newer Pillow may read what an older one could not, and decodes some pixels differently.
    key = hashlib.sha256(f"{identity}:{size}:{DECODE_VERSION}:{PIL.__version__}".encode()).hexdigest()[:24]
    place = cache / "decoded" / key
    try:
        found = read_entry(place, size)
        if found is None:
            build(layout, size, place, identity, progress, workers)
            found = read_entry(place, size)
    except OSError as error:
        raise AugtuiError(
            f"cannot use the cache {cache}: {error.strerror or error}",
            "--cache-dir or XDG_CACHE_HOME names another place; augtui clean --cache makes room",
            ExitCode.RUN_FAILED,
        ) from error
    if found is None:
        raise AugtuiError(f"{place} vanished as soon as it was made", "do not clean the cache meanwhile")
    return found


def _refuse_lost_classes(layout: Layout, index: Index) -> None:
    left = {(file.split, file.label) for file in (layout.files[image.file] for image in index.good)}
    for item in index.corrupt:
        file = layout.files[item.file]
        if (file.split, file.label) not in left:
            folder, _, name = file.path.rpartition("/")
            raise AugtuiError(
                f"{layout.root}: every image of {plain(folder)}/ is corrupt: {plain(name)} {item.reason}",
                "a class needs images that can be decoded",
                ExitCode.CHECK_BLOCKS,
            )
