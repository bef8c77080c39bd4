"""Whole folders in a cache: written beside their place and renamed, so that a reader sees a whole folder or none, and
two processes at once do no harm. A writer holds a lock beside what it writes: what a dead one left is known by its
free lock, and swept away by the next."""

from __future__ import annotations

import errno
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from augtui.locks import FileLock, LockUnsupportedError

UNFINISHED = ".unfinished-"
LITTLE = 1 << 20
"""Bytes; with less of them a disk is as good as full."""


def disk_is_full(folder: Path) -> bool:
    """Whether the disk that holds a folder has no room left."""
    return shutil.disk_usage(folder).free < LITTLE


@contextmanager
def new_folder(place: Path, is_whole: Callable[[], bool]) -> Iterator[Path]:
    """A folder to fill; it takes its place when the block ends without an exception, and is gone otherwise.

    Args:
        place: where it belongs.
        is_whole: whether a whole folder is in that place; another process may have been faster, with the same
            content.

    Raises:
        OSError: it cannot be written.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    sweep(place.parent)
    unfinished = place.parent / f"{UNFINISHED}{place.name}-{secrets.token_hex(4)}"
    with _marked_alive(unfinished):
        try:
            unfinished.mkdir()
            yield unfinished
            _take_place(unfinished, place, is_whole)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove what writers left that were killed."""
    for path in folder.glob(f"{UNFINISHED}*"):
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


def _take_place(unfinished: Path, place: Path, is_whole: Callable[[], bool]) -> None:
    try:
        unfinished.rename(place)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        if is_whole():
            return
        shutil.rmtree(place)
        unfinished.rename(place)
