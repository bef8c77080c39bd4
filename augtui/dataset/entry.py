"""One entry of the cache of decoded images: a folder with pixels.u8 (uint8 [N, 3, S, S]) and index.json."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from augtui.dataset.decode import Decoded
from augtui.folders import new_folder

_PIXELS, _INDEX = "pixels.u8", "index.json"


class GoodImage(msgspec.Struct, frozen=True):
    """An image that could be decoded."""

    file: int
    """Its number in the layout."""
    pixel_id: str
    size: tuple[int, int]
    """Native width and height."""
    mode: str
    format: str


class CorruptImage(msgspec.Struct, frozen=True):
    """A file that could not."""

    file: int
    reason: str


class Index(msgspec.Struct, frozen=True):
    """index.json: every file of a layout is in one of the two, in the layout's order."""

    good: tuple[GoodImage, ...]
    corrupt: tuple[CorruptImage, ...]


class EntryWriter:
    """Takes the images of an entry in their order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pixels = (folder / _PIXELS).open("wb")
        self._good: list[GoodImage] = []
        self._corrupt: list[CorruptImage] = []

    def add(self, file: int, image: Decoded) -> None:
        """The next good image."""
        # Written, not mapped: on a full disk a write fails with a reason, a mapped page kills the process.
        self._pixels.write(image.pixels.tobytes())
        self._good.append(GoodImage(file, image.pixel_id, (image.width, image.height), image.mode, image.format))

    def leave_out(self, file: int, reason: str) -> None:
        """The next corrupt image."""
        self._corrupt.append(CorruptImage(file, reason))

    def finish(self) -> None:
        """Bring everything to the disk."""
        self._flush_and_close()
        with (self._folder / _INDEX).open("wb") as index:
            index.write(msgspec.json.encode(Index(tuple(self._good), tuple(self._corrupt))))
            index.flush()
            os.fsync(index.fileno())

    def _flush_and_close(self) -> None:
        self._pixels.flush()
        os.fsync(self._pixels.fileno())
        self._pixels.close()

    def close(self) -> None:
        """Let go of the files, finished or not."""
        self._pixels.close()


@contextmanager
def new_entry(place: Path, size: int) -> Iterator[EntryWriter]:
    """Write an entry; it takes its place when the block ends without an exception.

    Raises:
        OSError: the cache cannot be written.
    """
    with new_folder(place, lambda: read_entry(place, size) is not None) as folder:
        writer = EntryWriter(folder)
        try:
            yield writer
            writer.finish()
        finally:
            writer.close()


def read_entry(place: Path, size: int) -> tuple[Index, NDArray[np.uint8]] | None:
    """The index and the pixels uint8 [N, 3, S, S], memory-mapped and read-only; None where there is no whole entry.

    Raises:
        OSError: it is there and cannot be read.
    """
    try:
        index = msgspec.json.decode((place / _INDEX).read_bytes(), type=Index)
        shape = (len(index.good), 3, size, size)
        whole = (place / _PIXELS).stat().st_size == int(np.prod(shape))
    except (FileNotFoundError, NotADirectoryError, msgspec.DecodeError):
        return None
    if not whole:
        return None
    if not index.good:
        return index, np.zeros(shape, dtype=np.uint8)
    return index, np.memmap(place / _PIXELS, dtype=np.uint8, mode="r", shape=shape)
