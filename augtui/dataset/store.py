"""The decoded images of a dataset: decoded once, in parallel, into a cache entry that is named by its content.

An entry is `decoded/<key>/` with pixels.npy (uint8 [N, 3, S, S], memory-mapped when read) and index.json. It is
built beside and renamed, so that a reader sees a whole entry or none, and two processes at once do no harm.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from augtui.dataset.about import About
from augtui.dataset.decode import DECODE_VERSION, Corrupt, CorruptError, Decoded, decode
from augtui.dataset.fingerprint import fingerprint as fingerprint_of
from augtui.dataset.groups import group_of
from augtui.dataset.layout import ImageFile, Layout
from augtui.errors import AugtuiError, ExitCode
from augtui.jobs import Progress

CHUNK = 64
"""Images decoded between two reports of progress."""


@dataclass(frozen=True, slots=True)
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


class _Entry(msgspec.Struct, frozen=True):
    """One good image in index.json."""

    path: str
    pixel_id: str
    size: tuple[int, int]
    mode: str
    format: str


class _Index(msgspec.Struct, frozen=True):
    """index.json of a cache entry."""

    images: tuple[_Entry, ...]
    corrupt: tuple[tuple[str, str], ...]


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
        progress: told about decoding.
        workers: threads; all cores by default.

    Raises:
        AugtuiError: there are corrupt images, all of a class perhaps, or the cache cannot be written.
    """
    identity = fingerprint or fingerprint_of(layout)
    key = hashlib.sha256(f"{identity}:{size}:{DECODE_VERSION}".encode()).hexdigest()[:24]
    entry = cache / "decoded" / key
    if not (entry / "index.json").is_file():
        try:
            _build(layout, size, entry, progress, workers or _cores())
        except OSError as error:
            raise AugtuiError(
                f"cannot write the cache {cache}: {os.strerror(error.errno or 0)}",
                "--cache-dir or XDG_CACHE_HOME names another place; augtui clean --cache makes room",
                ExitCode.RUN_FAILED,
            ) from error
    index = msgspec.json.decode((entry / "index.json").read_bytes(), type=_Index)
    corrupt = tuple(Corrupt(path, reason) for path, reason in index.corrupt)
    if corrupt and on_corrupt == "stop":
        raise corrupt_error(layout.root, corrupt)
    groups = dict(zip((file.path for file in layout.files), group_of(layout, group), strict=True))
    files = {file.path: file for file in layout.files}
    rows = [files[image.path] for image in index.images]
    _refuse_lost_classes(layout, rows)
    return Dataset(
        classes=layout.classes,
        labels=np.array([row.label for row in rows], dtype=np.int64),
        splits=tuple(row.split for row in rows),
        paths=tuple(row.path for row in rows),
        groups=tuple(groups[row.path] for row in rows),
        pixel_ids=tuple(image.pixel_id for image in index.images),
        sizes=tuple(image.size for image in index.images),
        modes=tuple(image.mode for image in index.images),
        formats=tuple(image.format for image in index.images),
        pixels=np.load(entry / "pixels.npy", mmap_mode="r"),
        fingerprint=identity,
        corrupt=corrupt,
        about=layout.about,
    )


def corrupt_error(root: Path, corrupt: tuple[Corrupt, ...]) -> AugtuiError:
    """The refusal of a dataset with corrupt images: each of the first ones by name, with its reason."""
    named = "; ".join(f"{item.path} {item.reason}" for item in corrupt[:3])
    more = f"; and {len(corrupt) - 3} more" if len(corrupt) > 3 else ""
    return AugtuiError(
        f"{root}: {len(corrupt)} corrupt image{'s' * (len(corrupt) != 1)}: {named}{more}",
        'mend or remove them, or leave them out with [data] on_corrupt = "skip"',
        ExitCode.CHECK_BLOCKS,
    )


def duplicates(dataset: Dataset) -> list[list[int]]:
    """Groups of at least two rows that hold the same picture, in row order."""
    rows: dict[str, list[int]] = {}
    for row, pixel_id in enumerate(dataset.pixel_ids):
        rows.setdefault(pixel_id, []).append(row)
    return [group for group in rows.values() if len(group) > 1]


def _build(layout: Layout, size: int, entry: Path, progress: Progress | None, workers: int) -> None:
    entry.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{entry.name}-", dir=entry.parent))
    try:
        good: list[_Entry] = []
        corrupt: list[tuple[str, str]] = []
        shape = (len(layout.files), 3, size, size)
        pixels = np.lib.format.open_memmap(temporary / "all.npy", mode="w+", dtype=np.uint8, shape=shape)
        for done, (file, result) in enumerate(_decode_all(layout, size, workers), start=1):
            if isinstance(result, Decoded):
                pixels[len(good)] = result.pixels
                native = (result.width, result.height)
                good.append(_Entry(file.path, result.pixel_id, native, result.mode, result.format))
            else:
                corrupt.append((file.path, str(result)))
            if progress is not None and (done % CHUNK == 0 or done == len(layout.files)):
                progress(done, len(layout.files), "decoding")
        if corrupt:
            np.save(temporary / "pixels.npy", pixels[: len(good)])
            del pixels
            (temporary / "all.npy").unlink()
        else:
            pixels.flush()
            (temporary / "all.npy").rename(temporary / "pixels.npy")
        (temporary / "index.json").write_bytes(msgspec.json.encode(_Index(tuple(good), tuple(corrupt))))
        try:
            temporary.rename(entry)
        except OSError:
            # Another process was faster; its entry has the same content.
            if not (entry / "index.json").is_file():
                raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _decode_all(layout: Layout, size: int, workers: int) -> Iterator[tuple[ImageFile, Decoded | CorruptError]]:
    def one(file: ImageFile) -> Decoded | CorruptError:
        try:
            return decode(layout.root / file.path, size)
        except CorruptError as error:
            return error

    # Pillow lets go of the interpreter while it decodes and resizes. A bounded window keeps memory bounded too.
    with ThreadPoolExecutor(workers) as pool:
        for first in range(0, len(layout.files), CHUNK):
            part = layout.files[first : first + CHUNK]
            yield from zip(part, pool.map(one, part), strict=True)


def _refuse_lost_classes(layout: Layout, rows: list[ImageFile]) -> None:
    left = {(row.split, row.label) for row in rows}
    for split, label in sorted({(file.split, file.label) for file in layout.files} - left):
        where = f"{split}/{layout.classes[label]}" if split else layout.classes[label]
        raise AugtuiError(f"{layout.root}: every image of {where}/ is corrupt", "", ExitCode.CHECK_BLOCKS)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
