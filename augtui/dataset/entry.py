"""One entry of the cache of decoded images: a folder with pixels.u8 (uint8 [N, 3, S, S]) and index.json.

It is written beside its place and renamed, so that a reader sees a whole entry or none, and two processes at once do
no harm. A builder holds a lock beside what it writes: what a dead one left is known by its free lock, and swept away.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from augtui.dataset.decode import Decoded
from augtui.locks import FileLock, LockUnsupportedError

_PIXELS, _INDEX = "pixels.u8", "index.json"
_UNFINISHED = ".unfinished-"


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
    place.parent.mkdir(parents=True, exist_ok=True)
    sweep(place.parent)
    unfinished = place.parent / f"{_UNFINISHED}{place.name}-{secrets.token_hex(4)}"
    with _marked_alive(unfinished):
        try:
            unfinished.mkdir()
            writer = EntryWriter(unfinished)
            try:
                yield writer
                writer.finish()
            finally:
                writer.close()
            _take_place(unfinished, place, size)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)


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


def sweep(folder: Path) -> None:
    """Remove what builders left that were killed."""
    for path in folder.glob(f"{_UNFINISHED}*"):
        if not path.is_dir():
            continue
        lock = _lock_of(path)
        try:
            dead = lock.try_acquire()
        except OSError:
            continue  # it belongs to somebody else, or the file system has no locks
        if dead:
            shutil.rmtree(path, ignore_errors=True)
            lock.path.unlink(missing_ok=True)
            lock.release()


@contextmanager
def _marked_alive(unfinished: Path) -> Iterator[None]:
    """Hold the lock from before the folder is there until after it is gone."""
    lock = _lock_of(unfinished)
    with suppress(LockUnsupportedError):  # then nobody can sweep either
        lock.try_acquire()
    try:
        yield
    finally:
        lock.path.unlink(missing_ok=True)
        lock.release()


def _lock_of(unfinished: Path) -> FileLock:
    return FileLock(unfinished.with_name(f"{unfinished.name}.lock"))


def _take_place(unfinished: Path, place: Path, size: int) -> None:
    try:
        unfinished.rename(place)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        if read_entry(place, size) is not None:
            return  # another process was faster; its entry has the same content
        shutil.rmtree(place)
        unfinished.rename(place)
